"""The plan of an undo: what each Space gets back, and what is left as it is."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.errors import HubForbidden, HubUnavailable
from bot.model import Space
from bot.operations import (
    UNDONE,
    VERB_SPECS,
    Operation,
    SkipReason,
    Standing,
    Step,
    StepState,
    Verb,
    can_be_undone,
    find_standing,
    has_gone_on,
    is_in_progress,
    mark_accepted,
    mark_rejected,
    mark_sent,
    plan_undo,
    stop,
)
from bot.operations.outcomes import mark_done
from bot.operations.reasons import EXPECTED, Args
from bot.operations.undo import VariablesBySpace, is_put_back
from tests.unit.operations.samples import NOW

MINUTE = timedelta(minutes=1)
ABSENT = {"absent": "yes"}
FREE, PAID = {"flavor": "cpu-basic"}, {"flavor": "t4-small", "sleep": "3600"}


def done(id: str, before: Mapping[str, str], stage: str = "RUNNING") -> Step:
    sent = mark_sent(Step(id, stage_before=stage, before=before), NOW)
    return mark_done(mark_accepted(sent, stage))


def undo_of(verb: Verb, *steps: Step, **args: str) -> Operation:
    """Return the undo of an operation after which no one has changed anything."""
    undone = Operation(verb, steps, "U1", "C1", NOW, id=12, args=args)
    fleet = {s.space: Space(s.space, "RUNNING", "t4-medium", "docker") for s in steps}
    if verb is Verb.PAUSE:
        fleet = {id: replace(space, stage="PAUSED") for id, space in fleet.items()}
    key = args.get("key", "")
    now = {key: args["value"]} if verb is Verb.SET_VARIABLE else {}
    return plan_undo(undone, fleet, {}, "U2", NOW, values={s.space: now for s in steps})


def own_args(step: Step) -> Args:
    """Return the arguments that a step sends."""
    return {name: value for name, value in step.args.items() if not name.startswith(EXPECTED)}


def test_an_operation_has_gone_on_if_it_sent_more_after_the_question() -> None:
    sent, later = done("a/b", FREE), replace(done("a/c", FREE), sent_at=NOW + MINUTE)
    waiting = Step("a/d")

    def after(*steps: Step) -> bool:
        undone = Operation(Verb.HARDWARE, steps, "U1", "C1", NOW, id=12)
        return has_gone_on(undone, NOW + MINUTE / 2)

    assert (after(sent), after(sent, later), after(sent, waiting)) == (False, True, True)


def test_each_space_gets_the_hardware_back_that_it_had() -> None:
    undo = undo_of(Verb.HARDWARE, done("a/b", FREE), done("a/c", PAID), flavor="t4-medium")

    assert [(step.space, own_args(step)) for step in undo.steps] == [("a/b", FREE), ("a/c", PAID)]
    assert (undo.verb, undo.args) == (
        Verb.HARDWARE,
        {UNDONE: "12", "flavor": "their former hardware"},
    )


def test_hardware_that_all_had_is_named() -> None:
    undo = undo_of(Verb.HARDWARE, done("a/b", FREE), done("a/c", FREE), flavor="t4-medium")

    assert undo.args["flavor"] == "cpu-basic"


def test_a_space_that_has_it_already_is_left_alone() -> None:
    undo = undo_of(Verb.HARDWARE, done("a/b", {"flavor": "t4-medium"}), flavor="t4-medium")

    assert undo.steps[0].skip_reason is SkipReason.SAME_HARDWARE


@pytest.mark.parametrize("verb", [Verb.SET_VARIABLE, Verb.DELETE_VARIABLE])
def test_a_variable_gets_its_value_back_or_is_deleted(verb: Verb) -> None:
    steps = done("a/b", {"value": "old"}), done("a/c", {"absent": "yes"})

    args = {"value": "new"} if verb is Verb.SET_VARIABLE else ABSENT
    undo = undo_of(verb, *steps, key="MODE", **args)

    assert [own_args(step) for step in undo.steps] == [{"value": "old"}, {"absent": "yes"}]
    assert undo.verb is Verb.SET_VARIABLE
    assert undo.args_of(undo.steps[0])["key"] == "MODE"


def test_a_value_that_was_not_kept_is_not_put_back() -> None:
    undo = undo_of(Verb.SET_VARIABLE, done("a/b", {"unknown": "yes"}), key="MODE", value="x")

    assert undo.steps[0].skip_reason is SkipReason.UNKNOWN_BEFORE


def test_a_pause_is_undone_where_the_space_ran() -> None:
    undo = undo_of(Verb.PAUSE, done("a/b", {}), done("a/c", {}, "SLEEPING"))

    assert (undo.verb, undo.spaces) == (Verb.WAKE, ("a/b",))


REFUSED = mark_rejected(
    mark_sent(Step("a/b", stage_before="RUNNING", before=FREE), NOW), HubForbidden("no"), NOW
)


def test_a_space_that_is_gone_is_left_out() -> None:
    undone = Operation(Verb.HARDWARE, (done("a/b", FREE),), "U1", "C1", NOW, id=12)

    assert plan_undo(undone, {}, {}, "U2", NOW).steps == ()


@pytest.mark.parametrize(
    "step",
    [
        Step("a/b"),
        Step("a/b", StepState.SKIPPED, skip_reason=SkipReason.SAME_HARDWARE),
        REFUSED,
    ],
    ids=["not sent", "skipped", "refused"],
)
def test_what_changed_nothing_is_not_undone(step: Step) -> None:
    assert undo_of(Verb.HARDWARE, step, flavor="t4-medium").steps == ()


def test_each_verb_that_remembers_can_be_undone() -> None:
    space = Space("a/b", "RUNNING", "t4-small", "docker", sleep_after=3600)
    remembering = {verb for verb, spec in VERB_SPECS.items() if spec.remember(space)}

    assert remembering <= {verb for verb in Verb if can_be_undone(verb)}


def test_an_operation_with_work_is_in_progress() -> None:
    waiting = Operation(Verb.HARDWARE, (Step("a/b"),), "U1", "C1", NOW)

    assert is_in_progress(waiting)
    assert not is_in_progress(stop(waiting, "U1", NOW))


@pytest.mark.parametrize(
    ("was_set", "before", "present", "standing"),
    [
        ({"flavor": "t4"}, {"flavor": "cpu"}, {"flavor": "t4"}, Standing.AS_SET),
        ({"flavor": "t4"}, {"flavor": "cpu"}, {"flavor": "cpu"}, Standing.AS_BEFORE),
        ({"flavor": "t4"}, {"flavor": "cpu", "sleep": "9"}, {"flavor": "cpu"}, Standing.AS_BEFORE),
        ({"flavor": "t4"}, {"flavor": "cpu"}, {"flavor": "a10g"}, Standing.CHANGED_SINCE),
        ({"value": "new"}, ABSENT, {"value": "new"}, Standing.AS_SET),
        ({"value": "new"}, ABSENT, ABSENT, Standing.AS_BEFORE),
        ({"value": "new"}, {"value": "old"}, {"value": "old"}, Standing.AS_BEFORE),
        ({"value": "new"}, {"value": "old"}, {"value": "newer"}, Standing.CHANGED_SINCE),
        ({"value": "new"}, {"value": "old"}, ABSENT, Standing.CHANGED_SINCE),
        (ABSENT, {"value": "old"}, ABSENT, Standing.AS_SET),
        (ABSENT, {"value": "old"}, {"value": "newer"}, Standing.CHANGED_SINCE),
        ({"seconds": "60"}, {"seconds": "never"}, {"seconds": "90"}, Standing.CHANGED_SINCE),
        ({"stage": "PAUSED"}, {}, {"stage": "PAUSED"}, Standing.AS_SET),
        ({"stage": "PAUSED"}, {}, {"stage": "RUNTIME_ERROR"}, Standing.CHANGED_SINCE),
        ({"value": "new"}, {"value": "old"}, None, Standing.UNREADABLE),
    ],
)
def test_the_present_value_decides_what_is_put_back(
    was_set: Args, before: Args, present: Args | None, standing: Standing
) -> None:
    assert find_standing(was_set, before, present) is standing


MOVED = Operation(
    Verb.HARDWARE, (done("a/b", FREE),), "U1", "C1", NOW, id=12, args={"flavor": "t4-small"}
)
ELSEWHERE = {"a/b": Space("a/b", "RUNNING", "a10g-small", "docker")}


def test_what_was_changed_since_is_left_alone_and_says_what_it_is() -> None:
    (step,) = plan_undo(MOVED, ELSEWHERE, {}, "U2", NOW).steps

    assert (step.skip_reason, step.args) == (SkipReason.CHANGED_SINCE, {"now": "a10g-small"})


def test_what_was_changed_since_is_overwritten_if_a_person_says_so() -> None:
    (step,) = plan_undo(MOVED, ELSEWHERE, {}, "U2", NOW, include_changed=True).steps

    assert (step.state, step.args) == (StepState.WAITING, FREE)


SET_MODE = Operation(
    Verb.SET_VARIABLE,
    (done("a/b", {"value": "old"}), done("a/c", ABSENT)),
    "U1",
    "C1",
    NOW,
    id=12,
    args={"key": "MODE", "value": "new"},
)


@pytest.mark.parametrize(
    ("values", "reasons"),
    [
        ({"a/b": {"MODE": "old"}, "a/c": {}}, (SkipReason.SAME_VALUE, SkipReason.NO_KEY)),
        ({"a/b": {}, "a/c": {"MODE": "x"}}, (SkipReason.CHANGED_SINCE,) * 2),
        ({"a/b": HubUnavailable("502"), "a/c": {"MODE": "new"}}, (SkipReason.UNREADABLE, None)),
    ],
)
def test_a_variable_is_compared_with_the_one_that_the_hub_shows(
    values: VariablesBySpace, reasons: tuple[SkipReason | None, ...]
) -> None:
    fleet = {id: Space(id, "RUNNING", sdk="docker") for id in SET_MODE.spaces}
    undo = plan_undo(SET_MODE, fleet, {}, "U2", NOW, values=values)

    assert tuple(step.skip_reason for step in undo.steps) == reasons


def test_a_sleep_time_that_the_hub_does_not_show_counts_as_unchanged() -> None:
    steps = (done("a/b", {"seconds": "never"}),)
    undone = Operation(Verb.SLEEP, steps, "U1", "C1", NOW, id=12, args={"seconds": "60"})
    fleet = {"a/b": Space("a/b", "PAUSED", "t4-small", "docker")}

    assert plan_undo(undone, fleet, {}, "U2", NOW).steps[0].skip_reason is None


def test_an_undo_remembers_what_a_person_saw_when_it_was_confirmed() -> None:
    (step,) = undo_of(Verb.HARDWARE, done("a/b", FREE), flavor="t4-medium").steps

    assert step.args == {**FREE, "expected_flavor": "t4-medium"}


def ended(verb: Verb, *steps: Step, **args: str) -> Operation:
    return Operation(verb, steps, "U1", "C1", NOW, id=12, args=args)


B, C = done("a/b", FREE), done("a/c", PAID)
LENT = ended(Verb.HARDWARE, B, C, flavor="a100")
SET = ended(Verb.SET_VARIABLE, done("a/b", ABSENT), key="MODE", value="x")
NEEDED_NOTHING = Step("a/c", StepState.SKIPPED, skip_reason=SkipReason.SAME_HARDWARE)


@pytest.mark.parametrize(
    ("undone", "later", "is_back"),
    [
        (LENT, [ended(Verb.HARDWARE, replace(B, args=FREE), replace(C, args=PAID))], True),
        (LENT, [ended(Verb.HARDWARE, B, flavor="cpu-basic")], False),
        (LENT, [ended(Verb.HARDWARE, s, flavor=s.before["flavor"]) for s in (B, C)], True),
        (LENT, [ended(Verb.HARDWARE, B, C, flavor=f) for f in ("cpu-basic", "a100")], False),
        (ended(Verb.HARDWARE, B), [ended(Verb.HARDWARE, REFUSED, flavor="cpu-basic")], False),
        (
            ended(Verb.HARDWARE, C, flavor="a100"),
            [ended(Verb.HARDWARE, NEEDED_NOTHING, flavor="t4-small")],
            True,
        ),
        (ended(Verb.HARDWARE, REFUSED), [ended(Verb.HARDWARE, B, flavor="cpu-basic")], False),
        (ended(Verb.PAUSE, done("a/b", {})), [ended(Verb.WAKE, B)], True),
        (SET, [ended(Verb.DELETE_VARIABLE, B, key="MODE", **ABSENT)], True),
        (SET, [ended(Verb.DELETE_VARIABLE, B, key="TOPIC", **ABSENT)], False),
        (SET, [ended(Verb.SET_VARIABLE, B, key="MODE", value="y")], False),
        (SET, [], False),
    ],
)
def test_only_what_every_space_had_before_is_put_back(
    undone: Operation, later: list[Operation], *, is_back: bool
) -> None:
    assert is_put_back(undone, later) is is_back
