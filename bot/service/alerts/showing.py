"""Keeping cards true: what has changed is shown anew, and pings only where a rule says so."""

from collections.abc import Sequence
from dataclasses import replace

from bot.alerts import nags
from bot.alerts.follow import Turn
from bot.alerts.groups import Group, Kind
from bot.alerts.incidents import Incident
from bot.cards import Card, Message
from bot.render import alerts, alerts_groups, alerts_questions
from bot.service.alerts import holding
from bot.service.alerts.desk import Desk
from bot.store import cards, incidents


def show(desk: Desk) -> None:
    """Show what was touched, and every open group, whose score may have changed."""
    incidents.keep(desk.tx, [desk.incidents[id] for id in sorted(desk.changed)])
    for id in sorted(desk.touched):
        for channel in desk.told[id]:
            if desk.group_of(id, channel) is None:
                _show_single(desk, desk.incidents[id], channel)
    for group in list(desk.groups.values()):
        _show_group(desk, group)
    holding.hold(desk)


def _show_single(desk: Desk, incident: Incident, channel: str) -> None:
    card = desk.told[incident.id][channel].card
    reminder = desk.next_reminder(incident, channel)
    shown = _want(desk, card, alerts.card(incident, desk.scene, reminder))
    if not incident.is_open:
        cards.finish(desk.tx, card, desk.now)
    if desk.is_quiet(incident, channel):
        return
    match desk.turns.get(incident.id):
        case Turn.CLOSED:
            fixed = alerts.fixed(incident, desk.scene)
            _reply(desk, shown, f"incident:{incident.id}:fixed", fixed)
        case Turn.WORSE:
            # One reply for each time, however often that time is told of.
            subject = f"incident:{incident.id}:worse:{incident.changed_at.timestamp():.0f}"
            _reply(desk, shown, subject, alerts.worse(incident, desk.scene))
            cards.revive(desk.tx, card)


def _show_group(desk: Desk, group: Group) -> None:
    members = desk.members(group)
    loud = [member for member in members if not desk.is_quiet(member, group.channel)]
    group = _counted(desk, group, members, loud)
    shown = _want(desk, group.card, _group(desk, group, members))
    if group.is_aside:
        return
    heard = any(desk.hears(member, group.channel) for member in members)
    if group.closed_at and group.recovered and heard:
        said = alerts_groups.over(group, members, desk.score(group.channel))
        _reply(desk, shown, f"group:{group.id}:over", said)
    worse = [member for member in loud if desk.turns.get(member.id) is Turn.WORSE]
    if worse:
        subject = f"group:{group.id}:worse:{desk.now.timestamp():.0f}"
        _reply(desk, shown, subject, alerts_groups.worse(worse, desk.scene))
        cards.revive(desk.tx, group.card)


def _counted(
    desk: Desk, group: Group, members: Sequence[Incident], loud: Sequence[Incident]
) -> Group:
    """Return *group* as it stands after this sweep: whose end is worth a word, and whether over."""
    recovered = any(desk.turns.get(member.id) is Turn.CLOSED for member in loud)
    over = nags.is_over(group, members)
    after = replace(
        group,
        recovered=group.recovered or recovered,
        closed_at=desk.now if over else None,
    )
    if after != group:
        desk.keep_group(after)
    if over:
        del desk.groups[group.id]
        cards.finish(desk.tx, group.card, desk.now)
    return after


def _group(desk: Desk, group: Group, members: Sequence[Incident]) -> Message:
    score = desk.score(group.channel)
    if group.kind is Kind.QUESTION:
        return alerts_questions.question(group, members, desk.scene)
    if group.kind is Kind.REMINDER:
        return alerts_groups.reminder(group, members, score, desk.scene)
    return alerts_groups.group(group, members, score, desk.scene)


def _want(desk: Desk, id: int, message: Message) -> Card:
    """Make card *id* show *message*; return it as it was."""
    (card,) = cards.get(desk.tx, [id])
    if card.message != message:
        cards.change(desk.tx, id, message)
    return card


def _reply(desk: Desk, card: Card, subject: str, message: Message) -> None:
    """Answer in the thread of *card*. One that is not there tells it by itself, once it is."""
    if card.is_there:
        cards.want(desk.tx, subject, card.channel, message, desk.now, parent=card.id)
