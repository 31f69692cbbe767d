"""Helpers of the tests in this folder."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from bot.alerts.incident import Incident, Mute, Notification
from bot.alerts.notification_board import CardStatus, NotificationBoard
from bot.alerts.problems import ProblemKind
from bot.alerts.routing import Route, RoutingTable
from bot.model import Space

NOW = datetime(2026, 3, 2, 10, tzinfo=UTC)
OPS = "C0OPS"
VISIBLE = CardStatus(OPS, is_visible=True)
UNPOSTED = CardStatus(OPS, is_visible=False, is_unposted=True)
EVERYTHING = RoutingTable((Route(OPS, frozenset(ProblemKind)),))


def incident(id: int, **values: object) -> Incident:
    ago = NOW - timedelta(minutes=5)
    found = Incident(
        f"acme/team-{id}", ProblemKind.FAILED, "RUNTIME_ERROR", "boom", ago, ago, id=id
    )
    return replace(found, **values)  # type: ignore[arg-type]  # a test names fields


def board(*incidents: Incident, **values: object) -> NotificationBoard:
    """Return a board on which incident *n* has the visible card 100 + n in #ops."""
    found = NotificationBoard(
        main_channel=OPS,
        fleet={i.space: Space(i.space, i.stage) for i in incidents},
        routing=EVERYTHING,
        mutes={},
        incidents={i.id: i for i in incidents},
        notified={i.id: {OPS: Notification(100 + i.id, i.opened_at)} for i in incidents},
        groups={},
        cards={100 + i.id: VISIBLE for i in incidents},
    )
    return replace(found, **values)  # type: ignore[arg-type]


def muted(space: str, minutes: int = 30) -> dict[str, Mute]:
    return {space: Mute(space, NOW + timedelta(minutes=minutes), "UTA", NOW)}
