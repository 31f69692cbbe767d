"""Flapping: when it starts and when a Space has settled."""

from collections.abc import Sequence
from datetime import datetime

import pytest

from bot.alerts import flapping
from bot.alerts.flapping import Flip
from tests.unit.alerts.samples import AGO, NOW


def own(*minutes: int) -> list[Flip]:
    return [Flip(AGO[minute]) for minute in minutes]


def caused(*minutes: int) -> list[Flip]:
    return [Flip(AGO[minute], by_operation=True) for minute in minutes]


@pytest.mark.parametrize(
    ("before", "by_operation", "starts"),
    [
        (own(9, 5), False, False),
        (own(24, 9, 5), False, True),
        (own(31, 9, 5), False, False),
        # What an operation caused doesn't count, before this change or as this change.
        ([*caused(24), *own(9, 5)], False, False),
        (own(24, 9, 5), True, False),
        (caused(24, 11, 9, 5), False, False),
        # Repeated crashes and restarts: only the crashes count.
        ([*own(26), *caused(24), *own(11), *caused(9)], False, False),
        ([*own(26), *caused(24), *own(11), *caused(9), *own(5)], False, True),
        ([*own(26, 24, 11), *caused(9)], False, True),
    ],
)
def test_fourth_flip_that_no_operation_caused_starts_flapping(
    before: Sequence[Flip], *, by_operation: bool, starts: bool
) -> None:
    assert flapping.starts(before, NOW, by_operation=by_operation) is starts


@pytest.mark.parametrize(
    ("flips", "settled"), [(own(24), False), (caused(24), False), (own(31), True), ([], True)]
)
def test_half_an_hour_without_any_flip_settles(flips: Sequence[Flip], *, settled: bool) -> None:
    assert flapping.has_settled(flips, NOW) is settled


@pytest.mark.parametrize(
    ("flips", "sent_at", "expected"),
    [
        ([], None, False),
        (own(9), None, False),
        # The first flip after the call is the operation's, the next one is not.
        (own(9), AGO[5], True),
        ([*own(9), *caused(1)], AGO[5], False),
        # An old call causes no flip now.
        (own(130), AGO[31], False),
    ],
)
def test_first_flip_after_the_call_of_an_operation_is_caused_by_it(
    flips: Sequence[Flip], sent_at: datetime | None, *, expected: bool
) -> None:
    assert flapping.is_by_operation(flips, sent_at, NOW) is expected
