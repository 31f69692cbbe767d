"""Wakes the Spaces that people keep awake, quietly, after each sweep that finds them asleep.

It is done as the owner of the schedule, with the owner's permission at that moment.
"""

from dataclasses import replace
from datetime import datetime

from bot.audit import AskState, OperationLink, Outcome
from bot.command import check_permission
from bot.errors import PermissionDenied
from bot.model import Ask, Source
from bot.operations import OperationState, busy
from bot.parsing import NameIndex, to_command
from bot.schedules import OffReason, Schedule, ScheduleState
from bot.schedules.keep_awake import due_wakes, quiet_wake
from bot.service.alerts import routing
from bot.service.dependencies import Dependencies, Job
from bot.service.requests import permissions
from bot.service.schedule_card import show
from bot.settings import Settings
from bot.store import Tx, asks, operations, schedules, spaces


def wake_asleep(deps: Dependencies) -> None:
    """Wake the Spaces that fell asleep although someone keeps them awake."""
    with deps.store.transaction() as tx:
        kept = [
            (schedule, _find_due(tx, deps.settings, schedule, deps.now()))
            for schedule in schedules.kept_awake(tx)
        ]
    for schedule, due in kept:
        denied = _denial(deps, schedule) if due else None  # Slack is asked only before a wake
        if denied and denied.is_uncertain:
            continue  # the next sweep tries again
        with deps.leadership.transaction() as tx:
            operations.lock_operations(tx)
            current = schedules.get(tx, schedule.id)
            if current is None or current.state is not ScheduleState.ON:
                continue
            if denied:
                _switch_off(tx, current, denied, deps.now())
            else:
                _wake(tx, deps.settings, current, deps.now())
    if kept:
        deps.trigger(Job.ADVANCE)
        deps.trigger(Job.DELIVER)


def _find_due(tx: Tx, settings: Settings, schedule: Schedule, now: datetime) -> tuple[str, ...]:
    """Return the Spaces of *schedule* that are asleep and may be woken at *now*."""
    fleet = spaces.fleet(tx)
    is_busy = busy(operations.running(tx), now)
    ids = routing.kept_spaces(schedule, fleet, settings)
    free = [fleet[id] for id in ids if id not in is_busy]
    return due_wakes(schedule, free, schedules.kept_wakes(tx, schedule.id), now)


def _denial(deps: Dependencies, schedule: Schedule) -> PermissionDenied | None:
    """Return why the owner may not wake Spaces now; None if that's allowed."""
    permission = permissions.get_permission(deps.slack, deps.settings, schedule.owner)
    try:
        check_permission(deps.commands["keep"], permission)
    except PermissionDenied as error:
        return error
    return None


def _switch_off(tx: Tx, schedule: Schedule, denied: PermissionDenied, now: datetime) -> None:
    off = replace(
        schedule,
        state=ScheduleState.OFF,
        off_reason=OffReason.PERMISSION,
        off_detail=str(denied),
    )
    schedules.save(tx, off)
    show(tx, off, None, now)


def _wake(tx: Tx, settings: Settings, schedule: Schedule, now: datetime) -> None:
    """Start the due wakes of *schedule* as one operation, with an entry in the audit."""
    ids = _find_due(tx, settings, schedule, now)
    if not ids:
        return
    names = NameIndex.of(ids, settings.prefix)
    text = to_command(("wake", *map(names.short_name, ids)))
    key = f"keep:{schedule.id}:{now.timestamp():.0f}"
    ask = Ask(text, schedule.owner, schedule.channel, Source.SCHEDULE, key, schedule=schedule.id)
    asks.receive(tx, ask, text, now)
    started = operations.add(tx, quiet_wake(schedule, ids, now), state=OperationState.RUNNING)
    asks.link_operation(tx, key, started.id, OperationLink.STARTED)
    asks.conclude(tx, key, Outcome(AskState.ACTED, f"started operation {started.id}"), now)
