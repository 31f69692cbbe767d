"""Stored channels, and the rows that follow a channel to its new id, on both engines."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from bot.alerts.channels import AlertChannel, Problem, Status
from bot.alerts.grouping import Group, GroupKind
from bot.alerts.incident import Incident, Notification
from bot.alerts.problems import ProblemKind
from bot.alerts.routing import Watch
from bot.cards import Card, DeliveryState, Message
from bot.cards.delivery import mark_posted
from bot.cards.keys import CardKey
from bot.operations import Operation, OperationState, Step, Verb
from bot.store import (
    Store,
    Tx,
    alert_groups,
    cards,
    channels,
    incidents,
    operations,
    schedules,
    watches,
)
from tests.unit.store.test_schedules import DAILY

NOW = datetime(2026, 3, 2, 10, tzinfo=UTC)


def test_channel_state_round_trips(any_store: Store) -> None:
    waiting = AlertChannel("space-ops", None, 3, NOW)
    with any_store.transaction() as tx:
        assert channels.alert_channel(tx) is None
        channels.save_alert_channel(tx, waiting)
        channels.save_statuses(tx, {"C1": Status(Problem.ARCHIVED, None, 12.5)})
    with any_store.transaction() as tx:
        assert channels.alert_channel(tx) == waiting
        assert channels.statuses(tx) == {"C1": Status(Problem.ARCHIVED, None, 12.5)}
        channels.save_alert_channel(tx, AlertChannel("space-ops", "C1"))
        assert channels.alert_channel(tx) == AlertChannel("space-ops", "C1")


def open_incident(tx: Tx, space: str = "acme/team-a") -> Incident:
    broken = Incident(space, ProblemKind.FAILED, "RUNTIME_ERROR", "boom", NOW, NOW)
    return incidents.add(tx, [broken])[0]


def notify(tx: Tx, incident: Incident, channel: str) -> Card:
    """Store a notification of a channel about an incident."""
    id = cards.upsert(tx, CardKey.incident(incident.id), channel, Message("boom"), NOW)
    incidents.save_notifications(tx, {(incident.id, channel): Notification(id, NOW)}, {})
    return cards.get(tx, [id])[0]


def test_rows_of_a_channel_follow_it_to_its_new_id(any_store: Store) -> None:
    with any_store.transaction() as tx:
        incident = open_incident(tx)
        card = notify(tx, incident, "C1")
        cards.save_delivery(tx, card, mark_posted(card, "C1", "7.1", NOW))
        alert_groups.add(
            tx, Group(0, GroupKind.SAME_PROBLEM, "broken", "C1", card.id, NOW, (incident.id,))
        )
        watches.add(tx, Watch("C1", ("team-b",), ("error",), "U1"), NOW)
        waking = Operation(Verb.WAKE, (Step("acme/team-a"),), "U1", "C1", NOW)
        operations.add(tx, waking, state=OperationState.RUNNING)
        schedules.add(tx, replace(DAILY, channel="C1"))

        channels.move(tx, "C1", "C2", NOW)
        channels.move(tx, "C1", "C2", NOW)  # Slack delivers it twice

        (moved,) = cards.get(tx, [card.id])
        assert (moved.channel, moved.target_channel, moved.ts) == ("C2", "C2", "7.1")
        assert list(incidents.notifications(tx, [incident.id])[incident.id]) == ["C2"]
        assert [group.channel for group in alert_groups.open_groups(tx)] == ["C2"]
        assert [watch.channel for watch in watches.list_all(tx)] == ["C2"]
        assert [operation.channel for operation in operations.running(tx)] == ["C2"]
        assert [schedule.channel for schedule in schedules.list_kept(tx)] == ["C2"]


def test_moving_a_channel_leaves_others_alone(any_store: Store) -> None:
    with any_store.transaction() as tx:
        card = notify(tx, open_incident(tx), "C5")
        channels.move(tx, "C1", "C2", NOW)
        assert cards.get(tx, [card.id])[0].channel == "C5"


def test_channel_known_by_name_and_id_keeps_one_card(any_store: Store) -> None:
    with any_store.transaction() as tx:
        incident = open_incident(tx)
        by_name, by_id = notify(tx, incident, "space-ops"), notify(tx, incident, "C1")
        for card in (by_name, by_id):
            ids = (incident.id,)
            alert_groups.add(
                tx, Group(0, GroupKind.SAME_PROBLEM, "broken", card.channel, card.id, NOW, ids)
            )
        watches.add(tx, Watch("space-ops", ("team-b",), ("error",), "U1"), NOW)
        watches.add(tx, Watch("C1", ("team-b",), ("sleeping",), "U2"), NOW)

        channels.move(tx, "space-ops", "C1", NOW)

        assert [card.id for card in cards.pending(tx)] == [by_id.id]
        assert cards.get(tx, [by_name.id])[0].state is DeliveryState.DELETED
        notifications = incidents.notifications(tx, [incident.id])[incident.id]
        assert {channel: told.card for channel, told in notifications.items()} == {"C1": by_id.id}
        assert [group.card for group in alert_groups.open_groups(tx)] == [by_id.id]
        (watch,) = watches.list_all(tx)
        assert (watch.channel, sorted(watch.problems)) == ("C1", ["error", "sleeping"])


def test_pending_cards_of_a_channel_are_retried_at_once(any_store: Store) -> None:
    with any_store.transaction() as tx:
        waiting, elsewhere = (
            notify(tx, open_incident(tx), "C1"),
            notify(tx, open_incident(tx, "acme/team-b"), "C5"),
        )
        for card in (waiting, elsewhere):
            cards.save_delivery(tx, card, replace(card, retry_at=NOW + timedelta(hours=1)))

        channels.retry(tx, "C1")

        is_delayed = {card.channel: card.retry_at is not None for card in cards.pending(tx)}
        assert is_delayed == {"C1": False, "C5": True}


def test_card_posted_during_a_channel_move_follows_it(any_store: Store) -> None:
    with any_store.transaction() as tx:
        card = notify(tx, open_incident(tx), "C1")
        channels.record_move(tx, "C1", "C2")
        channels.move(tx, "C1", "C2", NOW)
        cards.save_delivery(
            tx, card, mark_posted(card, "C1", "7.1", NOW)
        )  # Slack's answer came after the move
        cards.set_contents(tx, {card.id: Message("fixed")})

        channels.apply_recorded_moves(tx, NOW)

        (caught,) = cards.pending(tx)
        assert (caught.channel, caught.target_channel, caught.ts) == ("C2", "C2", "7.1")
