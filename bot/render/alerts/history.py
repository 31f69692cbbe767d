"""The reply to `why`: what happened to a Space, and which alerts it caused."""

from datetime import datetime

from bot.alerts.actions import RecordedTransition, SpaceHistory
from bot.alerts.problems import MISSING_STAGE
from bot.cards import Message
from bot.render import formatting
from bot.render.alerts.incident_card import describe_state, emoji, to_push_text
from bot.render.alerts.reasons import describe_reason
from bot.render.blocks import (
    channel_mention,
    code,
    context,
    escape,
    line_sections,
    message,
    section,
    user_mention,
)
from bot.stages import condition

# Reasons of one change; each is a sentence.
_MAX_REASONS = 8


def space_history(history: SpaceHistory, name: str) -> Message:
    """Return the recorded transitions of a Space, newest first, below its current state."""
    symbol, state, since = _current_state(history)
    shown = f"{state} since {formatting.timestamp(since)}" if since else state
    push_state = f"{state} since {formatting.plain_timestamp(since)}" if since else state
    entries = [_transition_line(transition) for transition in history.transitions]
    return message(
        to_push_text(f"{name}: {push_state}"),
        section(f"*{escape(name, 100)}* {symbol} {shown}{_delivery_lines(history)}"),
        *line_sections(entries or ["No change seen yet."]),
        context(" · ".join(_current_notes(history))),
    )


def _current_state(history: SpaceHistory) -> tuple[str, str, datetime | None]:
    """Return the emoji and words for the current state, and the start of an incident."""
    if (incident := history.incident) and incident.is_open:
        return emoji(incident), describe_state(incident), incident.opened_at
    if history.now is None:
        return ":ghost:", "not on Hugging Face now", None
    stage = history.now.stage
    return formatting.emoji(condition(stage)), formatting.describe_stage(stage), None


def _delivery_lines(history: SpaceHistory) -> str:
    """Return, for each channel, whether the last incident's card is delivered or why not."""
    deliveries = (history.deliveries or {}).items()
    lines = [_delivery_line(channel_mention(id), error) for id, error in deliveries]
    return "".join(f"\n{line}" for line in lines)


def _delivery_line(channel: str, error: str) -> str:
    if not error:
        return f"Alert is in {channel}."
    return f":warning: {channel}: {escape(error, 400)}"


def _transition_line(transition: RecordedTransition) -> str:
    stages = dict.fromkeys(stage for stage in (transition.before, transition.after) if stage)
    change = " → ".join(
        "missing" if stage == MISSING_STAGE else formatting.describe_stage(stage)
        for stage in stages
    )
    reasons = " ".join(f"{describe_reason(one)}." for one in transition.reasons[:_MAX_REASONS])
    return f"{formatting.timestamp(transition.at)} *{change}*. {reasons}"


def _current_notes(history: SpaceHistory) -> list[str]:
    notes = []
    if history.mute:
        notes.append(
            f"Muted until {formatting.timestamp(history.mute.until)} by "
            f"{user_mention(history.mute.by)}"
        )
    if history.incident and history.incident.ack and history.incident.is_open:
        notes.append(f"{user_mention(history.incident.ack.by)} is on it")
    receivers = history.receivers or {}
    notes += [
        f"{channel_mention(key)} gets alerts for {', '.join(map(code, problems))}"
        for key, problems in receivers.items()
    ]
    return notes or ["No channel gets alerts for it"]
