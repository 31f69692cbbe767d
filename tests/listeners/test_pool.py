"""A pool has so many seats, and each is free again whatever happens to the work."""

from concurrent.futures import ThreadPoolExecutor
from functools import partial
from threading import Event

import pytest

from bot.listeners import Pool


def test_work_that_waits_holds_its_seat_like_work_that_runs() -> None:
    with ThreadPoolExecutor(1) as threads:
        pool, may_end = Pool(threads, 2), Event()
        for _ in range(2):
            seat = pool.seat()
            assert seat
            seat.run(partial(_wait, may_end))

        assert pool.seat() is None
        may_end.set()
    assert pool.seat()


def test_a_seat_that_is_left_is_free() -> None:
    with ThreadPoolExecutor(1) as threads:
        pool = Pool(threads, 1)
        seat = pool.seat()
        assert seat
        seat.leave()

        assert pool.seat()


def test_a_pool_that_has_ended_says_so_and_keeps_no_seat() -> None:
    threads = ThreadPoolExecutor(1)
    threads.shutdown()
    pool = Pool(threads, 1)
    for _ in range(2):
        seat = pool.seat()
        assert seat
        with pytest.raises(RuntimeError):
            seat.run(lambda: None)


def _wait(event: Event) -> None:
    event.wait(5)
