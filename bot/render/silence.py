"""Mutes and acknowledgments in words, for one Space and for many."""

from collections.abc import Collection

from bot.alerts.actions import Silence
from bot.render import formatting
from bot.render.blocks import escape, user_mention

#: Nothing is muted, and nobody has acknowledged anything.
NO_SILENCE = Silence()


def facts(space: str, silence: Silence) -> list[str]:
    """Return until when *space* is muted and who acknowledged it, one line each."""
    notes = []
    if mute := silence.mutes.get(space):
        reason = f" ({escape(mute.reason, 80)})" if mute.reason else ""
        until = formatting.timestamp(mute.until)
        notes.append(f":no_bell: muted until {until} by {user_mention(mute.by)}{reason}")
    if ack := silence.acks.get(space):
        notes.append(f":raised_hand: {user_mention(ack.by)} is on it")
    return notes


def line_suffix(space: str, silence: Silence) -> str:
    """Return the mute and the acknowledgment of *space*, as the end of its line."""
    notes = []
    if mute := silence.mutes.get(space):
        notes.append(f" · :no_bell: muted until {formatting.time_of_day(mute.until)}")
    if ack := silence.acks.get(space):
        notes.append(f" · :raised_hand: {user_mention(ack.by)} is on it")
    return "".join(notes)


def count_silenced(spaces: Collection[str], silence: Silence, *, people: bool) -> str:
    """Return how many of *spaces* are muted and acknowledged.

    With *people*, who acknowledged them; a notification text can't show mentions.
    """
    muted = sum(space in silence.mutes for space in spaces)
    acks = [silence.acks[space] for space in spaces if space in silence.acks]
    parts = [f"{muted} muted"] if muted else []
    if acks:
        names = formatting.join_names(
            [user_mention(by) for by in dict.fromkeys(ack.by for ack in acks)], 3
        )
        parts.append(f"{len(acks)} acknowledged{f' by {names}' if people else ''}")
    return "".join(f" · {part}" for part in parts)
