"""The lines of a group's card: one for each incident, and the shared error."""

from collections.abc import Container, Iterable, Iterator, Sequence
from itertools import islice

from bot import error_summary
from bot.alerts import grouping
from bot.alerts.grouping import Group, GroupKind
from bot.alerts.incident import Incident
from bot.alerts.problems import ProblemKind
from bot.error_summary import fingerprint
from bot.parsing.ranges import compress_ranges
from bot.render import formatting
from bot.render.alerts.buttons import ordered_names
from bot.render.alerts.context import AlertContext
from bot.render.alerts.incident_card import describe_state, emoji
from bot.render.blocks import code, escape

# Lines on a card, names on a line, and the number of identical incidents above which they share
# a line.
_MAX_LINES, _MAX_NAMES, _SHARE_LINE_ABOVE = 12, 15, 3


def with_shared_error(group: Group, open_members: Sequence[Incident]) -> list[Incident]:
    """Return the open members whose error the card shows once for all of them."""
    if group.kind is not GroupKind.SAME_CAUSE:
        return with_one_fingerprint(open_members)
    same_cause = grouping.with_same_cause(group, open_members)
    return same_cause if len(same_cause) > 1 or len(same_cause) == len(open_members) else []


def with_one_fingerprint(members: Sequence[Incident]) -> list[Incident]:
    """Return *members* if they all have the same fingerprint, else nothing."""
    return list(members) if len({member.fingerprint for member in members}) == 1 else []


def shared_error(group: Group, sharing: Sequence[Incident]) -> str:
    """Return the common error of *sharing*, "" if it isn't known."""
    if not any(member.fingerprint for member in sharing):
        return ""
    first = sharing[0]
    is_hub_error = group.kind is GroupKind.SAME_CAUSE and fingerprint(first.error) == group.key
    matched_line = first.diagnosis.matched_line if first.diagnosis and not is_hub_error else ""
    return error_summary.summarize(matched_line or first.error)


def incident_lines(
    open_members: Sequence[Incident], sharing: Sequence[Incident], ctx: AlertContext
) -> list[str]:
    """Return one line for each incident, most severe first.

    More than three identical incidents share a line. The error shown once for all of *sharing* is
    omitted from their lines; any other error is shown.
    """
    ordered = sorted(open_members, key=lambda member: -member.problem.severity)
    error_shown = {member.id for member in sharing} if len(sharing) > 1 else set()
    identical = _group_identical(ordered, error_shown)
    number = sum(len(same) if len(same) <= _SHARE_LINE_ABOVE else 1 for same, _ in identical)
    shown = list(islice(_lines(identical, ctx), _MAX_LINES))
    return [*shown, f"… and {number - len(shown)} more"] if number > len(shown) else shown


def _lines(identical: Iterable[tuple[list[Incident], str]], ctx: AlertContext) -> Iterator[str]:
    """Yield the lines, one at a time, because a card shows twelve of perhaps thousands."""
    for same, error in identical:
        if len(same) > _SHARE_LINE_ABOVE:
            yield _incident_line(same[0], _linked_names(same, ctx), error)
        else:
            yield from (_incident_line(member, ctx.link(member.space), error) for member in same)


def _linked_names(members: Sequence[Incident], ctx: AlertContext) -> str:
    """Return the names of the Spaces as links; a range of names has no page."""
    links = {ctx.name(member.space): ctx.link(member.space) for member in members}
    names = compress_ranges(ordered_names([member.space for member in members], ctx))
    return formatting.join_names(
        [links.get(name) or escape(name, 100) for name in names], _MAX_NAMES
    )


def _group_identical(
    ordered: Sequence[Incident], error_shown: Container[int]
) -> list[tuple[list[Incident], str]]:
    """Return (incidents, error) for each distinct line."""
    by_content: dict[tuple[str, str, str], list[Incident]] = {}
    for member in ordered:
        error = "" if member.id in error_shown else _own_error(member)
        key = (error, describe_state(member), member.ack.by if member.ack else "")
        by_content.setdefault(key, []).append(member)
    return [(same, key[0]) for key, same in by_content.items()]


def _own_error(member: Incident) -> str:
    """Return the error on a member's line: the Hub's, else the matched log line."""
    has_error = member.problem in (ProblemKind.FAILED, ProblemKind.UNRESPONSIVE)
    if not has_error or not member.is_error_current:
        return ""
    matched_line = (
        member.diagnosis.matched_line if member.diagnosis and not fingerprint(member.error) else ""
    )
    return error_summary.summarize(matched_line or member.error)


def _incident_line(member: Incident, label: str, error: str) -> str:
    text = f"{emoji(member)} *{label}* {describe_state(member)}"
    text += f" · <@{member.ack.by}> is on it" if member.ack else ""
    return f"{text} · {code(error)}" if error else text
