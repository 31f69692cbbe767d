"""Mutes and acknowledgments: marks in other replies, replies and announcements."""

from collections.abc import Collection, Sequence

from bot.alerts.actions import Silence
from bot.alerts.incident import Mute
from bot.alerts.mutes import MuteUndo
from bot.cards import Block, Message
from bot.parsing.ranges import compress_ranges
from bot.render import formatting
from bot.render.alerts.buttons import ordered_names
from bot.render.alerts.context import AlertContext
from bot.render.alerts.incident_card import to_push_text
from bot.render.blocks import (
    actions,
    button,
    context,
    escape,
    line_sections,
    message,
    section,
    user_mention,
)
from bot.slack_limits import COMMAND_LENGTH

#: Nothing is muted or acknowledged.
NO_SILENCE = Silence()

# Names in a list before the rest is counted.
_MAX_NAMES = 5


def mute_announcement(mutes: Sequence[Mute], ctx: AlertContext) -> Message:
    """Return the announcement of one person's mutes, with a button to end them.

    Mutes of one command share a line.
    """
    shared: dict[tuple[object, ...], list[Mute]] = {}
    for mute in mutes:
        shared.setdefault((mute.until, mute.reason, mute.operation_id), []).append(mute)
    lines = [_mute_line(same, ctx) for same in shared.values()]
    spaces = [mute.space for mute in mutes]
    end = f"unmute {' '.join(_names(spaces, ctx))}"
    end_button = [actions(button("Unmute", end))] if len(end) <= COMMAND_LENGTH else []
    return message(
        to_push_text(f"Muted: {formatting.join_names(_names(spaces, ctx))}"),
        *line_sections([*lines[:-1], f"{lines[-1]} Cards keep updating."]),
        *end_button,
        *_undo_note(mutes, ctx),
    )


def _mute_line(mutes: Sequence[Mute], ctx: AlertContext) -> str:
    first = mutes[0]
    reason = f" ({escape(first.reason)})" if first.reason else ""
    until = formatting.timestamp(first.until)
    names = _label([mute.space for mute in mutes], ctx)
    return f":no_bell: {user_mention(first.by)} muted {names} until {until}{reason}."


def _undo_note(mutes: Sequence[Mute], ctx: AlertContext) -> list[Block]:
    """Return which number takes back which mutes."""
    numbered: dict[int, list[str]] = {}
    for mute in mutes:
        if mute.operation_id:
            numbered.setdefault(mute.operation_id, []).append(mute.space)
    if len(numbered) == 1:
        return [context(f"`undo {next(iter(numbered))}` takes this back.")]
    notes = [
        f"`undo {number}` for {escape(formatting.join_names(_names(spaces, ctx)), 300)}"
        for number, spaces in numbered.items()
    ]
    return [context(" · ".join(notes))] if notes else []


def unmute_announcement(spaces: Sequence[str], by: str, ctx: AlertContext) -> Message:
    """Return the message to the channel about the end of a mute."""
    if not spaces:
        text = "None of those were muted."
        return message(text, section(text))
    push_text = f"Unmuted: {formatting.join_names(_names(spaces, ctx))}"
    text = f":bell: {user_mention(by)} unmuted {_label(spaces, ctx)}."
    return message(to_push_text(push_text), section(text))


def undo_announcement(
    undone: MuteUndo, shown: Collection[str], by: str, ctx: AlertContext
) -> Message:
    """Return the message that a mute of the Spaces *shown* was taken back."""
    unmuted = [space for space in undone.unmuted if space in shown]
    restored = [mute.space for mute in undone.restored if mute.space in shown]
    parts = [f"{_label(unmuted, ctx)} {_verb(unmuted, 'alerts', 'alert')} again."] * bool(unmuted)
    if restored:
        parts.append(f"{_label(restored, ctx)} {_verb(restored, 'is', 'are')} muted as before.")
    if undone.changed:
        names = escape(formatting.join_names(_names(undone.changed, ctx)), 600)
        was, stays = _verb(undone.changed, "was", "were"), _verb(undone.changed, "stays", "stay")
        parts.append(f"{names} {was} changed since then and {stays} so.")
    push_text = f"Mute taken back: {formatting.join_names(_names([*unmuted, *restored], ctx))}"
    text = f":bell: {user_mention(by)} took back a mute: {' '.join(parts)}"
    return message(to_push_text(push_text), section(text))


def _verb(spaces: Sequence[str], one: str, more: str) -> str:
    return one if len(spaces) == 1 else more


def nothing_to_undo(number: int) -> Message:
    """Return the reply that nothing is left of the mute with this number."""
    text = (
        f"Nothing to undo: mute {number} has ended or was changed since. Use `unmute` to end a "
        "mute."
    )
    return message(text, section(text))


def ack_reply(spaces: Sequence[str], wanted: Sequence[str], ctx: AlertContext) -> Message:
    """Return the reply to `ack`: what was acknowledged, and when the ack check comes."""
    if not spaces:
        return _no_alert(wanted, ctx)
    names = formatting.join_names(_names(spaces, ctx))
    text = (
        f":raised_hand: You've got *{escape(names, 600)}*. No more alerts until it's resolved; "
        "I'll check in with you in 2 hours."
    )
    return message(to_push_text(f"You've got {names}"), section(text))


def ack_audit_line(spaces: Sequence[str], ctx: AlertContext) -> str:
    """Return the audit line of an `ack`; "" if it took nothing."""
    return f"took {formatting.join_names(_names(spaces, ctx))}" if spaces else ""


def handover_announcement(spaces: Sequence[str], by: str, owner: str, ctx: AlertContext) -> Message:
    """Return the message to the channel after *by* handed the incidents of *spaces* to *owner*."""
    names = formatting.join_names(_names(spaces, ctx))
    text = (
        f":raised_hand: {user_mention(by)} handed *{escape(names, 600)}* to "
        f"{user_mention(owner)}. I'll check in with them in 2 hours."
    )
    return message(to_push_text(f"Handed over: {names}"), section(text))


def release_reply(spaces: Sequence[str], wanted: Sequence[str], ctx: AlertContext) -> Message:
    """Return the reply to `release`: what has no owner any more."""
    if not spaces:
        text = f"No one was on {formatting.join_names(_names(wanted, ctx))}."
        return message(to_push_text(text), section(escape(text)))
    names, are = formatting.join_names(_names(spaces, ctx)), "is" if len(spaces) == 1 else "are"
    text = f"*{escape(names, 600)}* {are} unassigned. Alerts and reminders resume."
    return message(to_push_text(f"{names} {are} unassigned"), section(text))


def _no_alert(wanted: Sequence[str], ctx: AlertContext) -> Message:
    text = f"No open alert for {formatting.join_names(_names(wanted, ctx))}"
    return message(to_push_text(text), section(f"{escape(text)}; it may just have cleared."))


def _label(spaces: Sequence[str], ctx: AlertContext) -> str:
    """Return the names of *spaces* in bold, and their number if some are hidden."""
    names = _names(spaces, ctx)
    is_plain = len(names) == len(spaces) <= _MAX_NAMES
    number = "" if is_plain else f" ({len(spaces)} Spaces)"
    return f"*{escape(formatting.join_names(names))}*{number}"


def _names(spaces: Sequence[str], ctx: AlertContext) -> list[str]:
    """Return the names of *spaces*, compressed to ranges."""
    return compress_ranges(ordered_names(spaces, ctx))


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
