"""Asking and reminding again, where the rules say that it is time."""

from collections.abc import Collection, Sequence
from dataclasses import replace

from bot.alerts import nags
from bot.alerts.groups import Group, Kind
from bot.alerts.incidents import Ack, Incident
from bot.render import alerts_groups, alerts_questions
from bot.service.alerts.desk import Desk
from bot.store import cards


def nag(desk: Desk) -> None:
    """Forget those who do not answer, ask those who are on something, remind of the rest."""
    waiting = cards.waiting(desk.tx)
    unread = [group for group in desk.groups.values() if group.card in waiting]
    for group in unread:
        if group.kind is Kind.QUESTION:
            _put_off(desk, group)
    for incident in desk.open():
        if nags.is_unacked(incident, desk.now):
            desk.change(replace(incident, ack=None, reason="nobody is on it any more"))
    loud = [incident for incident in desk.open() if incident.space not in desk.mutes]
    for ack, found in nags.to_ask(loud, desk.now).items():
        for channel, theirs in _where(desk, found).items():
            _ask(desk, ack, channel, theirs)
    _remind(desk, [group for group in unread if group.kind is Kind.REMINDER])


def _put_off(desk: Desk, question: Group) -> None:
    """Let the time for an answer begin now: nobody can have read *question* yet."""
    asked = [i for i in desk.members(question) if nags.is_waiting(question, i)]
    if all(nags.may_put_off(incident, desk.now) for incident in asked):
        for incident in asked:
            desk.change(nags.asked(incident, desk.now))
        desk.keep_group(replace(question, opened_at=desk.now))


def _where(desk: Desk, found: Sequence[Incident]) -> dict[str, list[Incident]]:
    """Say where to ask about each: in the first channel that was told of it and listens."""
    places: dict[str, list[Incident]] = {}
    for incident in found:
        told = [channel for channel in desk.told[incident.id] if desk.hears(incident, channel)]
        if told:
            places.setdefault(told[0], []).append(incident)
    return places


def _ask(desk: Desk, ack: Ack, channel: str, found: Sequence[Incident]) -> None:
    """Ask once about all that somebody took at once, in the thread of the card if they share it."""
    asked = [nags.asked(incident, desk.now) for incident in found]
    for incident in asked:
        desk.change(incident)
    shared = {desk.told[incident.id][channel].card for incident in asked}
    ids = tuple(incident.id for incident in asked)
    group = Group(0, Kind.QUESTION, ack.by, channel, 0, desk.now, ids)
    message = alerts_questions.question(group, asked, desk.scene)
    subject = f"ask:{ack.by}:{ack.at.timestamp():.3f}:{desk.now.timestamp():.0f}"
    parent = _below(desk, shared)
    card = cards.want(desk.tx, subject, channel, message, desk.now, parent=parent)
    desk.add_group(replace(group, card=card))


def _below(desk: Desk, shared: Collection[int]) -> int | None:
    """Return the card in whose thread to ask, if it is one, and stands in Slack."""
    found = cards.get(desk.tx, shared) if len(shared) == 1 else []
    return next((card.id for card in found if card.is_there), None)


def _remind(desk: Desk, unread: Sequence[Group]) -> None:
    """Remind each channel, in one message, of what is due in it.

    It takes the place of *unread* reminders, which nobody has had.
    """
    for channel in sorted({channel for told in desk.told.values() for channel in told}):
        if found := _due(desk, channel):
            for group in unread:
                if group.channel == channel:
                    _take_back(desk, group)
            _digest(desk, channel, found)
            desk.remind(found, channel)


def _take_back(desk: Desk, reminder: Group) -> None:
    """Let a reminder be one that never was."""
    cards.withdraw(desk.tx, reminder.card)
    desk.forget_reminder([i for i in desk.members(reminder) if i.is_open], reminder.channel)
    desk.keep_group(replace(reminder, closed_at=desk.now))
    del desk.groups[reminder.id]


def _due(desk: Desk, channel: str) -> list[Incident]:
    told = [incident for incident in desk.open() if channel in desk.told[incident.id]]
    heard = [i for i in told if i.space not in desk.mutes and desk.hears(i, channel)]
    return nags.due([(i, desk.told[i.id][channel]) for i in heard], desk.now)


def _digest(desk: Desk, channel: str, found: list[Incident]) -> None:
    ids = tuple(incident.id for incident in found)
    group = Group(0, Kind.REMINDER, "", channel, 0, desk.now, ids)
    message = alerts_groups.reminder(group, found, desk.score(channel), desk.scene)
    subject = f"reminder:{desk.now.timestamp():.0f}"
    card = cards.want(desk.tx, subject, channel, message, desk.now)
    desk.add_group(replace(group, card=card))
