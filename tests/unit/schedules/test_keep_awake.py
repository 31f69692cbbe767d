"""What is kept awake is woken again within a bound, and is quiet while that works."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.model import Space
from bot.schedules import Schedule, ScheduleKind
from bot.schedules.keep_awake import KeptWake, due_wakes, quiet_spaces, quiet_wake

NOW = datetime(2026, 11, 27, 12, tzinfo=UTC)
KEEP = Schedule(
    "keep all awake", "for 3h", "UTC", "", NOW + timedelta(hours=3), "UTA", "C1", NOW, id=4,
    kind=ScheduleKind.KEEP,
)  # fmt: skip
ASLEEP, PAID = Space("a/a", "SLEEPING"), Space("a/p", "SLEEPING", hardware="t4-small")
OTHERS = [Space("a/b", "RUNNING"), Space("a/c", "PAUSED"), Space("a/d", "RUNTIME_ERROR")]


def woken(*minutes_ago: float, has_failed: bool = False) -> list[KeptWake]:
    return [
        KeptWake("a/a", NOW - timedelta(minutes=m), not has_failed, has_failed) for m in minutes_ago
    ]


@pytest.mark.parametrize(
    ("wakes", "is_due", "is_quiet"),
    [
        ([], True, True),
        (woken(1), False, True),  # the sweep may still show the old stage
        (woken(2), True, True),
        (woken(50, 40, 30), True, True),
        (woken(50, 40, 30, 20), False, False),  # it doesn't stay awake
        (woken(70, 50, 40, 30), True, True),
        (woken(5, has_failed=True), True, False),  # it is tried again, and its alert isn't silent
        ([*woken(30, has_failed=True), *woken(5)], True, True),
    ],
)
def test_a_sleeping_space_is_woken_within_a_bound(
    wakes: list[KeptWake], *, is_due: bool, is_quiet: bool
) -> None:
    assert due_wakes(KEEP, [ASLEEP, *OTHERS], wakes, NOW) == (("a/a",) if is_due else ())
    assert quiet_spaces(KEEP, [ASLEEP], wakes, NOW) == ({"a/a"} if is_quiet else set())


class Counted(list[KeptWake]):
    """A list that counts how often it is read."""

    reads = 0

    def __iter__(self) -> Iterator[KeptWake]:
        self.reads += 1
        return super().__iter__()


def test_the_wakes_of_a_day_are_read_once_and_not_for_each_space() -> None:
    """A class of 500 that sleeps all the time has 48,000 of them."""
    spaces = [Space(f"a/{n}", "SLEEPING") for n in range(50)]
    for decide in (due_wakes, quiet_spaces):
        wakes = Counted(woken(*range(10, 60)))
        decide(KEEP, spaces, wakes, NOW)

        assert wakes.reads == 1


def test_paid_hardware_is_woken_only_if_a_person_confirmed_its_price() -> None:
    confirmed = replace(KEEP, confirmed_dollars=0.4)
    assert due_wakes(KEEP, [PAID], [], NOW) == ()
    assert quiet_spaces(KEEP, [PAID], [], NOW) == frozenset()
    assert due_wakes(confirmed, [PAID], [], NOW) == ("a/p",)
    assert quiet_spaces(confirmed, [PAID], [], NOW) == {"a/p"}


def test_the_wake_is_quiet_and_names_its_schedule() -> None:
    wake = quiet_wake(KEEP, ["a/a"], NOW)

    assert (wake.is_quiet, wake.requested_by, wake.spaces) == (True, "UTA", ("a/a",))
    assert wake.schedule is not None
    assert wake.schedule.id == KEEP.id
