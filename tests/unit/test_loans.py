"""Loans: what a Space goes back to, when a notice is due, and what is returned."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot import loans as core
from bot.loans import Loan
from bot.model import Space
from bot.operations import Operation, Rollout, Step, StepState, Verb

NOW = datetime(2026, 11, 27, 14, tzinfo=UTC)
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
LOAN = Loan("acme/a", "t4-small", "cpu-basic", None, NOW, NOW + HOUR, "U1", "C1", 0.4)
LENT = Space("acme/a", "RUNNING", hardware="t4-small")
FLEET = {id: replace(LENT, id=id) for id in ("acme/a", "acme/b", "acme/c")}


def operation(*steps: Step, **args: str) -> Operation:
    return Operation(
        Verb.HARDWARE, steps, "U1", "C1", NOW, args={"flavor": "t4-small", **args}, thread="1.0"
    )


@pytest.mark.parametrize(
    ("before", "returns_to", "sleep_after"),
    [
        ({"flavor": "cpu-basic"}, "cpu-basic", None),
        ({"flavor": "cpu-upgrade", "sleep": "3600"}, "cpu-upgrade", 3600),
        ({"flavor": "cpu-upgrade", "sleep": "never"}, "cpu-upgrade", None),
    ],
)
def test_a_loan_remembers_what_its_space_had(
    before: dict[str, str], returns_to: str, sleep_after: int | None
) -> None:
    step = Step("acme/a", sent_at=NOW + MINUTE, before=before)
    moving = operation(step, **core.to_args(2 * HOUR, 0.4))

    assert core.new_loan(moving, step, None) == Loan(
        "acme/a",
        "t4-small",
        returns_to,
        sleep_after,
        NOW + MINUTE,
        NOW + 2 * HOUR,
        "U1",
        "C1",
        0.4,
        thread="1.0",
    )


@pytest.mark.parametrize(
    ("answered", "is_unmoved"),
    [
        (Step("acme/a", StepState.FAILED), True),
        (Step("acme/a", StepState.WAITING), True),
        (Step("acme/a", StepState.SENT), False),
        (Step("acme/a", StepState.DONE, accepted=True), False),
        (Step("acme/a", StepState.FAILED, accepted=True), False),
        (Step("acme/a", StepState.WAITING, may_have_been_done=True), False),
    ],
    ids=["refused", "rate-limited", "unanswered", "done", "crashed", "tried again"],
)
def test_a_loan_begins_unless_the_hub_certainly_moved_nothing(
    answered: Step, *, is_unmoved: bool
) -> None:
    assert core.is_unmoved(answered) is is_unmoved


def test_a_refused_loan_leaves_the_one_before_with_a_notice_to_come() -> None:
    noticed = replace(LOAN, noticed_at=NOW)
    step = Step("acme/a", sent_at=NOW, before={"flavor": "t4-small"})
    second = core.new_loan(operation(step, **core.to_args(HOUR, 1.0)), step, noticed)

    assert second is not None
    assert core.before_move(second) == LOAN
    assert core.before_move(LOAN) is None


def test_an_extension_keeps_what_changed_since_it_was_asked_for() -> None:
    wanted = replace(LOAN, ends_at=NOW + 3 * HOUR, owner="U9")
    assert core.with_end(LOAN, wanted) == replace(LOAN, ends_at=NOW + 3 * HOUR)


@pytest.mark.parametrize(
    ("loan", "is_lasting"),
    [
        (LOAN, True),
        (replace(LOAN, flavor="a10g-small"), False),
        (replace(LOAN, attempts=1), False),
        (replace(LOAN, ends_at=NOW), False),
    ],
    ids=["as asked for", "other hardware since", "being returned", "over"],
)
def test_only_a_loan_of_the_same_hardware_is_extended(loan: Loan, *, is_lasting: bool) -> None:
    assert core.is_lasting(loan, "t4-small", NOW) is is_lasting


def test_hardware_without_a_time_is_no_loan() -> None:
    assert core.new_loan(operation(Step("acme/a")), Step("acme/a"), None) is None


def test_a_second_loan_goes_back_to_what_was_before_the_first() -> None:
    step = Step("acme/a", sent_at=NOW, before={"flavor": "t4-small"})
    found = core.new_loan(operation(step, **core.to_args(HOUR, 1.0)), step, LOAN)

    assert found
    assert found.returns_to == "cpu-basic"


def test_what_a_person_continued_is_lent_for_the_whole_time_from_then_on() -> None:
    step = Step("acme/a", sent_at=NOW + 5 * HOUR, before={"flavor": "cpu-basic"})
    rollout = Rollout((1, 2, 3), continued_by="U1", continued_at=NOW + 4 * HOUR)
    continued = replace(operation(step, **core.to_args(HOUR, 1.0)), rollout=rollout)
    found = core.new_loan(continued, step, None)

    assert found
    assert found.ends_at == NOW + 5 * HOUR


@pytest.mark.parametrize(
    ("minutes", "due"), [(49, False), (50, True), (59, True), (60, False), (90, False)]
)
def test_the_notice_is_due_in_the_last_ten_minutes(minutes: int, *, due: bool) -> None:
    now = NOW + timedelta(minutes=minutes)
    assert core.due_notices([LOAN], FLEET, now) == ([(LOAN,)] if due else [])


@pytest.mark.parametrize("fleet", [{}, {"acme/a": replace(LENT, hardware="cpu-basic")}])
def test_a_space_without_the_hardware_has_no_notice(fleet: dict[str, Space]) -> None:
    assert core.due_notices([LOAN], fleet, NOW + 55 * MINUTE) == []


def test_a_notice_is_sent_once_and_again_after_an_extension() -> None:
    now = NOW + timedelta(minutes=55)
    noticed = replace(LOAN, noticed_at=now)
    assert core.due_notices([noticed], FLEET, now) == []
    [longer] = core.extend([noticed], HOUR, now, is_more=True)
    assert longer.ends_at == NOW + 2 * HOUR
    assert core.due_notices([longer], FLEET, now + HOUR) == [(longer,)]
    [from_now] = core.extend([noticed], HOUR, now, is_more=False)
    assert from_now.ends_at == now + HOUR


def test_loans_that_end_together_share_a_notice_and_a_return() -> None:
    other = replace(LOAN, space="acme/b")
    elsewhere = replace(LOAN, space="acme/c", channel="C2")
    assert core.due_notices([LOAN, elsewhere, other], FLEET, NOW + timedelta(minutes=55)) == [
        (LOAN, other),
        (elsewhere,),
    ]


def test_an_ended_loan_is_returned_with_its_sleep_time_and_cost() -> None:
    upgraded = replace(LOAN, returns_to="cpu-upgrade", sleep_after=3600)
    [(returning, after)] = core.plan_returns([upgraded], {"acme/a": LENT}, (), NOW + HOUR)
    assert returning.spaces == ("acme/a",)
    assert returning.args == {
        "flavor": "cpu-upgrade",
        "lent": "t4-small",
        "spent": "0.40",
        "sleep": "3600",
    }
    assert (after[0].attempts, after[0].ends_at) == (1, NOW + HOUR + timedelta(minutes=15))


def test_free_hardware_has_no_sleep_time_to_restore() -> None:
    [(returning, _)] = core.plan_returns([LOAN], {"acme/a": LENT}, (), NOW + HOUR)
    assert "sleep" not in returning.args


@pytest.mark.parametrize(
    ("space", "busy", "at"),
    [
        (LENT, (), NOW + HOUR - timedelta(seconds=1)),
        (LENT, ("acme/a",), NOW + HOUR),
        (replace(LENT, hardware="a10g-small"), (), NOW + HOUR),
        (None, (), NOW + HOUR),
    ],
    ids=["not over", "busy", "moved by a person", "gone"],
)
def test_nothing_is_returned(space: Space | None, busy: tuple[str, ...], at: datetime) -> None:
    fleet = {"acme/a": space} if space else {}
    assert core.plan_returns([LOAN], fleet, busy, at) == []


def test_a_loan_ends_once_the_hardware_is_back_or_was_tried_five_times() -> None:
    late = NOW + HOUR
    assert core.ended([LOAN], {"acme/a": LENT}, (), late) == []
    assert core.ended([LOAN], {"acme/a": replace(LENT, hardware="cpu-basic")}, (), late) == [
        "acme/a"
    ]
    assert core.ended([replace(LOAN, attempts=5)], {"acme/a": LENT}, (), late) == ["acme/a"]
    assert core.ended([replace(LOAN, attempts=5)], {"acme/a": LENT}, ("acme/a",), late) == []
