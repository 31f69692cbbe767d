"""`wake`, `restart`, `rebuild` and `pause`: operations that start and stop Spaces."""

from collections.abc import Sequence
from functools import partial

from bot.command import Context, Freshness, command
from bot.commands._planning import plan_operation
from bot.errors import UsageError
from bot.model import Role
from bot.operations import Operation, SkipReason, StepState, Verb, assess
from bot.parsing import select
from bot.parsing.targets import selects_in_bulk, split_including_paused
from bot.render import confirmations
from bot.results import Answer
from bot.stages import Condition

# Verbs that leave alone what a bulk word selects and someone has paused.
_LEAVES_PAUSED = (Verb.RESTART, Verb.REBUILD)


@command(
    "wake <targets>",
    role=Role.OPERATOR,
    freshness=Freshness.FRESH,
    example="wake all",
    does="wake Spaces",
    takes_time=True,
    takes_deadline=True,
)
def wake(context: Context) -> Answer:
    """Start Spaces that are asleep, stopped, paused or failing. Running ones aren't touched.

    It asks first only if it would start paid hardware. With `before 14:00`, each Space is woken
    early enough to be ready at that time.
    """
    return _plan_power(Verb.WAKE, context)


@command(
    "visit <targets>",
    role=Role.OPERATOR,
    freshness=Freshness.FRESH,
    example="visit asleep",
    does="wake Spaces by a visit",
)
def visit(context: Context) -> Answer:
    """Wake sleeping Spaces by a visit to their app, where my token can't restart them.

    It asks first only if it would start paid hardware. What isn't asleep needs a restart.
    """
    return _plan_power(Verb.VISIT, context)


@command(
    "restart <targets>",
    role=Role.OPERATOR,
    freshness=Freshness.FRESH,
    example="restart failed",
    does="restart Spaces",
    takes_time=True,
)
def restart(context: Context) -> Answer:
    """Stop Spaces and start them again.

    It asks first when running Spaces would be interrupted. With `all`, a condition or a pattern,
    paused Spaces stay paused unless you add `including paused`.
    """
    return _plan_power(Verb.RESTART, context)


@command(
    "rebuild <targets>",
    role=Role.OPERATOR,
    freshness=Freshness.FRESH,
    example="rebuild failed",
    does="rebuild Spaces",
    takes_time=True,
)
def rebuild(context: Context) -> Answer:
    """Restart from scratch: build the image again, without the cache.

    Paused Spaces stay paused as with `restart`.
    """
    return _plan_power(Verb.REBUILD, context)


@command(
    "pause <targets>",
    role=Role.OPERATOR,
    freshness=Freshness.FRESH,
    example="pause running",
    does="pause Spaces",
    takes_time=True,
)
def pause(context: Context) -> Answer:
    """Stop Spaces, and what they cost, until someone wakes them."""
    return _plan_power(Verb.PAUSE, context)


def _plan_power(verb: Verb, context: Context) -> Answer:
    if not context.words:
        raise UsageError(
            f"Which Spaces should I {verb}? For example `team-a`, `team-1..12` or `all`.",
            f"{verb} all" if verb is Verb.WAKE else None,
        )
    words, is_including = split_including_paused(context.words)
    ids = select(words, context.fleet, context.names, acting=True)
    warn = partial(_confirmation_warning, context)
    left_paused = () if is_including or verb not in _LEAVES_PAUSED else _left_paused(context, words)
    return plan_operation(
        context,
        verb,
        ids,
        confirm_if=warn,
        left_paused=left_paused,
        cost=partial(_dollars_per_hour, context),
    )


def _left_paused(context: Context, words: Sequence[str]) -> Sequence[str]:
    """Return the paused Spaces that no name selects, because someone meant them to stay so."""
    if not selects_in_bulk(words):
        return ()
    named = {id for word in words for id in context.names.find(word)}
    fleet = context.fleet
    return [id for id in fleet if fleet[id].condition is Condition.PAUSED and id not in named]


def _dollars_per_hour(context: Context, operation: Operation) -> float:
    """Return the known hourly price of the paid hardware that *operation* starts."""
    spaces = [context.fleet[step.space] for step in operation.in_state(StepState.WAITING)]
    risk = assess(operation.verb, spaces)
    return sum(context.prices.get(s.hardware or "", 0.0) for s in (risk.paid if risk else ()))


def _confirmation_warning(context: Context, operation: Operation) -> Sequence[str]:
    """Return the warning to confirm, empty if *operation* interrupts and costs nothing."""
    spaces = [context.fleet[step.space] for step in operation.in_state(StepState.WAITING)]
    risk = assess(operation.verb, spaces)
    if risk is None:
        return ()
    left = operation.skipped_for(SkipReason.LEFT_PAUSED)
    note = confirmations.left_paused_note(operation.verb, len(left))
    return [*confirmations.warning(risk, context.names, context.prices), *note]
