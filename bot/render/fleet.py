"""The replies about the fleet: its status, and the URLs of its Spaces."""

from collections.abc import Collection, Sequence
from datetime import datetime

from bot.alerts.actions import Silence
from bot.cards import Block, Message
from bot.model import Condition, Space
from bot.parsing import NameIndex
from bot.parsing.ranges import compress_ranges
from bot.render import formatting
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
from bot.render.silence import NO_SILENCE, count_silenced, line_suffix
from bot.slack_limits import COMMAND_LENGTH

# Spaces in a status reply; the rest is counted.
_MAX_LINES = 40
# URLs in one reply: about as many as a message can hold.
_MAX_ADDRESSES = 100


def status(
    spaces: Sequence[Space],
    names: NameIndex,
    verbs: Collection[str],
    stale_since: datetime | None,
    slash: str,
    *,
    silence: Silence = NO_SILENCE,
) -> Message:
    """Return the counts by condition and one line for each Space, worst first.

    *verbs* are those that the person may use.
    """
    ordered = formatting.sort_worst_first(spaces)
    ids, summary = [space.id for space in ordered], formatting.count_by_condition(ordered)
    title = (
        f"*{formatting.count(len(ordered), 'Space')}*: "
        f"{summary}{count_silenced(ids, silence, people=True)}"
    )
    shown = [
        formatting.space_line(space, names) + line_suffix(space.id, silence)
        for space in ordered[:_MAX_LINES]
    ]
    shown = shown[: count_fitting(shown)]
    if more := len(ordered) - len(shown):
        shown.append(
            f"… and {more} more. `{slash} status failed` or `{slash} status asleep` shows fewer."
        )
    return message(
        f"{formatting.count(len(ordered), 'Space')}: "
        f"{summary}{count_silenced(ids, silence, people=False)}",
        section(title),
        *line_sections(shown),
        *(_wake_button(ordered, names) if "wake" in verbs else []),
        *stale_note(stale_since),
    )


def no_spaces(owners: Sequence[str], slash: str) -> Message:
    """Return the reply for a fleet without Spaces, with the next step."""
    label = escape(formatting.join_names(list(owners)))
    text = f"{label} has no Spaces that I can see."
    steps = f"Create one with `{slash} create`. If it has some, `{slash} doctor` finds out why."
    return message(text, section(f"{text} {steps}"))


def urls(
    spaces: Sequence[Space], names: NameIndex, stale_since: datetime | None, slash: str
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
        f"Links to {formatting.join_names([names.short_name(space.id) for space in spaces], 3)}",
        *line_sections(shown),
        *_more_urls_button(rest, names),
        *stale_note(stale_since),
    )


def stale_note(since: datetime | None) -> list[Block]:
    """Return a warning that the data is from *since*, or nothing if it is current."""
    if since is None:
        return []
    return [
        context(
            ":warning: Hugging Face isn't responding. Last known status, "
            f"{formatting.time_of_day(since)}."
        )
    ]


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
    command = _command_for("url", rest, names)
    return [actions(button(f"The other {len(rest)}", command))] if rest and command else []


def _wake_button(spaces: Sequence[Space], names: NameIndex) -> list[Block]:
    """Return a button that wakes the sleeping Spaces among *spaces*, and no others."""
    asleep = [space for space in spaces if space.condition is Condition.ASLEEP]
    is_whole_fleet = len(spaces) == len(names.ids)
    command = "wake sleeping" if is_whole_fleet else _command_for("wake", asleep, names)
    if not asleep or not command:
        return []
    label = "Wake it" if len(asleep) == 1 else f"Wake all {len(asleep)}"
    return [actions(button(label, command, style="primary"))]


def _command_for(verb: str, spaces: Sequence[Space], names: NameIndex) -> str:
    """Return a command for exactly *spaces*, or nothing if a button can't hold it."""
    wanted = {space.id for space in spaces}
    shorts = [names.short_name(id) for id in names.ids if id in wanted]
    command = f"{verb} {' '.join(compress_ranges(shorts))}"
    return command if len(command) <= COMMAND_LENGTH else ""
