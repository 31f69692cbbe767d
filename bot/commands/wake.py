"""`wake`, `restart`, `rebuild` and `pause`: operations that start and stop Spaces."""

from collections.abc import Sequence
from functools import partial

from bot.command import Context, Freshness, command
from bot.commands._planning import plan_operation
from bot.errors import Misunderstood
from bot.model import Role
from bot.operations import Operation, StepState, Verb, assess
from bot.render import confirmations
from bot.results import Answer


@command(
    "wake <targets>",
    role=Role.OPERATOR,
    freshness=Freshness.FRESH,
    example="wake all",
    does="wake Spaces",
)
def wake(context: Context) -> Answer:
    """Start Spaces that are asleep, stopped, paused or failing. Running ones aren't touched.

    It asks first only if it would start paid hardware.
    """
    return _plan_power(Verb.WAKE, context)


@command(
    "restart <targets>",
    role=Role.OPERATOR,
    freshness=Freshness.FRESH,
    example="restart broken",
    does="restart Spaces",
)
def restart(context: Context) -> Answer:
    """Stop Spaces and start them again.

    It asks first when running Spaces would be interrupted.
    """
    return _plan_power(Verb.RESTART, context)


@command(
    "rebuild <targets>",
    role=Role.OPERATOR,
    freshness=Freshness.FRESH,
    example="rebuild broken",
    does="rebuild Spaces",
)
def rebuild(context: Context) -> Answer:
    """Restart from scratch: build the image again, without the cache."""
    return _plan_power(Verb.REBUILD, context)


@command(
    "pause <targets>",
    role=Role.OPERATOR,
    freshness=Freshness.FRESH,
    example="pause running",
    does="pause Spaces",
)
def pause(context: Context) -> Answer:
    """Stop Spaces, and what they cost, until someone wakes them."""
    return _plan_power(Verb.PAUSE, context)


def _plan_power(verb: Verb, context: Context) -> Answer:
    if not context.words:
        raise Misunderstood(
            f"Which Spaces should I {verb}? For example `team-a`, `team-1..12` or `all`.",
            f"{verb} all" if verb is Verb.WAKE else None,
        )
    ids = context.targets(acting=True)
    return plan_operation(context, verb, ids, confirm_if=partial(_confirmation_warning, context))


def _confirmation_warning(context: Context, operation: Operation) -> Sequence[str]:
    """Return the warning to confirm, empty if *operation* interrupts and costs nothing."""
    spaces = [context.fleet[step.space] for step in operation.in_state(StepState.WAITING)]
    risk = assess(operation.verb, spaces)
    return confirmations.warning(risk, context.names, context.prices) if risk else ()
