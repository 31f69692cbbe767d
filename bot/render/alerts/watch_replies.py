"""Replies to `watch`, `watches` and `unwatch`."""

from collections.abc import Sequence

from bot.alerts.routing import SETTINGS, Watch
from bot.cards import Message
from bot.render import formatting
from bot.render.alerts.incident_card import to_push_text
from bot.render.blocks import (
    channel_mention,
    code,
    context,
    line_sections,
    message,
    section,
    user_mention,
)


def watch_list(watches: Sequence[Watch], slash: str) -> Message:
    """Return the routes in *watches*: which channel receives what."""
    if not watches:
        text = f"This channel gets no alerts. Start with `{slash} watch error team-*`."
        return message("This channel gets no alerts", section(text))
    shown = [
        f"{channel_mention(watch.channel)} gets alerts for {_describe_route(watch)}"
        f" ({_watch_origin(watch)})"
        for watch in watches
    ]
    return message(
        f"Alerts: {formatting.count(len(watches), 'watch', 'watches')}",
        *line_sections(shown),
        context(f"Use `{slash} unwatch` in a channel to stop its watches."),
    )


def watch_announcement(watch: Watch, problem_count: int, slash: str) -> Message:
    """Return the message to the channel about a new route."""
    needs = "needs" if problem_count == 1 else "need"
    following = (
        f" {formatting.count(problem_count, 'Space')} {needs} attention now; the alert follows."
        if problem_count
        else ""
    )
    undo = f"`{' '.join([slash, 'unwatch', *watch.targets])}`"
    # The channel is named, because this goes to the person directly if the channel refuses it.
    where = "This conversation" if watch.channel.startswith("D") else channel_mention(watch.channel)
    text = (
        f":bell: {where} now gets alerts for {_describe_route(watch)} ({_watch_origin(watch)})."
        f"{following}"
    )
    push_text = f"New alerts here: {', '.join(watch.problems)}, {_targets(watch)}"
    return message(to_push_text(push_text), section(text), context(f"Use {undo} there to stop."))


def watch_audit_line(watch: Watch) -> str:
    """Return the audit line of a `watch`, without the channel, which has its own column."""
    return f"new alerts: {', '.join(watch.problems)}, {_targets(watch)}"


def unwatch_reply(ended_count: int, *, is_main: bool) -> Message:
    """Return the reply to `unwatch`: how many routes ended, and which one can't end."""
    text = (
        f"Stopped {formatting.count(ended_count, 'watch', 'watches')}."
        if ended_count
        else "This channel wasn't watching that."
    )
    if is_main:
        text += " It's the default alert channel: SPACEBOT_ALERT_ON sets what it gets."
    return message(to_push_text(text), section(text))


def _describe_route(watch: Watch) -> str:
    targets = code(" ".join(watch.targets)) if watch.targets else _targets(watch)
    return f"{formatting.join_names([code(kind) for kind in watch.problems])}, {targets}"


def _targets(watch: Watch) -> str:
    return " ".join(watch.targets) or "all Spaces"


def _watch_origin(watch: Watch) -> str:
    return "default" if watch.made_by == SETTINGS else f"set by {user_mention(watch.made_by)}"
