"""The notification board and the render context, read from the store."""

from collections.abc import Iterable, Mapping

from bot.alerts.incident import Incident, Mute
from bot.alerts.notification_board import NotificationBoard
from bot.alerts.routing import RoutingTable
from bot.model import Fleet
from bot.parsing import NameIndex
from bot.render.alerts.context import AlertContext
from bot.service import alert_channel
from bot.service.dependencies import Dependencies
from bot.store import Tx, alert_groups, incidents, mutes, notifications


def load_board(
    deps: Dependencies,
    tx: Tx,
    fleet: Fleet,
    routing_table: RoutingTable,
    updated: Iterable[Incident] = (),
) -> NotificationBoard:
    """Return the notification board, which includes *updated* incidents that are closed."""
    known = {incident.id: incident for incident in incidents.open_incidents(tx).values()}
    known |= {incident.id: incident for incident in updated}
    groups = {group.id: group for group in alert_groups.open_groups(tx)}
    members = {id for group in groups.values() for id in group.members}
    known |= incidents.get(tx, members - known.keys())
    notified = incidents.notifications(tx, known.keys())
    cards = {notification.card for of in notified.values() for notification in of.values()}
    cards |= {group.card for group in groups.values()}
    return NotificationBoard(
        main_channel=alert_channel.load_key(deps, tx),
        fleet=fleet,
        routing=routing_table,
        mutes=mutes.active(tx, deps.now()),
        incidents=known,
        notified=notified,
        groups=groups,
        cards=notifications.card_statuses(tx, cards),
    )


def context_of(deps: Dependencies, board: NotificationBoard) -> AlertContext:
    """Return the render context for all incidents of *board*."""
    shown = [incident.space for incident in board.incidents.values()]
    return make_context(deps, board.fleet, shown, board.mutes)


def make_context(
    deps: Dependencies, fleet: Fleet, spaces: Iterable[str], mutes: Mapping[str, Mute]
) -> AlertContext:
    """Return the render context for *spaces*, which may be missing from the fleet."""
    missing = [space for space in spaces if space not in fleet]
    names = NameIndex.of([*fleet, *missing], deps.settings.prefix)
    return AlertContext(names, frozenset(deps.commands), deps.settings.hf_endpoint, mutes)
