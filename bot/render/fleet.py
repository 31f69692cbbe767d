"""The replies about the fleet: its status, and the URLs of its Spaces."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from types import MappingProxyType

from bot.alerts import repair
from bot.alerts.actions import Silence
from bot.alerts.repair import BulkRepair, Remedy
from bot.cards import Block, Message
from bot.health.verdict import Verdict
from bot.hub_facts import Staleness
from bot.model import Space
from bot.parsing import NameIndex
from bot.parsing.ranges import compress_ranges
from bot.render import formatting
from bot.render.alerts.buttons import bulk_label, has_verb
from bot.render.alerts.silence import NO_SILENCE, count_silenced, line_suffix
from bot.render.blocks import (
    actions,
    button,
    context,
    count_fitting,
    escape,
    line_sections,
    link,
    message,
    section,
)
from bot.slack_limits import COMMAND_LENGTH
from bot.stages import Condition

# Spaces in a status reply; the rest is counted.
_MAX_LINES = 40
# Words of the grammar that select exactly the Spaces with this problem.
_SELECTING_WORDS = ("asleep", "paused", "crashed")
# URLs in one reply: about as many as a message can hold.
_MAX_ADDRESSES = 100


def status(
    spaces: Sequence[Space],
    names: NameIndex,
    verbs: Collection[str],
    staleness: Staleness | None,
    slash: str,
    *,
    silence: Silence = NO_SILENCE,
    template: Space | None = None,
    verdicts: Mapping[str, Verdict] = MappingProxyType({}),
    note: str = "",
) -> Message:
    """Return the counts by condition and one line for each Space, worst first.

    *verbs* are those that the person may use. *template* is shown and not counted. *verdicts* are
    about apps that were probed.
    """
    ordered = _sort_unready_first(formatting.sort_worst_first(spaces), verdicts)
    subject = formatting.count(len(ordered), "Space")
    scope = f"{subject}{' and the template' if template else ''}"
    ids = [space.id for space in ordered]
    summary = f"{formatting.count_by_condition(ordered)}{_count_unready(ordered, verdicts)}"
    lines = _space_lines(ordered, names, silence, verdicts)
    if more := len(ordered) - len(lines):
        lines.append(
            f"… and {more} more. `{slash} status failed` or `{slash} status asleep` shows fewer."
        )
    if template:
        is_marked = names.short_name(template.id) != "template"
        mark = " (template)" if is_marked else ""
        lines.append(f"{formatting.space_line(template, names)}{mark}")
    return message(
        f"{subject}: {summary}{count_silenced(ids, silence, people=False)}",
        section(f"*{scope}*: {summary}{count_silenced(ids, silence, people=True)}"),
        *line_sections(lines),
        *_repair_buttons(spaces, names, verbs),
        *([context(escape(note))] if note else []),
        *stale_note(staleness),
    )


def _space_lines(
    spaces: Sequence[Space], names: NameIndex, silence: Silence, verdicts: Mapping[str, Verdict]
) -> list[str]:
    """Return a line for each Space, as many as fit."""
    lines = [
        formatting.space_line(space, names, verdicts.get(space.id)) + line_suffix(space.id, silence)
        for space in spaces[:_MAX_LINES]
    ]
    return lines[: count_fitting(lines)]


def _is_unready(space: Space, verdicts: Mapping[str, Verdict]) -> bool:
    verdict = verdicts.get(space.id)
    return verdict is not None and not verdict.is_ready and space.condition is Condition.RUNNING


def _sort_unready_first(
    spaces: Sequence[Space], verdicts: Mapping[str, Verdict]
) -> Sequence[Space]:
    """Return *spaces*, among those that run the unready ones first. The sort is stable."""
    is_running = {space.id: space.condition is Condition.RUNNING for space in spaces}
    return sorted(spaces, key=lambda one: is_running[one.id] and not _is_unready(one, verdicts))


def _count_unready(spaces: Sequence[Space], verdicts: Mapping[str, Verdict]) -> str:
    return formatting.unready_note(sum(_is_unready(space, verdicts) for space in spaces))


def no_spaces(owners: Sequence[str], slash: str) -> Message:
    """Return the reply for a fleet without Spaces, with the next step."""
    label = escape(formatting.join_names(list(owners)))
    text = f"{label} has no Spaces that I can see."
    steps = f"Create one with `{slash} create`. If it has some, `{slash} doctor` finds out why."
    return message(text, section(f"{text} {steps}"))


def urls(
    spaces: Sequence[Space], names: NameIndex, staleness: Staleness | None, slash: str
) -> Message:
    """Return the URLs of *spaces*: the app, its docs and its health check."""
    shown = [_address_line(space, names) for space in spaces[:_MAX_ADDRESSES]]
    shown = shown[: count_fitting(shown)]
    rest = spaces[len(shown) :]
    if rest:
        first = names.short_name(rest[0].id)
        more = f"… and {len(rest)} more, from {escape(first, 100)} on."
        shown.append(f"{more} Name some to see theirs: `{slash} url team-1..12`.")
    return message(
        f"Links to {formatting.label_spaces([names.short_name(space.id) for space in spaces])}",
        *line_sections(shown),
        *_more_urls_button(rest, names),
        *stale_note(staleness),
    )


def stale_note(staleness: Staleness | None) -> list[Block]:
    """Return a warning that the data is old, with the reason. Empty if it is current."""
    if staleness is None:
        return []
    until = staleness.limited_until
    reason = (
        f"Hugging Face is rate-limiting us until {formatting.time_of_day(until)}"
        if until
        else "Hugging Face isn't responding"
    )
    since = formatting.time_of_day(staleness.since)
    return [context(f":warning: {reason}. Last known status, {since}.")]


def _address_line(space: Space, names: NameIndex) -> str:
    name = f"*{formatting.space_link(space.id, names)}*"
    if space.host is None:
        return f"{name} Hugging Face hasn't given it an address yet"
    host = space.host.rstrip("/")
    shown = f"{name} {link(host, escape(host))}"
    if space.is_static:  # no app, so no /docs and no /health
        return shown
    return f"{shown} · {link(host + '/docs', 'docs')} · {link(host + '/health', 'health')}"


def _more_urls_button(rest: Sequence[Space], names: NameIndex) -> list[Block]:
    command = _command_for("url {}", [space.id for space in rest], names)
    return [actions(button(f"The other {len(rest)}", command))] if rest and command else []


def _repair_buttons(
    spaces: Sequence[Space], names: NameIndex, verbs: Collection[str]
) -> list[Block]:
    """Return a button for each kind of problem, for exactly the counted Spaces.

    The label and the command are those of an alert card about the same Spaces.
    """
    is_whole_fleet = len(spaces) == len(names.ids)
    buttons = [
        (bulk_label(one), _repair_command(one, names, is_whole_fleet=is_whole_fleet))
        for one in repair.repairs_of_fleet(spaces)
        if has_verb(one.remedy, verbs)
    ]
    elements = [
        button(label, command, style="primary" if n == 0 else None)
        for n, (label, command) in enumerate(buttons)
        if command
    ]
    return [actions(*elements)] if elements else []


def _repair_command(one: BulkRepair, names: NameIndex, *, is_whole_fleet: bool) -> str:
    """Return the command of *one*, with its names or the word for its problem."""
    template = f"{one.remedy} {one.key}".rstrip()
    by_name = _command_for(template, one.spaces, names)
    has_other_cause = one.remedy in (Remedy.CPU_BASIC, Remedy.SET_SECRET)
    is_word = is_whole_fleet and one.problem in _SELECTING_WORDS and not has_other_cause
    return by_name or (template.format(one.problem) if is_word else "")


def _command_for(template: str, spaces: Iterable[str], names: NameIndex) -> str:
    """Return a command for exactly *spaces*, or nothing if a button can't hold it."""
    wanted = set(spaces)
    shorts = [names.short_name(id) for id in names.ids if id in wanted]
    command = template.format(" ".join(compress_ranges(shorts)))
    return command if len(command) <= COMMAND_LENGTH else ""
