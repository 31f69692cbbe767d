"""What a person hears who stops an operation: what that left, or why nothing was stopped."""

from bot.cards import Message
from bot.operations import Operation, StepState
from bot.render.blocks import escape, message, section
from bot.render.operation_counts import stop_counts, stopped_head


def stop_reply(operation: Operation) -> Message:
    """Tell whoever stopped an operation what that left undone."""
    text = stopped_head(operation)
    note = " What was sent is followed on its card." if operation.in_state(StepState.SENT) else ""
    return message(text, section(f":octagonal_sign: {escape(text)}.{note}"))


def stop_audit_line(operation: Operation) -> str:
    """Say for the audit what a stop left undone."""
    return f"stopped operation {operation.id}: {stop_counts(operation)}"


def already_stopped(operation: Operation) -> str:
    """Say that an operation was stopped before."""
    counts = stop_counts(operation)
    return f"Operation {operation.id} is already stopped: {counts}. Its card shows how it ends."


def nothing_to_stop(operation: Operation) -> str:
    """Say that the Hub has all of an operation already."""
    return (
        f"Nothing is left to stop: the Hub has all of operation {operation.id} already. Its card "
        "shows how it ends."
    )


def not_running(number: int, state: str | None) -> str:
    """Say why an operation cannot be stopped, *state* being what has become of it."""
    match state:
        case None:
            return f"There's no operation {number}. The number is on the operation's card."
        case "proposed":
            return f"Operation {number} hasn't begun. Tap Leave it below its question."
        case "dropped":
            return f"Operation {number} was cancelled before it began."
    return f"Operation {number} is already over. Its card shows how it ended."
