"""From what is asked to an operation, or to why there is none: the same for every acting verb."""

from collections.abc import Callable, Iterable, Mapping

from bot.command import Answer, Context, Proposal
from bot.operations import Operation, Verb
from bot.render import operation_replies as render


def never_confirm(_: Operation) -> str:
    """Ask nobody: it interrupts nothing, and costs nothing."""
    return ""


def plan_operation(
    context: Context,
    verb: Verb,
    ids: Iterable[str],
    args: Mapping[str, str] | None = None,
    confirm_if: Callable[[Operation], str] = never_confirm,
) -> Answer:
    """Plan *verb* on the Spaces *ids*; what runs already is joined, and what is needless said.

    *confirm_if* says why somebody must say yes first, or nothing. *args* are kept with the
    operation.
    """
    operation = context.plan(verb, ids, args)
    if joined := context.running_operation(operation):
        return render.already_running(joined, context.now)
    if operation.is_finished:
        return render.nothing_to_do(operation, context.names)
    warning = confirm_if(operation)
    return Proposal(operation, warning) if warning else operation
