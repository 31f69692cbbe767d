"""`stop` and `continue`: the end or the rest of an operation with unsent steps."""

from bot.command import Context, Freshness, command
from bot.errors import UsageError
from bot.model import Role
from bot.operations import is_held
from bot.parsing import parse_operation_number, quote
from bot.results import Answer, Continue, Stop


@command("stop <number>", role=Role.OPERATOR, freshness=Freshness.NONE, does="stop operations")
def stop(context: Context) -> Answer:
    """End what an operation hasn't sent yet, by the number on its card.

    What was sent is followed and reported. Anyone who may run the operation's command may stop
    it.
    """
    number = parse_operation_number(context.words)
    if number is not None:
        return Stop(number)
    if context.words:
        typed = " ".join(context.words)
        raise UsageError(
            f"`stop` takes the number of an operation, not {quote(typed)}. To shut Spaces down, "
            "use `pause`.",
            f"pause {typed}",
        )
    running = [operation.id for operation in context.running if not operation.stopped_at]
    suggestion = f"stop {running[0]}" if len(running) == 1 else None
    raise UsageError("Which operation? The number is on its card: `stop 12`.", suggestion)


@command(
    "continue <number>",
    role=Role.OPERATOR,
    freshness=Freshness.NONE,
    does="continue operations",
)
def continue_operation(context: Context) -> Answer:
    """Go on with an operation that stopped after a failure, by the number on its card.

    What interrupts more than 20 Spaces goes in waves: one, then a tenth, then the rest. A failure
    holds what wasn't sent, for at most a day. Anyone who may run the operation's command may
    continue it.
    """
    number = parse_operation_number(context.words)
    if number is not None:
        return Continue(number)
    held = [operation.id for operation in context.running if is_held(operation)]
    suggestion = f"continue {held[0]}" if len(held) == 1 else None
    raise UsageError("Which operation? The number is on its card: `continue 12`.", suggestion)
