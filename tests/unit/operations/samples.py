"""Helpers of the tests in this folder."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from bot import operations as core
from bot.health.record import HealthRecord
from bot.health.verdict import Verdict
from bot.model import Fleet, Space
from bot.operations import (
    NO_CHANGE_TIMEOUT,
    PROPAGATION_DELAY,
    STEP_TIMEOUT,
    Operation,
    Step,
    Verb,
    mark_accepted,
    mark_sent,
)

NOW = datetime(2026, 3, 2, tzinfo=UTC)
#: The apps answer whenever they are probed.
READY = {
    id: HealthRecord(id, datetime.max.replace(tzinfo=UTC), Verdict(status=200))
    for id in ("a/b", "a/c", "a/d", "a/x")
}


AFTER_PROPAGATION, AFTER_NO_CHANGE_TIMEOUT, AFTER_STEP_TIMEOUT = (
    PROPAGATION_DELAY.seconds + 1,
    NO_CHANGE_TIMEOUT.seconds + 1,
    STEP_TIMEOUT.seconds + 1,
)


def advance(
    operation: Operation,
    fleet: Fleet,
    now: datetime,
    health: Mapping[str, HealthRecord] = READY,
) -> tuple[Operation, tuple[Step, ...]]:
    """Advance an operation on Spaces whose apps answer, unless *health* says otherwise."""
    return core.advance(operation, fleet, health, now)


def fleet(stage: str, sdk: str = "docker") -> Fleet:
    return {"a/b": Space("a/b", stage, sdk=sdk)}


def operation(verb: Verb, *steps: Step) -> Operation:
    return Operation(verb, steps or (Step("a/b"),), "U1", "C1", NOW)


SENT_STEP = mark_sent(Step("a/b", stage_before="SLEEPING"), NOW)
FLAVOR, HOUR = {"flavor": "t4-small"}, {"seconds": "3600", "time": "1h"}


def sent_step(verb: Verb, stage_before: str, *, is_accepted: bool = True) -> Step:
    step = mark_sent(Step("a/b", stage_before=stage_before), NOW)
    return mark_accepted(step, stage_before) if is_accepted else step


def advance_once(verb: Verb, step: Step, seconds: int, stage: str | None) -> Step:
    """Advance by one observation; a stage of None is a Space missing from the list."""
    args = {**FLAVOR, **HOUR}
    listed = fleet(stage) if stage else {}
    current = replace(operation(verb, step), args=args)
    (after,) = advance(current, listed, NOW + timedelta(seconds=seconds))[0].steps
    return after
