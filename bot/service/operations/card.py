"""The card of an operation: kept true with every step, and answered once at the end."""

from bot.operations import Operation
from bot.parsing import Names
from bot.render import operations as render
from bot.service.parts import Parts
from bot.store import Tx, cards, operations


def show(parts: Parts, tx: Tx, operation: Operation, hitch: str = "") -> None:
    """Show how far *operation* is; *hitch* says what it waits for, if not for the Spaces."""
    message = render.card(operation, _names(parts, operation), parts.now(), hitch)
    cards.want(
        tx,
        _subject(operation),
        operation.channel,
        message,
        parts.now(),
        user=operation.asked_by,
        thread=operation.thread,
    )


def update(parts: Parts, tx: Tx, before: Operation, after: Operation, hitch: str = "") -> None:
    """Write down what has changed of an operation, show it, and reply once it is over.

    Nothing is written where somebody has stopped it since *before* was read: the next round
    sees that. *after* may be the stopped operation itself.
    """
    if not operations.is_current(tx, before):
        return
    operations.keep(tx, after.id, before.steps, after.steps)
    show(parts, tx, after, hitch)
    if after.finished and operations.turn(tx, after.id, "running", "finished", parts.now()):
        _close(parts, tx, after)


def _close(parts: Parts, tx: Tx, operation: Operation) -> None:
    (card,) = cards.of(tx, _subject(operation))
    cards.want(
        tx,
        f"{_subject(operation)}:end",
        operation.channel,
        render.closing(operation, _names(parts, operation), parts.now()),
        parts.now(),
        user=operation.asked_by,
        parent=card.id,
    )


def _subject(operation: Operation) -> str:
    return f"operation:{operation.id}"


def _names(parts: Parts, operation: Operation) -> Names:
    return Names.of(operation.spaces, parts.settings.prefix)
