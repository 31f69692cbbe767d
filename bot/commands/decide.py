"""Commands that answer the bot's own questions; their buttons type them."""

from bot.command import Answer, Context, Decision, Looks, command
from bot.errors import Misunderstood
from bot.parsing import operation_number


@command("confirm <number>", looks=Looks.NOWHERE, hidden=True)
def confirm(context: Context) -> Answer:
    """Say yes to a question of mine, by its number."""
    return Decision(_number(context), yes=True)


@command("cancel <number>", looks=Looks.NOWHERE, hidden=True)
def cancel(context: Context) -> Answer:
    """Say no to a question of mine, by its number."""
    return Decision(_number(context), yes=False)


def _number(context: Context) -> int:
    number = operation_number(context.words)
    if number is None:
        raise Misunderstood("Which question? Tap the button below it, or name its number.")
    return number
