"""Asking who is on something whether they still are: one question for all they took at once."""

from collections.abc import Sequence

from bot.alerts import nags
from bot.alerts.groups import Group
from bot.alerts.incidents import Incident
from bot.cards import Message
from bot.render import words
from bot.render.alerts import plain, state
from bot.render.alerts_scene import Scene
from bot.render.alerts_taps import all_of, in_order, ranges
from bot.render.blocks import context, escape, lines, message, person, section

# So many names stand on the card; the button means all of them.
_NAMES = 15


def question(group: Group, members: Sequence[Incident], scene: Scene) -> Message:
    """Ask whoever took *members* whether they still are on them, or say what became of that."""
    waiting = [member for member in members if nags.is_waiting(group, member)]
    if not waiting:
        return _settled(group, members, scene)
    name, it = _names(waiting, scene), "it is" if len(waiting) == 1 else "they are"
    what = f" ({state(waiting[0])})" if len(waiting) == 1 else ""
    ask = f"{person(group.key)} are you still on *{escape(name, 600)}*{what}?"
    spaces = [member.space for member in waiting]
    label = "Still on it" if len(spaces) == 1 else f"Still on all {len(spaces)}"
    became = _became(group, members, scene)
    return message(
        plain(f"Still on {name}{what}?"),
        section(f"{ask} Without an answer within 30 minutes {it} nobody's again."),
        *all_of("ack", label, spaces, group.id, scene),
        *([context(" · ".join(said for _, said in became))] if became else []),
    )


def _settled(group: Group, members: Sequence[Incident], scene: Scene) -> Message:
    became = _became(group, members, scene)
    return message(plain(became[0][0]), *lines([said for _, said in became]))


def _became(group: Group, members: Sequence[Incident], scene: Scene) -> list[tuple[str, str]]:
    """Say what became of those that are asked about no more: for a push, and for the card."""
    open_ = [m for m in members if m.is_open and not nags.is_waiting(group, m)]
    dropped = [member for member in open_ if not member.ack]
    said = [_nobodys(group.key, dropped, scene)] if dropped else []
    taken: dict[str, list[Incident]] = {}
    for member in open_:
        if member.ack:
            taken.setdefault(member.ack.by, []).append(member)
    said += [_taken(by, theirs, scene) for by, theirs in taken.items()]
    over = [member for member in members if not member.is_open]
    return said + ([_over(over, scene)] if over else [])


def _nobodys(by: str, dropped: Sequence[Incident], scene: Scene) -> tuple[str, str]:
    name, are = _names(dropped, scene), "is" if len(dropped) == 1 else "are"
    text = f"{name} {are} nobody's again: the question was not answered"
    return text, f"{person(by)} {escape(text, 700)}. Reminders go on."


def _taken(by: str, theirs: Sequence[Incident], scene: Scene) -> tuple[str, str]:
    name = _names(theirs, scene)
    return f"{name}: somebody is on it", f":raised_hand: {person(by)} is on *{escape(name, 600)}*."


def _over(over: Sequence[Incident], scene: Scene) -> tuple[str, str]:
    name, are = _names(over, scene), "is" if len(over) == 1 else "are"
    text = f"{name} {are} over"
    return text, f":white_check_mark: *{escape(name, 600)}* {are} over."


def _names(members: Sequence[Incident], scene: Scene) -> str:
    return words.listed(ranges(in_order([member.space for member in members], scene)), _NAMES)
