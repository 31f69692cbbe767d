"""The card of an operation: updated with every step, with one reply at the end.

An operation that was started from an alert card is shown there. Where that card doesn't fit, or
people don't see it any more, it has a card of its own.
"""

from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial

from bot.cards import Card, Message
from bot.cards.keys import CardKey
from bot.cards.transitions import (
    can_show_progress,
    drop_progress,
    is_check_due,
    mark_resolved,
    refresh,
    set_progress,
)
from bot.model import Ask
from bot.operations import Operation, OperationState, is_put_back
from bot.operations.cold_starts import learn
from bot.parsing import NameIndex
from bot.render import operations as render
from bot.render import progress, rollouts
from bot.service import schedule_card
from bot.settings import Settings
from bot.store import Tx, alert_groups, cards, cold_starts, operations, schedules

# The requester still sees a card that is final so soon.
_REPLY_AFTER = timedelta(seconds=5)
# Older cards aren't read any more. It must exceed the longest loan.
_UNDO_NOTE_LIFETIME = timedelta(days=14)


def place(tx: Tx, ask: Ask, operation: Operation) -> Operation:
    """Return *operation* with the alert card of *ask*, if that can show it.

    The card must show a current alert about each Space on which the operation has work.
    """
    card = cards.by_message(tx, ask.channel, ask.message) if ask.message else None
    if card is None or card.is_resolved or not can_show_progress(card) or not operation.affected:
        return operation
    fits = operation.affected <= alert_groups.spaces_on_card(tx, card.id)
    return replace(operation, alert_card=card.id) if fits else operation


def show(
    tx: Tx, settings: Settings, operation: Operation, now: datetime, *, wait_reason: str = ""
) -> None:
    """Update the card with the progress; *wait_reason* explains a wait for the Hub."""
    if operation.is_quiet:
        return
    names = _names(settings, operation)
    if _show_progress(tx, operation, names, now, wait_reason):
        return
    message = render.card(operation, names, now, wait_reason)
    cards.upsert(
        tx,
        CardKey.operation(operation.id),
        operation.channel,
        message,
        now,
        user=operation.requested_by,
        thread=operation.thread,
    )


def _show_progress(
    tx: Tx, operation: Operation, names: NameIndex, now: datetime, wait_reason: str
) -> bool:
    """Show *operation* on its alert card; return whether people see it there.

    Otherwise the operation leaves that card.
    """
    if operation.alert_card is None:
        return False
    (card,) = cards.get(tx, [operation.alert_card])
    if not can_show_progress(card):
        operations.leave_alert_card(tx, operation.id)
        cards.change(tx, [card.id], lambda card: drop_progress(card, operation.id))
        return False
    shown = progress.progress(operation, names, now, wait_reason)
    cards.change(tx, [card.id], lambda card: set_progress(card, shown))
    return True


def is_hidden(tx: Tx, operation: Operation, now: datetime) -> bool:
    """Return whether the card of *operation* is gone, or must be checked."""
    shown = _find_cards(tx, operation)
    has_lost_alert = operation.alert_card and not all(map(can_show_progress, shown))
    return bool(has_lost_alert) or any(is_check_due(card, now) for card in shown)


def check(tx: Tx, settings: Settings, operation: Operation, now: datetime) -> None:
    """Show *operation* where people see it; check its card by an edit that changes nothing."""
    show(tx, settings, operation, now)
    due = [card.id for card in _find_cards(tx, operation) if is_check_due(card, now)]
    cards.change(tx, due, refresh)


def _find_cards(tx: Tx, operation: Operation) -> list[Card]:
    """Return the cards that show *operation*: the alert card, or its own."""
    if operation.alert_card is not None:
        return cards.get(tx, [operation.alert_card])
    return cards.by_key(tx, CardKey.operation(operation.id))


def update(
    tx: Tx,
    settings: Settings,
    before: Operation,
    after: Operation,
    now: datetime,
    *,
    wait_reason: str = "",
) -> None:
    """Store the changes of an operation, update its card, and reply once it is finished.

    Nothing is stored if a person stopped it after *before* was read; the next run observes that.
    *after* may be the stopped operation itself. It isn't finished if a step was sent meanwhile.
    """
    if not operations.is_current(tx, before):
        return
    are_saved = operations.save_steps(tx, after.id, before.steps, after.steps)
    cold_starts.add(tx, learn(before, after, now), now)
    if after.rollout != before.rollout:
        operations.save_rollout(tx, after)
    show(tx, settings, after, now, wait_reason=wait_reason)
    if (rollout := after.rollout) and rollout.held_at and rollout != before.rollout:
        key = CardKey.hold_reply(after.id, rollout.accepted_failures)
        _post_reply(tx, after, key, rollouts.hold_reply(after), now)
    if not (are_saved and after.is_finished and _finish(tx, after, now)):
        return
    _end_undo_notes(tx, settings, after, now)
    if after.is_quiet and after.schedule:
        _count_wakes(tx, after.schedule.id, now)
    if _needs_reply(after, now):
        reply = render.final_reply(after, _names(settings, after), now)
        _post_reply(tx, after, CardKey.final_reply(after.id), reply, now)


def _end_undo_notes(tx: Tx, settings: Settings, finished: Operation, now: datetime) -> None:
    """Withdraw the offers to undo what *finished* has put back completely."""
    for earlier in operations.replaced_by(tx, finished, now - _UNDO_NOTE_LIFETIME):
        if not is_put_back(earlier, operations.replacing(tx, earlier)):
            continue
        undone = replace(earlier, undone_by=finished.id)
        operations.save_end(tx, undone)
        if own := cards.by_key(tx, CardKey.operation(undone.id)):
            cards.change(tx, [card.id for card in own], partial(mark_resolved, now=now))
            show(tx, settings, undone, now)


def _count_wakes(tx: Tx, id: int, now: datetime) -> None:
    """Show how often schedule *id*, which keeps Spaces awake, has woken one."""
    schedule = schedules.get(tx, id)
    done = sum(wake.is_done for wake in schedules.kept_wakes(tx, id))
    if schedule and schedule.wakes != done:
        counted = replace(schedule, wakes=done)
        schedules.save(tx, counted)
        schedule_card.show(tx, counted, None, now)


def _finish(tx: Tx, operation: Operation, now: datetime) -> bool:
    """Store that *operation* is finished; return False if it was already."""
    before, after = OperationState.RUNNING, OperationState.FINISHED
    return operations.transition(tx, operation.id, before, after, now)


def _needs_reply(operation: Operation, now: datetime) -> bool:
    """Return whether the requester may have looked away before the card was final."""
    if operation.is_quiet:
        return False
    by_other = operation.stopped_by not in (None, operation.requested_by)
    if operation.deadline and now < operation.deadline:
        return by_other  # the report at the deadline is to come
    return by_other or now - operation.requested_at >= _REPLY_AFTER


def _post_reply(tx: Tx, operation: Operation, key: CardKey, reply: Message, now: datetime) -> None:
    """Queue *reply* in the thread of the operation's card, as a ping of its requester."""
    own = [card.id for card in cards.by_key(tx, CardKey.operation(operation.id))]
    cards.upsert(
        tx,
        key,
        operation.channel,
        reply,
        now,
        user=operation.requested_by,
        parent=own[0] if own else operation.alert_card,
    )


def _names(settings: Settings, operation: Operation) -> NameIndex:
    return NameIndex.of(operation.spaces, settings.prefix, settings.hf_endpoint)
