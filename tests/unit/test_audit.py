"""States of requests in the audit."""

import pytest

from bot.audit import AskState, state_of_act


@pytest.mark.parametrize(
    ("done", "failed", "pending", "state"),
    [
        (2, 0, 0, AskState.ACTED),
        # Where nothing was needed, all is done.
        (0, 0, 0, AskState.ACTED),
        (2, 1, 0, AskState.PARTLY),
        (0, 1, 0, AskState.FAILED),
        # Not over yet, whatever has failed by now.
        (1, 1, 1, AskState.UNDER_WAY),
        (0, 1, 1, AskState.UNDER_WAY),
    ],
)
def test_state_follows_from_the_results_by_space(
    done: int, failed: int, pending: int, state: AskState
) -> None:
    assert state_of_act(done=done, failed=failed, pending=pending) is state
