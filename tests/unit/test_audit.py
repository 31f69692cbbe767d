"""States of requests in the audit."""

import pytest

from bot.audit import AskState, state_of_act


@pytest.mark.parametrize(
    ("done", "failed", "pending", "unsent", "state"),
    [
        (2, 0, 0, 0, AskState.ACTED),
        # Where nothing was needed, nothing was done.
        (0, 0, 0, 0, AskState.UNCHANGED),
        (2, 1, 0, 0, AskState.PARTLY),
        (0, 1, 0, 0, AskState.FAILED),
        # Not over yet, whatever has failed by now.
        (1, 1, 1, 0, AskState.UNDER_WAY),
        (0, 1, 1, 0, AskState.UNDER_WAY),
        # A person stopped it, before anything was sent or after a part of it.
        (0, 0, 0, 3, AskState.STOPPED),
        (1, 0, 0, 3, AskState.PARTLY),
        (1, 1, 0, 3, AskState.PARTLY),
        (0, 1, 0, 3, AskState.FAILED),
        (1, 0, 1, 3, AskState.UNDER_WAY),
    ],
)
def test_state_follows_from_the_results_by_space(
    done: int, failed: int, pending: int, unsent: int, state: AskState
) -> None:
    assert state_of_act(done=done, failed=failed, pending=pending, unsent=unsent) is state
