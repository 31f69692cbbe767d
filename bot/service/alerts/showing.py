"""Keeping cards true: what has changed is shown anew, and pings only where a rule says so."""

from collections.abc import Sequence
from dataclasses import replace

from bot.alerts import nags
from bot.alerts.follow import Turn
from bot.alerts.groups import Group, Kind
from bot.alerts.incidents import Incident
from bot.alerts.troubles import Trouble
from bot.cards import Card, Message
from bot.render import alerts, alerts_groups, alerts_questions
from bot.service.alerts import holding
from bot.service.alerts.desk import Desk
from bot.store import cards, incidents

#: After these, what was said of worse is not so any more.
_OVERTAKING = (Turn.WORSE, Turn.BETTER, Turn.CLOSED, Turn.ENDED)


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
    quiet, turn = desk.is_quiet(incident, channel), desk.turns.get(incident.id)
    if quiet or turn in _OVERTAKING:
        _withdraw(desk, card, f"incident:{incident.id}:")
    if quiet:
        return
    match turn:
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
    _show_worse(desk, group, shown, loud)


def _show_worse(desk: Desk, group: Group, card: Card, loud: Sequence[Incident]) -> None:
    """Say below the card of *group* who is worse. What nobody can have read yet is kept true."""
    subject = f"group:{group.id}:worse:"
    worse = [member for member in loud if desk.turns.get(member.id) is Turn.WORSE]
    if worse:
        cards.revive(desk.tx, card.id)
    waiting = cards.unread(desk.tx, card.id, subject)
    if waiting and group.kind is Kind.ALIKE:
        _say_anew(desk, waiting[0], [m for m in loud if _is_heavier(m, group)])
    elif group.closed_at:
        _withdraw(desk, card.id, subject)
    elif worse:
        said = alerts_groups.worse(worse, desk.scene)
        _reply(desk, card, f"{subject}{desk.now.timestamp():.0f}", said)


def _is_heavier(member: Incident, group: Group) -> bool:
    """Whether *member* is in worse trouble than brought *group* together."""
    return member.is_open and member.trouble.rank > Trouble(group.key).rank


def _say_anew(desk: Desk, reply: int, worse: Sequence[Incident]) -> None:
    """Let *reply* tell of *worse*; of nobody, if there is none any more."""
    if worse:
        cards.change(desk.tx, reply, alerts_groups.worse(worse, desk.scene))
    else:
        cards.withdraw(desk.tx, reply)


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
    if over and group.is_aside:
        cards.withdraw(desk.tx, group.card)
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


def _withdraw(desk: Desk, card: int, subject: str) -> None:
    """Take back what was to be said below *card*: it is not so any more, or said anew."""
    for reply in cards.unread(desk.tx, card, subject):
        cards.withdraw(desk.tx, reply)


def _reply(desk: Desk, card: Card, subject: str, message: Message) -> None:
    """Answer in the thread of *card*. One that is not there tells it by itself, once it is."""
    if card.is_there:
        cards.want(desk.tx, subject, card.channel, message, desk.now, parent=card.id)
