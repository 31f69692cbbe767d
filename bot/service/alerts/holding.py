"""Holding back what nobody has read yet, while all that it tells of is muted."""

from collections import defaultdict
from datetime import datetime

from bot.alerts.incidents import Incident
from bot.service.alerts.desk import Desk
from bot.store import cards


def hold(desk: Desk) -> None:
    """Hold each such card until its first mute ends; let go of those that are muted no more.

    Reminders count from when people can read it, whatever keeps it from them.
    """
    waiting = cards.waiting(desk.tx)
    if not waiting:
        return
    told: dict[tuple[int, str], list[Incident]] = defaultdict(list)
    for incident in desk.open():
        for channel, telling in desk.told[incident.id].items():
            told[telling.card, channel].append(incident)
    for (card, channel), found in told.items():
        if card not in waiting:
            continue
        until = _until(desk, found)
        if waiting[card] != until:
            cards.hold(desk.tx, card, until)
        desk.tell_later(found, channel, until or desk.now)


def _until(desk: Desk, found: list[Incident]) -> datetime | None:
    """Return when the first of *found* may ping; None: one of them may now."""
    mutes = [desk.mutes.get(incident.space) for incident in found]
    ends = [mute.until for mute in mutes if mute]
    return min(ends) if len(ends) == len(found) else None
