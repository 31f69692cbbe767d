"""Loans, applied: started with their operation, announced before their end, and returned.

The leader returns a loan without the permission of its owner, because the person who confirmed the
loan also confirmed its end. Otherwise the hardware would go on to cost money.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from bot import loans as core
from bot.audit import AskState, OperationLink, Outcome
from bot.cards.keys import CardKey, CardKind
from bot.cards.transitions import remove_buttons
from bot.errors import UsageError
from bot.loans import NOTICE_BEFORE, Loan, LoanChange
from bot.model import Ask, Source
from bot.operations import Operation, OperationState, Step, Verb, busy
from bot.parsing import NameIndex, to_command
from bot.render import loans as render
from bot.service import request_state
from bot.service.dependencies import Dependencies, Job
from bot.service.operations import card
from bot.settings import Settings
from bot.store import Tx, asks, cards, loans, operations, spaces


def start(tx: Tx, operation: Operation, sent: Step) -> None:
    """Store the loan that begins with the call of *sent*, replacing an earlier one.

    It begins no earlier, because a rollout may never reach all of its Spaces. After a call with an
    unknown outcome it has begun.
    """
    if _moves_for_good(operation) is None or sent.may_have_been_done:
        return
    before = loans.get(tx, sent.space)
    if started := core.new_loan(operation, sent, before):
        loans.save(tx, [started])
        _remove_notice_buttons(tx, [before] if before else [])


def settle(tx: Tx, operation: Operation, answered: Step) -> None:
    """End the loan that a move without a time replaces, or that the Hub refused.

    A loan that the refused one would have replaced goes on.
    """
    for_good = _moves_for_good(operation)
    loan = None if for_good is None else loans.get(tx, answered.space)
    if loan is None:
        return
    if for_good and answered.accepted:
        loans.remove(tx, [loan.space])
        _remove_notice_buttons(tx, [loan])
    if not for_good and core.is_unmoved(answered):
        before = core.before_move(loan)
        loans.save(tx, [before]) if before else loans.remove(tx, [loan.space])


def _moves_for_good(operation: Operation) -> bool | None:
    """Return whether *operation* moves Spaces without a time; None if it isn't a person's move."""
    if operation.verb is not Verb.HARDWARE or core.is_return(operation):
        return None
    return "minutes" not in operation.args


def change(deps: Dependencies, ask: Ask, wanted: LoanChange) -> Outcome:
    """Extend loans, or end them so that the hardware stays; return the outcome.

    Raises:
        UsageError: All of them have ended, and their hardware goes back.
    """
    now = deps.now()
    with deps.store.transaction() as tx:
        request_state.mark_started(tx, ask)
        current = loans.lock_all(tx)
        lasting = [
            core.with_end(present, one)
            for one in wanted.loans
            if (present := current.get(one.space)) and core.is_lasting(present, one.flavor, now)
        ]
        if not lasting:
            raise UsageError(
                "That loan has ended, so nothing was changed. Wait until the hardware is back, "
                "then lend it again."
            )
        _remove_notice_buttons(tx, [current[loan.space] for loan in lasting])
        if wanted.is_kept:
            loans.remove(tx, [loan.space for loan in lasting])
        else:
            loans.save(tx, lasting)
        changed = replace(wanted, loans=tuple(lasting))
        message = render.changed(changed, _names(deps.settings, changed.spaces), ask.user)
        key = CardKey.of_request(CardKind.LOAN, ask.idempotency_key)
        cards.upsert(tx, key, ask.channel, message, now, user=ask.user, thread=ask.thread)
        outcome = request_state.mark_done(tx, ask, Outcome(AskState.ACTED, message.text), now)
    deps.trigger(Job.DELIVER)
    return outcome


def run_due(deps: Dependencies) -> None:
    """Announce the loans that end soon, and return those that have ended."""
    now = deps.now()
    with deps.store.transaction() as tx:
        if not loans.has_due(tx, now, now + NOTICE_BEFORE):
            return  # most passes: no row is locked
    with deps.leadership.transaction() as tx:
        operations.lock_operations(tx)
        known, fleet = loans.lock_all(tx), spaces.fleet(tx)
        notices = core.due_notices(known.values(), fleet, now)
        _announce(tx, deps.settings, notices, now)
        is_busy = busy(operations.running(tx), now)
        returns = core.plan_returns(known.values(), fleet, is_busy, now)
        for operation, returning in returns:
            _return(tx, deps.settings, operation, returning, now)
        over = core.ended(known.values(), fleet, is_busy, now)
        loans.remove(tx, over)
        returned = (loan.space for _, returning in returns for loan in returning)
        _remove_notice_buttons(tx, [known[space] for space in (*returned, *over)])
    if notices or returns or over:
        deps.trigger(Job.ADVANCE)
        deps.trigger(Job.DELIVER)


def _announce(tx: Tx, settings: Settings, due: Iterable[Sequence[Loan]], now: datetime) -> None:
    """Announce the loans that end soon, where they were asked for."""
    for group in due:
        first = group[0]
        names = _names(settings, [loan.space for loan in group])
        key = _notice_key(first)
        message = render.notice(group, names)
        cards.upsert(tx, key, first.channel, message, now, user=first.owner, thread=first.thread)
        loans.save(tx, [replace(loan, noticed_at=now) for loan in group])


def _notice_key(first: Loan) -> CardKey:
    return CardKey.of_request(CardKind.LOAN, f"{first.space}:{first.ends_at.timestamp():.0f}")


def _remove_notice_buttons(tx: Tx, changed: Iterable[Loan]) -> None:
    """Remove the button from the notices of loans that end now, or not as announced."""
    announced = [loan for loan in changed if loan.noticed_at]
    found = [card.id for loan in announced for card in cards.by_key(tx, _notice_key(loan))]
    cards.change(tx, found, remove_buttons)


def _return(
    tx: Tx, settings: Settings, operation: Operation, returning: Sequence[Loan], now: datetime
) -> None:
    """Start *operation*, which returns *returning*, with an entry in the audit."""
    names = _names(settings, operation.spaces)
    short = [names.short_name(id) for id in operation.spaces]
    text = to_command(["hardware", *short, operation.args["flavor"]])
    key = f"loan:{operation.spaces[0]}:{now.timestamp():.0f}"
    ask = Ask(text, operation.requested_by, operation.channel, Source.SCHEDULE, key)
    asks.receive(tx, ask, text, now)
    started = operations.add(tx, operation, state=OperationState.RUNNING)
    asks.link_operation(tx, key, started.id, OperationLink.STARTED)
    outcome = Outcome(AskState.ACTED, f"returned a loan: operation {started.id}")
    asks.conclude(tx, key, outcome, now)
    card.show(tx, settings, started, now)
    loans.save(tx, returning)


def _names(settings: Settings, ids: Sequence[str]) -> NameIndex:
    return NameIndex.of(ids, settings.prefix, settings.hf_endpoint)
