"""The secret of one Space: set if the name is free, deleted if it exists, and never repeated."""

import pytest

from bot.errors import Conflict, HubError, HubUnavailable, OutcomeUnknown
from bot.operations import SkipReason, Step, StepState, mark_sent
from bot.service.operations.secrets import delete, set_value
from tests.fakes import FakeHub
from tests.unit.store.samples import NOW

A = "acme/team-1"
STEP = mark_sent(Step(A, stage_before="RUNNING"), NOW)


@pytest.fixture
def hub() -> FakeHub:
    return FakeHub(team_1="RUNNING")


def test_a_value_is_accepted_by_the_hub(hub: FakeHub) -> None:
    assert set_value(hub, STEP, "KEY", "swordfish").accepted
    assert hub.secret_values == {A: {"KEY": "swordfish"}}


def test_nothing_is_sent_without_the_value(hub: FakeHub) -> None:
    after = set_value(hub, STEP, "KEY", None)

    assert (after.state, after.skip_reason) == (StepState.SKIPPED, SkipReason.VALUE_LOST)
    assert hub.calls == []


def test_a_variable_of_that_name_is_a_conflict(hub: FakeHub) -> None:
    hub.variable_values[A] = {"KEY": "x"}

    with pytest.raises(Conflict, match="There's already a variable KEY"):
        set_value(hub, STEP, "KEY", "swordfish")


def test_an_error_does_not_repeat_the_value(hub: FakeHub) -> None:
    hub.errors_by_call["set_secret KEY"] = HubError("“swordfish” is invalid.", effect="swordfish")

    with pytest.raises(HubError) as caught:
        set_value(hub, STEP, "KEY", "swordfish")

    assert str(caught.value) == "“…” is invalid. …"
    assert caught.value.__suppress_context__


def test_a_secret_is_deleted_where_it_exists(hub: FakeHub) -> None:
    hub.secret_values[A] = {"KEY": "swordfish"}
    assert delete(hub, STEP, "KEY").accepted

    assert delete(hub, STEP, "KEY").skip_reason is SkipReason.NO_KEY
    assert hub.writes == [("delete_secret KEY", A)]


class ForgetfulHub(FakeHub):
    """A Hub that deletes secrets and loses its answers; then it can be read, or not."""

    def __init__(self, after: HubError | None) -> None:
        super().__init__(team_1="RUNNING")
        self.after = after

    def delete_secret(self, id: str, key: str) -> None:
        super().delete_secret(id, key)
        if self.after:
            self.errors_by_call["secrets"] = self.after
        raise OutcomeUnknown("The request left and no answer came.")


def test_a_lost_answer_counts_as_done_only_if_the_hub_shows_it() -> None:
    for hub in (ForgetfulHub(None), ForgetfulHub(HubUnavailable("Hugging Face answered 502."))):
        hub.secret_values[A] = {"KEY": "swordfish"}
        if hub.after is None:
            assert delete(hub, STEP, "KEY").accepted
        else:
            with pytest.raises(OutcomeUnknown):
                delete(hub, STEP, "KEY")
