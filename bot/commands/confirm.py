"""`confirm` and `cancel`: the answers to a confirmation, usually sent by its buttons."""

from bot.command import Context, Freshness, command
from bot.errors import UsageError
from bot.parsing import parse_operation_number
from bot.results import Answer, ConfirmationReply


@command("confirm <number>", freshness=Freshness.NONE, hidden=True)
def confirm(context: Context) -> Answer:
    """Answer yes to a question from me, by its number.

    The buttons under a question type it for you.
    """
    return ConfirmationReply(_proposal_number(context), is_confirmed=True)


@command("cancel <number>", freshness=Freshness.NONE, hidden=True)
def cancel(context: Context) -> Answer:
    """Answer no to a question from me, by its number."""
    return ConfirmationReply(_proposal_number(context), is_confirmed=False)


def _proposal_number(context: Context) -> int:
    number = parse_operation_number(context.words)
    if number is None:
        raise UsageError("Which question? Tap its button, or give its number.")
    return number
