"""Cards that several incidents share: alike, of one cause, found first, or still open."""

from collections.abc import Sequence
from datetime import datetime

from bot.alerts import groups
from bot.alerts.groups import Group, Kind
from bot.alerts.incidents import Incident
from bot.alerts.troubles import Trouble
from bot.cards import Block, Message
from bot.render import words
from bot.render.alerts import end_mark, mark, moment, plain, state
from bot.render.alerts_scene import Scene
from bot.render.alerts_taps import all_of, in_order, ranges
from bot.render.blocks import code, context, escape, lines, message, section

# What a phone shows without losing the reader: lines, names in a line, and from how many on
# those who are alike share one.
_LINES, _NAMES, _ALIKE = 12, 15, 3

Score = tuple[int, int]  # up, of all


def group(group: Group, members: Sequence[Incident], score: Score, scene: Scene) -> Message:
    """Show a group as it is now. The score is always on it."""
    still = [member for member in members if member.is_open]
    if not still and members:
        return _over(group, members, score)
    head = _head(group, members, still, score)
    parts: list[Block] = [section(f"{_mark(group, still)} *{escape(head)}* · {_score(score)}")]
    parts += _cause(group, still)
    parts += lines(_lines(still, scene))
    parts += _repair(group, still, scene)
    parts.append(context(f"Why: {_reason(group, members)} · since {moment(group.opened_at)}"))
    return message(plain(f"{head} ({_score(score)}){_because(still)}"), *parts)


def over(group: Group, members: Sequence[Incident], score: Score) -> Message:
    """Answer once, in the card's thread, when all of a group is over."""
    text = f"{_all_over(group, members)} · {_score(score)}"
    return message(plain(text), section(f":large_green_circle: {escape(text)}"))


def worse(members: Sequence[Incident], scene: Scene) -> Message:
    """Answer in the thread of a group when some of it has become worse."""
    names = words.listed([scene.name(member.space) for member in members])
    text = f"{names} {'is' if len(members) == 1 else 'are'} worse"
    return message(
        plain(text), section(f":red_circle: {escape(text)}:"), *lines(_lines(members, scene))
    )


def reminder(group: Group, members: Sequence[Incident], score: Score, scene: Scene) -> Message:
    """Remind of what is still open, in one message for all; it stays true as they recover."""
    now = group.opened_at
    still = [member for member in members if member.is_open]
    if not still:
        text = f"All {len(members)} of this reminder are over" if len(members) > 1 else "It is over"
        return message(text, section(f":large_green_circle: {text} · {_score(score)}"))
    oldest = words.span(now - min(member.opened_at for member in still))
    text = f"{words.count(len(still), 'Space')} still in trouble, the oldest for {oldest}"
    parts: list[Block] = [
        section(f":alarm_clock: *{text}* · {_score(score)}"),
        *lines(_lines(still, scene)),
        *_repair(group, still, scene),
        context(f"Why: {_forgotten(members, now)}. `ack` or `mute` stops reminders."),
    ]
    return message(plain(f"{text}{_because(still)}"), *parts)


def _forgotten(members: Sequence[Incident], now: datetime) -> str:
    """Say why there is a reminder: it was so when it came, and stays so as they recover."""
    oldest = words.span(now - min(member.opened_at for member in members))
    if len(members) == 1:
        return f"it was open for {oldest} and nobody was on it"
    return f"the oldest of these {len(members)} was open for {oldest} and nobody was on them"


def _head(
    group: Group, members: Sequence[Incident], still: Sequence[Incident], score: Score
) -> str:
    tally = _tally(still)
    if group.kind is Kind.FIRST and len(still) == len(members):
        return f"Watching {words.count(score[1], 'Space')}: {tally or 'nothing in trouble'}"
    back = len(members) - len(still)
    alike = " with the same error" if group.kind is Kind.CAUSE else ""
    alone = tally if " · " not in tally else f"in trouble{alike} ({tally})"
    what = alone.removeprefix(f"{len(still)} ")
    gone = all(member.trouble is Trouble.GONE for member in still)
    number = f"{len(still)}" if gone else f"{len(still)} of {score[1]}"
    said = f"{number} {what}{alike if alone == tally else ''}"
    return f"{said}, {back} back" if back else said


def _tally(still: Sequence[Incident]) -> str:
    """Count by what they are now, worst first: `9 asleep · 5 coming up`."""
    ordered = sorted(still, key=lambda member: -member.trouble.rank)
    kinds = [_kind(member) for member in ordered]
    return " · ".join(f"{kinds.count(kind)} {kind}" for kind in dict.fromkeys(kinds))


def _kind(member: Incident) -> str:
    if member.unstable_since:
        return "unstable"
    return "coming up" if member.is_coming_up else member.trouble.value


def _mark(group: Group, still: Sequence[Incident]) -> str:
    if not still:
        return ":eyes:" if group.kind is Kind.FIRST else ":large_green_circle:"
    worst = max(still, key=lambda member: member.trouble.rank)
    return mark(worst)


def _score(score: Score) -> str:
    return f"{score[0]}/{score[1]} up"


def _cause(group: Group, still: Sequence[Incident]) -> list[Block]:
    first = _because(still).removeprefix(": ")
    shared = group.kind is Kind.CAUSE and first
    return [section(code(first))] if shared else []


def _because(still: Sequence[Incident]) -> str:
    """Return the error that all of *still* have in common, if they have one."""
    prints = {member.fingerprint for member in still}
    if len(prints) != 1 or prints == {""}:
        return ""
    evidence = still[0].evidence
    clue = evidence.clue if evidence else ""
    return f": {clue or words.first_line(still[0].error)}"


def _lines(still: Sequence[Incident], scene: Scene) -> list[str]:
    """Return what is so of whom, worst first: who are many and alike share a line."""
    ordered = sorted(still, key=lambda member: -member.trouble.rank)
    shared = len({member.fingerprint for member in still}) == 1 and len(still) > 1
    shown: list[str] = []
    for alike in _alike(ordered, with_error=not shared):
        if len(alike) > _ALIKE:
            shown.append(_many(alike, scene))
        else:
            shown += [_line(member, scene, with_error=not shared) for member in alike]
    more = len(shown) - _LINES
    return [*shown[:_LINES], f"… and {more} more"] if more > 0 else shown


def _alike(ordered: Sequence[Incident], *, with_error: bool) -> list[list[Incident]]:
    """Sort together of whom the same would be said."""
    found: dict[tuple[str, str, str], list[Incident]] = {}
    for member in ordered:
        broken = with_error and member.trouble is Trouble.BROKEN
        telling = words.first_line(member.error) if broken else ""
        key = (state(member), telling, member.ack.by if member.ack else "")
        found.setdefault(key, []).append(member)
    return list(found.values())


def _many(alike: Sequence[Incident], scene: Scene) -> str:
    """Return one line for many: `team-1..14 and team-20 asleep`."""
    said = _line(alike[0], scene, with_error=False).partition("*")[2].partition("*")[2].strip()
    names = words.listed(ranges(in_order([member.space for member in alike], scene)), _NAMES)
    return f"{mark(alike[0])} *{escape(names, 600)}* {said}"


def _line(member: Incident, scene: Scene, *, with_error: bool) -> str:
    said = f"{mark(member)} *{scene.link(member.space)}* {state(member)}"
    said += f" · <@{member.ack.by}> is on it" if member.ack else ""
    telling = words.first_line(member.error) if with_error else ""
    return f"{said} · {code(telling)}" if telling and member.trouble is Trouble.BROKEN else said


def _repair(group: Group, still: Sequence[Incident], scene: Scene) -> list[Block]:
    """Offer what mends all that are down; where that differs, waking starts whatever is down."""
    down = groups.down(still)
    verbs = {_verb(member) for member in down}
    verb = verbs.pop() if len(verbs) == 1 else "wake"
    label = f"{verb.capitalize()} {'it' if len(down) == 1 else f'all {len(down)}'}"
    return all_of(verb, label, [member.space for member in down], group.id, scene)


def _verb(member: Incident) -> str:
    return "rebuild" if member.trouble is Trouble.STUCK else words.repair(member.stage)


def _reason(group: Group, members: Sequence[Incident]) -> str:
    match group.kind:
        case Kind.FIRST:
            return "this is my first look, so all that I found is told at once"
        case Kind.CAUSE:
            return f"{len(members)} Spaces share one error; more of it are added here"
        case Kind.ALIKE | Kind.REMINDER | Kind.QUESTION:
            return f"{len(members)} Spaces changed alike; more within 10 minutes are added here"


def _over(group: Group, members: Sequence[Incident], score: Score) -> Message:
    text = f"{_all_over(group, members)} · {_score(score)}"
    told = [f"{end_mark(m)} {m.ending}" for m in members]
    endings = [f"{told.count(one)} × {escape(one, 100)}" for one in dict.fromkeys(told)]
    return message(
        plain(text),
        section(f"{max(map(end_mark, members), key=_is_green)} *{escape(text)}*"),
        context(" · ".join(endings)[:2000]),
    )


def _is_green(mark: str) -> bool:
    return mark == ":large_green_circle:"


def _all_over(group: Group, members: Sequence[Incident]) -> str:
    endings = {member.ending for member in members}
    how = endings.pop() if len(endings) == 1 else "over"
    ends = [member.closed_at for member in members if member.closed_at]
    took = words.span(max(ends) - group.opened_at) if ends else "no time"
    who = f"All {len(members)}" if len(members) > 1 else "1 Space"
    return f"{who} {how} after {took}"
