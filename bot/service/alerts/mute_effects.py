"""Effects of mutes: begun, ended, and taken back by their number."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from bot.alerts import mutes as core
from bot.alerts.actions import MuteSpaces, UndoMute, UnmuteSpaces
from bot.alerts.incident import Mute
from bot.cards import Message
from bot.cards.keys import CardKey
from bot.command import Context
from bot.model import Ask
from bot.operations import Operation, OperationState, Step, StepState, Verb
from bot.render.alerts import silence
from bot.service.alerts.effect import Effect, load_context
from bot.service.alerts.notify import close_ended_announcements
from bot.settings import Settings
from bot.store import Tx, mutes, operations

#: Mutes of one person within this time share an announcement.
_MERGE_WITHIN = timedelta(minutes=1)


def mute(
    tx: Tx,
    settings: Settings,
    context: Context,
    action: MuteSpaces,
    now: datetime,
) -> Effect:
    """Mute Spaces, under the number of an operation that remembers their earlier mutes."""
    by = context.ask.user
    recent = mutes.latest_announcement(tx, by, now - _MERGE_WITHIN)
    announcement = recent or context.ask.idempotency_key
    before, number = mutes.announcements(tx), _add_operation(tx, context.ask, action, now)
    mutes.add(
        tx,
        [
            Mute(id, action.until, by, now, action.reason, announcement, number)
            for id in action.spaces
        ],
    )
    close_ended_announcements(tx, before)
    announced = {mute.space: mute for mute in mutes.announced_with(tx, announcement)}
    ctx = load_context(tx, settings, context, tuple(announced))

    def announce(shown: Sequence[str]) -> Message:
        return silence.mute_announcement([announced[space] for space in shown], ctx)

    spaces = tuple(announced)
    key = CardKey.announcement(announcement)
    return Effect(announce(spaces), spaces=spaces, announce=announce, key=key)


def unmute(
    tx: Tx,
    settings: Settings,
    context: Context,
    action: UnmuteSpaces,
    now: datetime,
) -> Effect:
    """End the mutes of Spaces."""
    active = mutes.active(tx, now)
    muted = tuple(space for space in action.spaces if space in active)
    before = mutes.announcements(tx)
    mutes.remove(tx, muted)
    close_ended_announcements(tx, before)
    ctx = load_context(tx, settings, context, muted)

    def announce(shown: Sequence[str]) -> Message:
        return silence.unmute_announcement(shown, context.ask.user, ctx)

    return Effect(announce(muted), spaces=muted, announce=announce if muted else None)


def _add_operation(tx: Tx, ask: Ask, action: MuteSpaces, now: datetime) -> int:
    """Store the mute as a finished operation; return its number."""
    active = mutes.active(tx, now)
    steps = tuple(
        Step(id, StepState.DONE, before=core.to_args(active.get(id))) for id in action.spaces
    )
    muted = Operation(Verb.MUTE, steps, ask.user, ask.channel, now, thread=ask.thread)
    return operations.add(tx, muted, state=OperationState.FINISHED).id


def undo(
    tx: Tx,
    settings: Settings,
    context: Context,
    action: UndoMute,
    now: datetime,
) -> Effect:
    """Take a mute back: what it replaced is restored, unless someone changed it since."""
    before = mutes.announcements(tx)
    undone = core.plan_undo(action.number, action.before, mutes.active(tx, now), now)
    mutes.remove(tx, undone.unmuted)
    mutes.add(tx, undone.restored)
    close_ended_announcements(tx, before)
    ctx = load_context(tx, settings, context, (*undone.spaces, *undone.changed))
    if not undone.spaces:
        return Effect(silence.nothing_to_undo(action.number))

    def announce(shown: Sequence[str]) -> Message:
        return silence.undo_announcement(undone, shown, context.ask.user, ctx)

    return Effect(announce(undone.spaces), spaces=undone.spaces, announce=announce)
