"""Commands that start and stop Spaces."""

from functools import partial

from bot.command import Answer, Context, Looks, command
from bot.commands.planning import planned
from bot.errors import Misunderstood
from bot.model import Role
from bot.operations import Operation, Progress, Verb
from bot.render import powers


@command("wake <targets>", needs=Role.OPERATOR, looks=Looks.FRESH, example="wake all")
def wake(context: Context) -> Answer:
    """Start what is asleep, stopped, paused or broken. What is up is left alone."""
    return _plan(Verb.WAKE, context)


@command("restart <targets>", needs=Role.OPERATOR, looks=Looks.FRESH, example="restart broken")
def restart(context: Context) -> Answer:
    """Stop Spaces and start them again."""
    return _plan(Verb.RESTART, context)


@command("rebuild <targets>", needs=Role.OPERATOR, looks=Looks.FRESH, example="rebuild broken")
def rebuild(context: Context) -> Answer:
    """Restart from scratch: build the image again, without the cache."""
    return _plan(Verb.REBUILD, context)


@command("pause <targets>", needs=Role.OPERATOR, looks=Looks.FRESH, example="pause running")
def pause(context: Context) -> Answer:
    """Stop Spaces, and what they cost, until somebody wakes them."""
    return _plan(Verb.PAUSE, context)


def _plan(verb: Verb, context: Context) -> Answer:
    if not context.words:
        raise Misunderstood(
            f"{verb.capitalize()} what? Name Spaces, `team-1..12`, `sleeping` or `all`.",
            f"{verb} all" if verb is Verb.WAKE else None,
        )
    ids = context.targets(acting=True)
    return planned(context, verb, ids, doubt=partial(_doubt, context))


def _doubt(context: Context, operation: Operation) -> str:
    """Say why *operation* must be confirmed, or nothing: only what interrupts or costs is asked."""
    spaces = [context.fleet[step.space] for step in operation.having(Progress.WAITING)]
    return powers.doubt(operation.verb, spaces, context.names, context.prices)
