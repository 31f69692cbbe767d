"""The notification board and the render context, read from the store."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime

from bot.alerts.incident import Incident, Mute
from bot.alerts.notification_board import NotificationBoard
from bot.alerts.routing import RoutingTable
from bot.command import Command
from bot.model import Fleet, find_template, without_template
from bot.operations import pausable
from bot.parsing import NameIndex
from bot.render.alerts.context import AlertContext
from bot.service import channels
from bot.settings import Settings
from bot.store import Tx, alert_groups, incidents, mutes, notifications


def load_board(
    tx: Tx,
    settings: Settings,
    fleet: Fleet,
    routing_table: RoutingTable,
    now: datetime,
    *,
    known: Mapping[int, Incident] | None = None,
) -> NotificationBoard:
    """Return the notification board, with *known* incidents instead of the open ones if given."""
    shown = (
        known
        if known is not None
        else {incident.id: incident for incident in incidents.open_incidents(tx).values()}
    )
    groups = {group.id: group for group in alert_groups.open_groups(tx)}
    members = {id for group in groups.values() for id in group.members}
    shown = {**shown, **incidents.get(tx, members - shown.keys())}
    notified = incidents.notifications(tx, shown.keys())
    cards = {notification.card for of in notified.values() for notification in of.values()}
    cards |= {group.card for group in groups.values()}
    return NotificationBoard(
        main_channel=channels.load_alert_channel_key(tx, settings),
        fleet=without_template(fleet, settings.template),
        template=find_template(fleet, settings.template),
        routing=routing_table,
        mutes=mutes.active(tx, now),
        incidents=shown,
        notified=notified,
        groups=groups,
        cards=notifications.card_statuses(tx, cards),
    )


def context_of(
    settings: Settings, commands: Mapping[str, Command], board: NotificationBoard
) -> AlertContext:
    """Return the render context for all incidents of *board*."""
    shown = [incident.space for incident in board.incidents.values()]
    context = make_context(settings, commands, board.fleet, shown, board.mutes)
    return replace(
        context,
        template=board.template,
        statics=frozenset(id for id, space in board.fleet.items() if space.is_static),
        pausable=tuple(pausable(board.fleet)),
    )


def make_context(
    settings: Settings,
    commands: Mapping[str, Command],
    fleet: Fleet,
    spaces: Iterable[str],
    mutes: Mapping[str, Mute],
) -> AlertContext:
    """Return the render context for *spaces*, which may be missing from the fleet."""
    missing = [space for space in spaces if space not in fleet]
    names = NameIndex.of([*fleet, *missing], settings.prefix, settings.hf_endpoint)
    return AlertContext(names, frozenset(commands), mutes)
