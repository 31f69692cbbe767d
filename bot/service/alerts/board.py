"""The facts of a notification pass, read from the store."""

from collections.abc import Iterable, Mapping

from bot.alerts.hearing import Audience
from bot.alerts.incidents import Incident
from bot.alerts.mutes import Mute
from bot.alerts.notification_board import NotificationBoard
from bot.model import Fleet
from bot.parsing import Names
from bot.render.alerts_scene import Scene
from bot.service import alert_channel
from bot.service.parts import Parts
from bot.store import Tx, incidents, mutes, notifications


def load_board(
    parts: Parts,
    tx: Tx,
    fleet: Fleet,
    audience: Audience,
    updated: Iterable[Incident] = (),
) -> NotificationBoard:
    """Return the board: open incidents, *updated* ones, their cards and the open groups."""
    known = {incident.id: incident for incident in incidents.open_now(tx).values()}
    known |= {incident.id: incident for incident in updated}
    groups = {group.id: group for group in incidents.open_groups(tx)}
    members = {id for group in groups.values() for id in group.members}
    known |= incidents.get(tx, members - known.keys())
    notified = incidents.tellings(tx, known.keys())
    cards = {telling.card for of in notified.values() for telling in of.values()}
    cards |= {group.card for group in groups.values()}
    return NotificationBoard(
        main_channel=alert_channel.key(parts, tx),
        fleet=fleet,
        audience=audience,
        mutes=mutes.active(tx, parts.now()),
        incidents=known,
        notified=notified,
        groups=groups,
        cards=notifications.card_statuses(tx, cards),
    )


def scene_of(parts: Parts, board: NotificationBoard) -> Scene:
    """Return what every alert message has to know beside its content."""
    shown = [incident.space for incident in board.incidents.values()]
    return make_scene(parts, board.fleet, shown, board.mutes)


def make_scene(
    parts: Parts, fleet: Fleet, spaces: Iterable[str], mutes: Mapping[str, Mute]
) -> Scene:
    """Return the scene of messages about *spaces*, which may be missing from the fleet."""
    missing = [space for space in spaces if space not in fleet]
    names = Names.of([*fleet, *missing], parts.settings.prefix)
    return Scene(names, frozenset(parts.commands), parts.settings.hf_endpoint, mutes)
