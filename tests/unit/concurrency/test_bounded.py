"""A pool has so many seats, and each is free again whatever happens to the work."""

from concurrent.futures import ThreadPoolExecutor
from functools import partial
from threading import Event

import pytest

from bot.listeners import BoundedExecutor


def test_waiting_work_occupies_its_slot() -> None:
    with ThreadPoolExecutor(1) as threads:
        executor, may_end = BoundedExecutor(threads, 2), Event()
        for _ in range(2):
            slot = executor.try_acquire()
            assert slot
            slot.run(partial(_wait, may_end))

        assert executor.try_acquire() is None
        may_end.set()
    assert executor.try_acquire()


def test_released_slot_is_free() -> None:
    with ThreadPoolExecutor(1) as threads:
        executor = BoundedExecutor(threads, 1)
        slot = executor.try_acquire()
        assert slot
        slot.release()

        assert executor.try_acquire()


def test_stopped_executor_raises_and_releases_the_slot() -> None:
    threads = ThreadPoolExecutor(1)
    threads.shutdown()
    executor = BoundedExecutor(threads, 1)
    for _ in range(2):
        slot = executor.try_acquire()
        assert slot
        with pytest.raises(RuntimeError):
            slot.run(lambda: None)


def _wait(event: Event) -> None:
    event.wait(5)
