"""From what is asked to an operation, or to why there is none: the same for every acting verb."""

from collections.abc import Callable, Iterable, Mapping

from bot.command import Answer, Context, Proposal
from bot.operations import Operation, Verb
from bot.render import operation_replies as render


def no_doubt(_: Operation) -> str:
    """Ask nobody: it interrupts nothing, and costs nothing."""
    return ""


def planned(
    context: Context,
    verb: Verb,
    ids: Iterable[str],
    args: Mapping[str, str] | None = None,
    doubt: Callable[[Operation], str] = no_doubt,
) -> Answer:
    """Plan *verb* on the Spaces *ids*; what runs already is joined, and what is needless said.

    *doubt* says why somebody must say yes first, or nothing. *args* are kept with the operation.
    """
    operation = context.plan(verb, ids, args)
    if joined := context.joined(operation):
        return render.joined(joined, context.now)
    if operation.finished:
        return render.needless(operation, context.names)
    why = doubt(operation)
    return Proposal(operation, why) if why else operation
