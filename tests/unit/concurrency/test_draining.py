"""The draining executor: calls that come after its shutdown are cancelled."""

from concurrent.futures import CancelledError

import pytest

from bot.concurrency.draining import DrainingExecutor


def test_a_call_after_the_shutdown_is_cancelled() -> None:
    pool = DrainingExecutor(1)
    first = pool.submit(lambda: 7)
    pool.shutdown()

    assert first.result(timeout=10) == 7
    with pytest.raises(CancelledError):
        pool.submit(lambda: 8)
