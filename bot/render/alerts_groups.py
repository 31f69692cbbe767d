"""Cards that several incidents share: alike, of one cause, found first, or still open."""

from collections.abc import Container, Sequence
from datetime import datetime

from bot import collisions, reasons
from bot.alerts import groups
from bot.alerts.fingerprints import fingerprint
from bot.alerts.groups import Group, Kind
from bot.alerts.incidents import Incident
from bot.alerts.troubles import Trouble
from bot.cards import Block, Message
from bot.render import words
from bot.render.alerts import end_mark, mark, plain, state
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
    sharing = _sharing(group, still)
    head = _head(group, members, still, score)
    parts: list[Block] = [section(f"{_mark(group, still)} *{escape(head)}* · {_score(score)}")]
    parts += _cause(group, sharing)
    parts += lines(_lines(still, sharing, scene))
    parts += _repair(group, still, scene)
    parts.append(context(f"Why: {_reason(group, members)} · since {words.moment(group.opened_at)}"))
    return message(plain(f"{head} ({_score(score)}){_because(group, sharing)}"), *parts)


def over(group: Group, members: Sequence[Incident], score: Score) -> Message:
    """Answer once, in the card's thread, when all of a group is over."""
    text = f"{_all_over(group, members)} · {_score(score)}"
    return message(plain(text), section(f":large_green_circle: {escape(text)}"))


def worse(members: Sequence[Incident], scene: Scene) -> Message:
    """Answer in the thread of a group when some of it has become worse."""
    names = words.listed([scene.name(member.space) for member in members])
    text = f"{names} {'is' if len(members) == 1 else 'are'} worse"
    return message(
        plain(text),
        section(f":red_circle: {escape(text)}:"),
        *lines(_lines(members, _alike_in_error(members), scene)),
    )


def reminder(group: Group, members: Sequence[Incident], score: Score, scene: Scene) -> Message:
    """Remind of what is still open, in one message for all; it stays true as they recover."""
    now = group.opened_at
    still = [member for member in members if member.is_open]
    if not still:
        text = f"All {len(members)} of this reminder are over" if len(members) > 1 else "It is over"
        return message(text, section(f":large_green_circle: {text} · {_score(score)}"))
    oldest = words.span(now - min(member.opened_at for member in still))
    sharing = _sharing(group, still)
    text = f"{words.count(len(still), 'Space')} still in trouble, the oldest for {oldest}"
    parts: list[Block] = [
        section(f":alarm_clock: *{text}* · {_score(score)}"),
        *lines(_lines(still, sharing, scene)),
        *_repair(group, still, scene),
        context(f"Why: {_forgotten(members, now)}. `ack` or `mute` stops reminders."),
    ]
    return message(plain(f"{text}{_because(group, sharing)}"), *parts)


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
    alike, some = _same_error(group, still)
    alone = tally if " · " not in tally else f"in trouble{alike} ({tally})"
    what = alone.removeprefix(f"{len(still)} ")
    gone = all(member.trouble is Trouble.GONE for member in still)
    number = f"{len(still)}" if gone else f"{len(still)} of {score[1]}"
    said = f"{number} {what}{alike if alone == tally else ''}{some}"
    return f"{said}, {back} back" if back else said


def _same_error(group: Group, still: Sequence[Incident]) -> tuple[str, str]:
    """Say of all that they show the same error, or else of how many."""
    number = len(_sharing(group, still))
    if group.kind is not Kind.CAUSE or number == len(still):
        return (" with the same error" if group.kind is Kind.CAUSE else ""), ""
    return "", f", {number} with the same error" if number else ""


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


def _cause(group: Group, sharing: Sequence[Incident]) -> list[Block]:
    first = _because(group, sharing).removeprefix(": ")
    shared = group.kind is Kind.CAUSE and first
    return [section(code(first))] if shared else []


def _sharing(group: Group, still: Sequence[Incident]) -> list[Incident]:
    """Return those of *still* whose error is told once for them all."""
    if group.kind is not Kind.CAUSE:
        return _alike_in_error(still)
    found = groups.sharing(group, still)
    return found if len(found) > 1 or len(found) == len(still) else []


def _alike_in_error(still: Sequence[Incident]) -> list[Incident]:
    return list(still) if len({member.fingerprint for member in still}) == 1 else []


def _because(group: Group, sharing: Sequence[Incident]) -> str:
    """Return the error that all of *sharing* have in common, if it says something."""
    if not any(member.fingerprint for member in sharing):
        return ""
    first = sharing[0]
    hubs = group.kind is Kind.CAUSE and fingerprint(first.error) == group.key
    clue = first.evidence.clue if first.evidence and not hubs else ""
    return f": {reasons.first_line(clue or first.error)}"


def _lines(still: Sequence[Incident], sharing: Sequence[Incident], scene: Scene) -> list[str]:
    """Return what is so of whom, worst first: who are many and alike share a line.

    The error that is told of *sharing* all at once stands on no line; any other does.
    """
    ordered = sorted(still, key=lambda member: -member.trouble.rank)
    told = {member.id for member in sharing} if len(sharing) > 1 else set()
    shown: list[str] = []
    for alike, error in _alike(ordered, told):
        if len(alike) > _ALIKE:
            names = ranges(in_order([member.space for member in alike], scene))
            shown.append(_line(alike[0], escape(words.listed(names, _NAMES), 600), error))
        else:
            shown += [_line(member, scene.link(member.space), error) for member in alike]
    more = len(shown) - _LINES
    return [*shown[:_LINES], f"… and {more} more"] if more > 0 else shown


def _alike(ordered: Sequence[Incident], told: Container[int]) -> list[tuple[list[Incident], str]]:
    """Sort together of whom the same would be said, with the error that their lines show."""
    found: dict[tuple[str, str, str], list[Incident]] = {}
    for member in ordered:
        error = "" if member.id in told else _own_error(member)
        key = (error, state(member), member.ack.by if member.ack else "")
        found.setdefault(key, []).append(member)
    return [(alike, key[0]) for key, alike in found.items()]


def _own_error(member: Incident) -> str:
    """Return what a member's line says of the reason: the log's word where the Hub's is empty."""
    if member.trouble is not Trouble.BROKEN:
        return ""
    clue = member.evidence.clue if member.evidence and not fingerprint(member.error) else ""
    return reasons.first_line(clue or member.error)


def _line(member: Incident, who: str, error: str) -> str:
    said = f"{mark(member)} *{who}* {state(member)}"
    said += f" · <@{member.ack.by}> is on it" if member.ack else ""
    return f"{said} · {code(error)}" if error else said


def _repair(group: Group, still: Sequence[Incident], scene: Scene) -> list[Block]:
    """Offer what mends all that are down; where that differs, waking starts whatever is down."""
    fallen = groups.down(still)
    down = [member for member in fallen if not collisions.is_collision(member.error)]
    if not down and fallen:
        return _deletion(group, fallen, scene)
    verbs = {_verb(member) for member in down}
    verb = verbs.pop() if len(verbs) == 1 else "wake"
    label = f"{verb.capitalize()} {'it' if len(down) == 1 else f'all {len(down)}'}"
    return all_of(verb, label, [member.space for member in down], group.id, scene)


def _deletion(group: Group, down: Sequence[Incident], scene: Scene) -> list[Block]:
    """Offer to delete the variable that all of *down* have beside a secret of the same name."""
    shared = [set(member.evidence.shared) if member.evidence else set() for member in down]
    keys = sorted(set.intersection(*shared))
    if not keys:
        return []
    label = f"Delete variable {keys[0]}"
    spaces = [member.space for member in down]
    return all_of("variable delete", label, spaces, group.id, scene, key=keys[0])


def _verb(member: Incident) -> str:
    return "rebuild" if member.trouble is Trouble.STUCK else words.repair(member.stage)


def _reason(group: Group, members: Sequence[Incident]) -> str:
    match group.kind:
        case Kind.FIRST:
            return "this is my first look, so all that I found is told at once"
        case Kind.CAUSE:
            return f"{len(members)} Spaces have shown one error; more of it are added here"
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
