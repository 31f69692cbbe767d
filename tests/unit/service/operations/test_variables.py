"""Variables of Spaces: the value before is remembered, and a needless call isn't made."""

from collections.abc import Mapping
from dataclasses import replace

import pytest

from bot.errors import Conflict, HubUnavailable, OutcomeUnknown
from bot.operations import SkipReason, Step, StepState, mark_sent
from bot.service.operations.variables import change, remember
from tests.fakes import FakeHub
from tests.tokens import TOKENS
from tests.unit.store.samples import NOW

A = "acme/team-1"
STEP = mark_sent(Step(A, stage_before="RUNNING"), NOW)
SET, DELETE = {"key": "MODE", "value": "exam"}, {"key": "MODE", "absent": "yes"}
ABSENT, OLD, NEW = {"absent": "yes"}, {"value": "practice"}, {"value": "exam"}


@pytest.fixture
def hub() -> FakeHub:
    return FakeHub(team_1="RUNNING")


@pytest.mark.parametrize(
    ("values", "before"),
    [
        ({}, ABSENT),
        ({"MODE": "practice"}, OLD),
        ({"MODE": ""}, {"value": ""}),
        ({"MODE": TOKENS["hf_"]}, {"unknown": "yes"}),
    ],
    ids=["none", "a value", "an empty one", "a token, which is never stored"],
)
def test_the_value_before_is_remembered(
    hub: FakeHub, values: dict[str, str], before: Mapping[str, str]
) -> None:
    hub.variable_values[A] = values

    assert remember(hub, STEP, "MODE").before == before


@pytest.mark.parametrize(
    ("before", "args", "values"),
    [
        (ABSENT, SET, {"MODE": "exam"}),
        (OLD, SET, {"MODE": "exam"}),
        (OLD, DELETE, {}),
        ({"unknown": "yes"}, SET, {"MODE": "exam"}),
    ],
)
def test_a_variable_is_set_or_deleted(
    hub: FakeHub, before: Mapping[str, str], args: Mapping[str, str], values: Mapping[str, str]
) -> None:
    hub.variable_values[A] = {"MODE": before["value"]} if "value" in before else {}

    after = change(hub, replace(STEP, before=before), args)

    assert after.accepted
    assert hub.variable_values[A] == values


@pytest.mark.parametrize(
    ("before", "args", "reason"),
    [(NEW, SET, SkipReason.SAME_VALUE), (ABSENT, DELETE, SkipReason.NO_KEY)],
)
def test_a_variable_that_is_so_already_causes_no_restart(
    hub: FakeHub, before: Mapping[str, str], args: Mapping[str, str], reason: SkipReason
) -> None:
    after = change(hub, replace(STEP, before=before), args)

    assert (after.state, after.skip_reason) == (StepState.SKIPPED, reason)
    assert hub.writes == []


@pytest.mark.parametrize(
    ("before", "expected", "is_sent"),
    [
        (OLD, {"expected_value": "practice"}, True),
        (OLD, {"expected_value": "other"}, False),
        (OLD, {"expected_absent": "yes"}, False),
        (ABSENT, {"expected_absent": "yes"}, True),
        (ABSENT, {"expected_value": "practice"}, False),
    ],
)
def test_an_undo_leaves_alone_what_changed_after_its_confirmation(
    hub: FakeHub, before: Mapping[str, str], expected: Mapping[str, str], *, is_sent: bool
) -> None:
    after = change(hub, replace(STEP, before=before), {**SET, **expected})

    assert after.accepted is is_sent
    assert after.skip_reason is (None if is_sent else SkipReason.CHANGED_SINCE)
    assert bool(hub.writes) is is_sent


def test_nothing_is_sent_before_the_value_is_known(hub: FakeHub) -> None:
    with pytest.raises(HubUnavailable):
        change(hub, STEP, SET)

    assert hub.writes == []


def test_a_secret_of_that_name_is_a_conflict(hub: FakeHub) -> None:
    hub.secret_values[A] = {"MODE": "x"}

    with pytest.raises(Conflict, match="There's already a secret MODE"):
        change(hub, replace(STEP, before=ABSENT), SET)


class ForgetfulHub(FakeHub):
    """A Hub that changes variables and loses its answers; then *is_down*, it can't be read."""

    is_down = False

    def set_variable(self, id: str, key: str, value: str) -> None:
        super().set_variable(id, key, value)
        self.lose_answer()

    def delete_variable(self, id: str, key: str) -> None:
        super().delete_variable(id, key)
        self.lose_answer()

    def lose_answer(self) -> None:
        if self.is_down:
            self.errors_by_call = {"variables": HubUnavailable("Hugging Face answered 502.")}
        raise OutcomeUnknown("The request left and no answer came.")


@pytest.mark.parametrize("args", [SET, DELETE])
def test_a_lost_answer_counts_as_done_if_the_hub_shows_the_change(args: Mapping[str, str]) -> None:
    hub = ForgetfulHub(team_1="RUNNING")
    hub.variable_values[A] = {"MODE": "practice"}

    assert change(hub, replace(STEP, before=OLD), args).accepted


def test_a_lost_answer_is_unknown_if_the_hub_cannot_be_read() -> None:
    hub = ForgetfulHub(team_1="RUNNING")
    hub.is_down = True

    with pytest.raises(OutcomeUnknown):
        change(hub, replace(STEP, before=OLD), SET)
