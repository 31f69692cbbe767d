"""`continue`: the rest of an operation that a failure has held."""

from bot.command import Context, Freshness, command
from bot.errors import UsageError
from bot.model import Role
from bot.operations import is_held
from bot.parsing import parse_operation_number
from bot.results import Answer, Continue


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
