"""Requests with a time, which become schedules, and requests that a schedule makes."""

from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

from bot import parsing, schedules
from bot.audit import Outcome
from bot.command import Command, Context
from bot.commands.scheduling import (
    check_deadline,
    is_near,
    plan_schedule,
    unschedulable_error,
)
from bot.errors import NothingSelected, UsageError
from bot.model import Ask, Permission
from bot.operations import Operation, ScheduleOrigin
from bot.render import schedule_runs
from bot.results import Proposal, Result
from bot.schedules.actions import AddSchedule
from bot.service.dependencies import Dependencies
from bot.service.operations import begin
from bot.service.requests import command_run, request_context
from bot.store import Store, cold_starts
from bot.store import schedules as rows


def run_or_schedule(
    deps: Dependencies, ask: Ask, command: Command, words: tuple[str, ...], permission: Permission
) -> tuple[Context, Result]:
    """Return the context and the result of *command*, a schedule if *words* hold a time."""
    rest, time_words = parsing.split_time_clause(words)
    if not time_words or command.reads_times:
        return command_run.gather_and_run(deps, ask, command, words, permission)
    if command.takes_time:
        timing = schedules.parse_timing(time_words, deps.now(), deps.settings.timezone)
        check_deadline(command, timing)
        context = request_context.make_context(deps, ask, command, rest, permission)
        if timing.kind is schedules.ScheduleKind.BEFORE:
            context = _with_deadline(deps.store, context, timing)
        if ask.schedule is not None or is_near(timing, context.now):
            return context, command_run.run_with_queries(deps, command, context)
        return context, _plan(deps, command, replace(context, is_for_later=True), timing)
    try:
        return command_run.gather_and_run(deps, ask, command, words, permission)
    except UsageError as error:
        is_time = _is_time(time_words, deps.now(), deps.settings.timezone)
        raise (_explain(error, command) if is_time else error) from error


def _with_deadline(store: Store, context: Context, timing: schedules.Timing) -> Context:
    """Return *context* with the deadline that *timing* sets, and the facts to plan it."""
    with store.transaction() as tx:
        samples = cold_starts.load(tx)
    deadline = timing.first.astimezone(ZoneInfo(timing.zone))
    return replace(context, deadline=deadline, cold_starts=samples)


def _plan(
    deps: Dependencies, command: Command, context: Context, timing: schedules.Timing
) -> AddSchedule:
    """Return the schedule of *command*, whose words must parse now."""
    answer: Result | NothingSelected
    try:
        answer = command_run.run_with_queries(deps, command, context)
    except NothingSelected as nothing:
        answer = nothing
    except UsageError as error:
        raise _with_time(error, timing) from error
    return plan_schedule(context, command, timing, answer)


def _with_time(error: UsageError, timing: schedules.Timing) -> UsageError:
    """Return *error* with the time in its suggestion, which otherwise would run at once."""
    suggestion = f"{error.suggestion} {timing.text}" if error.suggestion else None
    return UsageError(str(error), suggestion)


def _is_time(time_words: tuple[str, ...], now: datetime, timezone: str) -> bool:
    """Return whether the words are a time, unlike those of `status at team-a`."""
    try:
        schedules.parse_timing(time_words, now, timezone)
    except UsageError:
        return False
    return True


def _explain(error: UsageError, command: Command) -> UsageError:
    """Return why *command* refuses its time; about a secret, the first error is kept."""
    refusal = unschedulable_error(command)
    is_about_secret = command.name.startswith("secret ")
    return UsageError(f"{error} {refusal}") if is_about_secret else refusal


def load_origin(store: Store, ask: Ask) -> ScheduleOrigin | None:
    """Return the schedule that makes the request *ask*; None if a person does."""
    if ask.schedule is None:
        return None
    with store.transaction() as tx:
        schedule = rows.get(tx, ask.schedule)
    assert schedule, "schedules are never deleted"
    return ScheduleOrigin(schedule.id, schedule.timing if schedule.is_recurring else "")


def begin_or_propose(deps: Dependencies, ask: Ask, proposal: Proposal) -> Outcome:
    """Start what a person confirmed with its schedule; else ask about *proposal*.

    What costs more than was confirmed is asked about again, and the owner hears why.
    """
    with deps.store.transaction() as tx:
        schedule = rows.get(tx, ask.schedule) if ask.schedule else None
    if schedule is None or schedule.confirmed_dollars is None:
        return begin.propose(deps, ask, proposal)
    if schedule.covers_cost(proposal.dollars_per_hour):
        return begin.begin(deps, ask, proposal.operation)
    note = schedule_runs.costs_more(schedule)
    return begin.propose(deps, ask, replace(proposal, warning=(*proposal.warning, note)))


def with_origin(store: Store, ask: Ask, operation: Operation) -> Operation:
    """Return *operation* with the schedule that requests it, which its card names."""
    return replace(operation, schedule=load_origin(store, ask))
