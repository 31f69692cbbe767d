"""Replies to `why`, `watch`, `watches`, `unwatch`, `mute`, `unmute` and `ack`."""

from collections.abc import Sequence
from datetime import datetime

from bot.alerts.actions import RecordedTransition, SpaceHistory
from bot.alerts.problems import MISSING_STAGE
from bot.alerts.routing import SETTINGS, Watch
from bot.cards import Message
from bot.model import condition
from bot.parsing.ranges import compress_ranges
from bot.render import formatting
from bot.render.alerts.buttons import ordered_names
from bot.render.alerts.context import AlertContext
from bot.render.alerts.incident_card import describe_state, emoji, to_push_text
from bot.render.alerts.reasons import describe_reason
from bot.render.blocks import (
    actions,
    button,
    channel_mention,
    code,
    context,
    escape,
    line_sections,
    message,
    section,
    user_mention,
)
from bot.slack_limits import COMMAND_LENGTH

# Names in a list before the rest is counted.
_MAX_NAMES = 5
# Reasons of one change; each is a sentence.
_MAX_REASONS = 8


def space_history(history: SpaceHistory, name: str) -> Message:
    """Return the recorded transitions of a Space, newest first, below its current state."""
    symbol, state = _current_state(history)
    entries = [_transition_line(transition) for transition in history.transitions]
    return message(
        to_push_text(f"{name}: {state}"),
        section(f"*{escape(name, 100)}* {symbol} {state}{_delivery_lines(history)}"),
        *line_sections(entries or ["I have seen no change of it yet."]),
        context(" · ".join(_current_notes(history))),
    )


def watch_list(watches: Sequence[Watch], slash: str) -> Message:
    """Return the routes in *watches*: which channel receives what."""
    if not watches:
        text = f"This channel hears of nothing. `{slash} watch error team-*` changes that."
        return message("This channel hears of nothing", section(text))
    shown = [
        f"{channel_mention(w.channel)} hears of {_describe_route(w)} · {_watch_origin(w)}"
        for w in watches
    ]
    undo = f"`{slash} unwatch` in a channel ends what was asked for there."
    return message(
        f"{formatting.count(len(watches), 'watch', 'watches')}",
        *line_sections(shown),
        context(undo),
    )


def mute_announcement(
    spaces: Sequence[str], until: datetime, by: str, reason: str, ctx: AlertContext
) -> Message:
    """Return the message to the channel about a mute, with a button that ends it."""
    names, number = _names(spaces, ctx)
    label = formatting.join_names(names)
    because = f" because {escape(reason)}" if reason else ""
    text = (
        f":no_bell: {user_mention(by)} muted *{escape(label)}*{number} until "
        f"{formatting.timestamp(until)}{because}."
    )
    undo = f"unmute {' '.join(names)}"
    undo_button = [actions(button("Unmute", undo))] if len(undo) <= COMMAND_LENGTH else []
    return message(
        to_push_text(f"Muted: {label}"), section(f"{text} Cards stay true."), *undo_button
    )


def unmute_announcement(spaces: Sequence[str], by: str, ctx: AlertContext) -> Message:
    """Return the message to the channel about the end of a mute."""
    if not spaces:
        return message("Nothing was muted", section("Nothing of that was muted."))
    names, number = _names(spaces, ctx)
    label = formatting.join_names(names)
    text = f":bell: {user_mention(by)} unmuted *{escape(label)}*{number}."
    return message(to_push_text(f"Unmuted: {label}"), section(text))


def _names(spaces: Sequence[str], ctx: AlertContext) -> tuple[list[str], str]:
    """Return the names of *spaces*, compressed to ranges, and their number if some are hidden."""
    names = compress_ranges(ordered_names(spaces, ctx))
    is_plain = len(names) == len(spaces) <= _MAX_NAMES
    return names, "" if is_plain else f" ({len(spaces)} Spaces)"


def ack_reply(spaces: Sequence[str], ctx: AlertContext) -> Message:
    """Return the reply to `ack`: what was acknowledged, and when the ack check comes."""
    if not spaces:
        text = "There is no open alert about that. It may have ended a moment ago."
        return message("No open alert", section(text))
    label = formatting.join_names([ctx.name(space) for space in spaces])
    text = f"You are on *{escape(label)}*. No pings until it is over; I ask again in 2 hours."
    return message(to_push_text(f"You are on {label}"), section(f":raised_hand: {text}"))


def watch_announcement(watch: Watch, problem_count: int, slash: str) -> Message:
    """Return the message to the channel about a new route."""
    following = (
        f" {formatting.count(problem_count, 'Space')} in trouble now will follow."
        if problem_count
        else ""
    )
    undo = f"`{' '.join([slash, 'unwatch', *watch.targets])}`"
    # The channel is named, because this goes to the person directly if the channel refuses it.
    where = "This conversation" if watch.channel.startswith("D") else channel_mention(watch.channel)
    text = (
        f":ear: {where} hears of {_describe_route(watch)}, as {user_mention(watch.made_by)} "
        f"asked.{following}"
    )
    undo = f"Undo it there with {undo}."
    return message("A channel hears of more", section(text), context(undo))


def unwatch_reply(ended_count: int, *, is_main: bool) -> Message:
    """Return the reply to `unwatch`: how many routes ended, and which one can't end."""
    if ended_count:
        verb = "is" if ended_count == 1 else "are"
        text = f"{formatting.count(ended_count, 'watch', 'watches')} of this channel {verb} ended."
    else:
        text = "This channel had not asked for that."
    if is_main:
        text += " It is the alert channel of the settings: SPACEBOT_ALERT_ON says what it hears."
    return message(to_push_text(text), section(text))


def _current_state(history: SpaceHistory) -> tuple[str, str]:
    """Return the emoji and the words for the current state."""
    if history.incident and history.incident.is_open:
        since = formatting.timestamp(history.incident.opened_at)
        return emoji(history.incident), f"{describe_state(history.incident)}, since {since}"
    if history.now is None:
        return ":ghost:", "the Hub does not show it now"
    stage = history.now.stage
    return formatting.emoji(condition(stage)), formatting.describe_stage(stage)


def _delivery_lines(history: SpaceHistory) -> str:
    """Return, for each channel, whether the last incident's card is delivered or why not."""
    deliveries = (history.deliveries or {}).items()
    lines = [_delivery_line(channel_mention(id), error) for id, error in deliveries]
    return "".join(f"\n{line}" for line in lines)


def _delivery_line(channel: str, error: str) -> str:
    if not error:
        return f"Told in {channel}."
    return f":warning: {channel}: {escape(error, 400)}"


def _transition_line(transition: RecordedTransition) -> str:
    stages = dict.fromkeys(stage for stage in (transition.before, transition.after) if stage)
    change = " → ".join(
        "gone" if stage == MISSING_STAGE else formatting.describe_stage(stage) for stage in stages
    )
    reasons = "; ".join(map(describe_reason, transition.reasons[:_MAX_REASONS]))
    return f"{formatting.timestamp(transition.at)} *{change}*: {reasons}"


def _current_notes(history: SpaceHistory) -> list[str]:
    notes = []
    if history.mute:
        notes.append(
            f"muted until {formatting.timestamp(history.mute.until)} by "
            f"{user_mention(history.mute.by)}"
        )
    if history.incident and history.incident.ack and history.incident.is_open:
        notes.append(f"{user_mention(history.incident.ack.by)} is on it")
    receivers = history.receivers or {}
    notes += [
        f"{channel_mention(key)} hears of {', '.join(problems)}"
        for key, problems in receivers.items()
    ]
    return notes or ["no channel hears of it"]


def _describe_route(watch: Watch) -> str:
    targets = code(" ".join(watch.targets)) if watch.targets else "every Space"
    return f"{escape(', '.join(watch.problems))} of {targets}"


def _watch_origin(watch: Watch) -> str:
    return (
        "from the settings"
        if watch.made_by == SETTINGS
        else f"asked by {user_mention(watch.made_by)}"
    )
