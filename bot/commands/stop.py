"""The command that ends an operation before all of it was sent."""

from bot.command import Answer, Context, Looks, Stop, command
from bot.errors import Misunderstood
from bot.model import Role
from bot.parsing import echo, operation_number


@command("stop <number>", needs=Role.OPERATOR, looks=Looks.NOWHERE)
def stop(context: Context) -> Answer:
    """End what an operation hasn't sent yet, by the number on its card. Sent parts are followed."""
    number = operation_number(context.words)
    if number is not None:
        return Stop(number)
    if context.words:
        said = " ".join(context.words)
        raise Misunderstood(
            f"`stop` takes the number of an operation, not {echo(said)}. To shut Spaces down, use "
            "`pause`.",
            f"pause {said}",
        )
    running = [operation.id for operation in context.running if not operation.stopped_at]
    offered = f"stop {running[0]}" if len(running) == 1 else None
    raise Misunderstood("Which operation? Its number is on its card: `stop 12`.", offered)
