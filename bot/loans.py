"""Loans: hardware for a time, after which each Space goes back to what it had."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any

from bot.model import Fleet, Space
from bot.operations import Operation, Step, StepState, Verb
from bot.queries import Query

#: A notice comes this long before the end, with a button for one hour more.
NOTICE_BEFORE = timedelta(minutes=10)
#: A loan must outlast its own notice; a longer one than this is no loan.
MIN_LENGTH, MAX_LENGTH = timedelta(minutes=15), timedelta(days=7)
#: A return that failed is tried again after this time, because the hardware costs money.
RETRY_AFTER = timedelta(minutes=15)
MAX_ATTEMPTS = 5
_FREE_FLAVOR = "cpu-basic"
_NEVER = "never"  # a sleep time


@dataclass(frozen=True, slots=True)
class Loan:
    """Hardware that one Space has until `ends_at`."""

    space: str
    flavor: str  # that it has now
    returns_to: str  # that it had before
    sleep_after: int | None  # that it had before, in seconds; None: never
    started_at: datetime
    ends_at: datetime
    owner: str
    channel: str
    dollars_per_hour: float = 0.0
    thread: str | None = None
    noticed_at: datetime | None = None
    attempts: int = 0  # to return it
    replaced: "Loan | None" = None  # what goes on if the Hub refuses the move


@dataclass(frozen=True, slots=True)
class LoanChange:
    """A change of loans: a later end, or None to keep the hardware."""

    loans: tuple[Loan, ...]  # as they are after the change
    is_kept: bool = False

    @property
    def spaces(self) -> tuple[str, ...]:
        """The ids of the Spaces."""
        return tuple(loan.space for loan in self.loans)


@dataclass(frozen=True, slots=True)
class LoansQuery(Query[Mapping[str, Loan]]):
    """All loans, by Space."""


def present(lent: Mapping[str, Loan], fleet: Fleet) -> dict[str, Loan]:
    """Return those of the loans *lent* whose Space has the hardware now."""
    return {id: loan for id, loan in lent.items() if not is_over(loan, fleet.get(id))}


def to_args(length: timedelta, dollars_per_hour: float) -> dict[str, str]:
    """Return the arguments of an operation that lends hardware for *length*."""
    minutes = f"{length.total_seconds() / 60:.0f}"
    return {"minutes": minutes, "dollars": f"{dollars_per_hour:g}", "term": f" for {minutes} min"}


def new_loan(operation: Operation, step: Step, before: Loan | None) -> Loan | None:
    """Return the loan that begins with the call of *step*; None without a time.

    Loans of one operation end together. Those of a rollout that a person continued have their whole
    time from then on. A Space that is on loan goes back to what it had before the first loan.
    """
    has = step.before.get("flavor", _FREE_FLAVOR)
    present = before if before and before.flavor == has else None
    minutes = operation.args.get("minutes")
    if operation.verb is not Verb.HARDWARE or minutes is None:
        return None
    continued_at = operation.rollout.continued_at if operation.rollout else None
    since = continued_at or operation.requested_at
    sleep = step.before.get("sleep", _NEVER)
    return Loan(
        step.space,
        operation.args["flavor"],
        present.returns_to if present else has,
        present.sleep_after if present else None if sleep == _NEVER else int(sleep),
        step.sent_at or since,
        since + timedelta(minutes=float(minutes)),
        operation.requested_by,
        operation.channel,
        float(operation.args["dollars"]),
        operation.thread,
        replaced=replace(present, replaced=None) if present else None,
    )


def is_unmoved(answered: Step) -> bool:
    """Return whether no call has moved the Space of *answered* so far.

    It may be called again, and its loan begins then.
    """
    has_effect = answered.accepted or answered.stage_changed or answered.may_have_been_done
    return answered.state in (StepState.FAILED, StepState.WAITING) and not has_effect


def before_move(loan: Loan) -> Loan | None:
    """Return the loan that *loan* replaced, with a notice to come; None for none."""
    return replace(loan.replaced, noticed_at=None) if loan.replaced else None


def is_return(operation: Operation) -> bool:
    """Return whether *operation* returns loans, which end once the hardware is back."""
    return "lent" in operation.args


def extend(loans: Iterable[Loan], length: timedelta, now: datetime, *, is_more: bool) -> list[Loan]:
    """Return *loans* with a later end: *length* more, or *length* from now."""
    return [
        replace(loan, ends_at=(loan.ends_at if is_more else now) + length, noticed_at=None)
        for loan in loans
    ]


def with_end(present: Loan, wanted: Loan) -> Loan:
    """Return the *present* loan with the end of *wanted*."""
    return replace(present, ends_at=wanted.ends_at, noticed_at=None)


def due_notices(loans: Iterable[Loan], fleet: Fleet, now: datetime) -> list[tuple[Loan, ...]]:
    """Return the loans of each notice that is due; those that end together share one.

    A Space that doesn't have the hardware goes back to nothing.
    """
    due = [
        loan
        for loan in loans
        if loan.noticed_at is None
        and loan.attempts == 0
        and not is_over(loan, fleet.get(loan.space))
        and now < loan.ends_at <= now + NOTICE_BEFORE
    ]
    return _group(due)


def is_lasting(loan: Loan, flavor: str, now: datetime) -> bool:
    """Return whether *loan* is of *flavor*, and its return hasn't begun."""
    return loan.flavor == flavor and loan.attempts == 0 and loan.ends_at > now


def is_over(loan: Loan, space: Space | None) -> bool:
    """Return whether nothing is left to return: it was returned, or other hardware was chosen."""
    return space is None or space.hardware != loan.flavor or loan.attempts >= MAX_ATTEMPTS


def ended(loans: Iterable[Loan], fleet: Fleet, busy: Collection[str], now: datetime) -> list[str]:
    """Return the Spaces whose loan has ended with nothing left to return."""
    due = (loan for loan in loans if loan.ends_at <= now or loan.attempts)
    free = (loan for loan in due if loan.space not in busy)
    return [loan.space for loan in free if is_over(loan, fleet.get(loan.space))]


def plan_returns(
    loans: Iterable[Loan], fleet: Fleet, busy: Collection[str], now: datetime
) -> list[tuple[Operation, tuple[Loan, ...]]]:
    """Return the operations that return due *loans*, each with its loans as they are then.

    A Space that is *busy* with another operation waits for its end.
    """
    due = [loan for loan in loans if loan.ends_at <= now and loan.space not in busy]
    returning = [loan for loan in due if not is_over(loan, fleet.get(loan.space))]
    return [
        (_return_operation(group, fleet, now), tuple(_attempted(loan, now) for loan in group))
        for group in _group(returning)
    ]


def _attempted(loan: Loan, now: datetime) -> Loan:
    return replace(loan, attempts=loan.attempts + 1, ends_at=now + RETRY_AFTER)


def _return_operation(group: Sequence[Loan], fleet: Fleet, now: datetime) -> Operation:
    first = group[0]
    spent = sum(loan.dollars_per_hour * _hours(loan, now) for loan in group)
    args = {"flavor": first.returns_to, "lent": first.flavor, "spent": f"{spent:.2f}"}
    if first.returns_to != _FREE_FLAVOR:
        args["sleep"] = _NEVER if first.sleep_after is None else str(first.sleep_after)
    steps = tuple(Step(loan.space, stage=fleet[loan.space].stage) for loan in group)
    return Operation(
        Verb.HARDWARE, steps, first.owner, first.channel, now, thread=first.thread, args=args
    )


def _hours(loan: Loan, now: datetime) -> float:
    return (now - loan.started_at) / timedelta(hours=1)


def _group(loans: Iterable[Loan]) -> list[tuple[Loan, ...]]:
    """Return *loans* in groups that one message and one operation can be about."""
    ordered = sorted(loans, key=lambda loan: (_shared(loan), loan.space))
    return [tuple(group) for _, group in groupby(ordered, key=_shared)]


def _shared(loan: Loan) -> tuple[Any, ...]:
    sleep = -1 if loan.sleep_after is None else loan.sleep_after
    return (
        *(loan.ends_at, loan.flavor, loan.returns_to, sleep),
        *(loan.owner, loan.channel, loan.thread or ""),
    )
