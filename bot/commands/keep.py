"""`keep`: Spaces are woken again whenever they fall asleep, for a time."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from bot.command import Context, Freshness, command
from bot.errors import UsageError
from bot.model import Role
from bot.operations import Verb, assess
from bot.parsing import Span, split_span, to_command
from bot.render import confirmations
from bot.results import Answer
from bot.schedules import Schedule, ScheduleKind, ScheduleState
from bot.schedules.actions import AddSchedule
from bot.schedules.keep_awake import MAX_KEEP

_AWAKE = "awake"


@command(
    "keep <targets> awake until <time>",
    role=Role.OPERATOR,
    freshness=Freshness.FRESH,
    example="keep team-a awake until 18:00",
    does="wake Spaces",
    reads_times=True,
)
def keep(context: Context) -> Answer:
    """Wake Spaces again whenever they fall asleep: `until 18:00`, `for 3h`, at most 24 hours.

    It asks first if they have paid hardware. One card counts the wakes; `schedules` lists it, and
    `unschedule` ends it. Paused Spaces stay paused. They alert only if a wake fails, or if one
    needs more than four in an hour.
    """
    words, span = split_span(context.words, context.now, context.zone)
    targets = tuple(word for word in words if word.casefold() != _AWAKE)
    if span is None or not targets:
        raise UsageError(
            f"Which Spaces, and how long? For example `{context.slash} keep team-a awake until "
            "18:00` or `keep team-* awake for 3h`."
        )
    if span.duration > MAX_KEEP:
        raise UsageError(
            "I keep Spaces awake for 24 hours at most. Choose a shorter time, or schedule a wake "
            "for every day."
        )
    rest = context.words[len(words) :]
    ids = context.resolve_for_action(targets, "keep", (_AWAKE, *rest))
    return _plan(context, _schedule(context, targets, span, " ".join(rest)), ids)


def _schedule(context: Context, targets: Sequence[str], span: Span, timing: str) -> Schedule:
    return Schedule(
        command=to_command(("keep", *targets, _AWAKE)),
        timing=timing,
        zone=context.zone,
        recurrence="",
        next_at=span.ends_at,
        owner=context.ask.user,
        channel=context.ask.channel,
        made_at=context.now,
        thread=context.ask.thread,
        kind=ScheduleKind.KEEP,
        targets=tuple(targets),
    )


def _plan(context: Context, schedule: Schedule, ids: tuple[str, ...]) -> AddSchedule:
    """Return the schedule to keep; a person confirms the price of paid hardware."""
    spaces = [context.fleet[id] for id in ids]
    names = tuple(map(context.names.short_name, ids))
    conditions = Counter(space.condition for space in spaces)
    risk = assess(Verb.WAKE, spaces)
    if risk is None:
        return AddSchedule(schedule, ids, names, conditions)
    dollars = sum(context.prices.get(space.hardware or "", 0.0) for space in risk.paid)
    asked = replace(schedule, state=ScheduleState.PROPOSED, confirmed_dollars=dollars)
    warning = tuple(confirmations.warning(risk, context.names, context.prices))
    return AddSchedule(asked, ids, names, conditions, warning)
