"""Spaces that are kept awake: which ones are woken, and whose sleep is no alert."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.model import Space
from bot.operations import Operation, Step, Verb
from bot.operations.step import QUIET_ARGUMENT, ScheduleOrigin
from bot.schedules.schedule import Schedule
from bot.stages import Condition

#: The longest time that Spaces are kept awake.
MAX_KEEP = timedelta(hours=24)
#: Wakes of one Space in an hour. One that needs more doesn't stay awake, and alerts instead.
MAX_WAKES_PER_HOUR = 4
# A sweep may show the old stage for this long after a wake.
_SETTLE_TIME = timedelta(minutes=2)
_HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class KeptWake:
    """One wake of a Space that is kept awake."""

    space: str
    at: datetime
    is_done: bool = False
    has_failed: bool = False


def due_wakes(
    schedule: Schedule, spaces: Iterable[Space], wakes: Sequence[KeptWake], now: datetime
) -> tuple[str, ...]:
    """Return the Spaces that fell asleep and are woken again now, sorted.

    Paid hardware needs a confirmation. A paused Space stays paused, because someone meant it.
    """
    asleep = [space for space in spaces if space.condition is Condition.ASLEEP]
    allowed, known = _affordable(schedule, asleep), _by_space(wakes)
    return tuple(sorted(id for id in allowed if _may_wake(known.get(id, ()), now)))


def quiet_spaces(
    schedule: Schedule, spaces: Iterable[Space], wakes: Sequence[KeptWake], now: datetime
) -> frozenset[str]:
    """Return those of *spaces* whose sleep is no alert, because *schedule* wakes them."""
    allowed, known = _affordable(schedule, spaces), _by_space(wakes)
    return frozenset(id for id in allowed if _can_keep(known.get(id, ()), now))


def _affordable(schedule: Schedule, spaces: Iterable[Space]) -> Iterator[str]:
    """Yield the Spaces whose price allows a wake: paid ones only if it's confirmed."""
    is_paid_confirmed = schedule.confirmed_dollars is not None
    return (space.id for space in spaces if is_paid_confirmed or not space.is_paid)


def quiet_wake(schedule: Schedule, ids: Iterable[str], now: datetime) -> Operation:
    """Return the operation that wakes *ids* again, without a card."""
    steps = tuple(map(Step, ids))
    return Operation(
        Verb.WAKE,
        steps,
        schedule.owner,
        schedule.channel,
        now,
        thread=schedule.thread,
        args={QUIET_ARGUMENT: "yes"},
        schedule=ScheduleOrigin(schedule.id),
    )


def _by_space(wakes: Iterable[KeptWake]) -> dict[str, list[KeptWake]]:
    found: dict[str, list[KeptWake]] = {}
    for wake in wakes:
        found.setdefault(wake.space, []).append(wake)
    return found


def _may_wake(wakes: Sequence[KeptWake], now: datetime) -> bool:
    is_settled = all(now - wake.at >= _SETTLE_TIME for wake in wakes)
    return is_settled and len(_recent(wakes, now)) < MAX_WAKES_PER_HOUR


def _can_keep(wakes: Sequence[KeptWake], now: datetime) -> bool:
    recent = _recent(wakes, now)
    has_failed = bool(wakes) and max(wakes, key=lambda wake: wake.at).has_failed
    is_last = len(recent) >= MAX_WAKES_PER_HOUR and all(wake.is_done for wake in recent)
    return not (has_failed or is_last)


def _recent(wakes: Iterable[KeptWake], now: datetime) -> list[KeptWake]:
    return [wake for wake in wakes if now - wake.at < _HOUR]
