"""The card of an operation: kept true with every step, and answered once at the end."""

from bot.operations import Operation
from bot.parsing import NameIndex
from bot.render import operations as render
from bot.service.dependencies import Dependencies
from bot.store import Tx, cards, operations


def show(deps: Dependencies, tx: Tx, operation: Operation, wait_reason: str = "") -> None:
    """Show how far *operation* is; *wait_reason* says what it waits for, if not for the Spaces."""
    message = render.card(operation, _names(deps, operation), deps.now(), wait_reason)
    cards.upsert(
        tx,
        _card_key(operation),
        operation.channel,
        message,
        deps.now(),
        user=operation.requested_by,
        thread=operation.thread,
    )


def update(
    deps: Dependencies, tx: Tx, before: Operation, after: Operation, wait_reason: str = ""
) -> None:
    """Write down what has changed of an operation, show it, and reply once it is over.

    Nothing is written where somebody has stopped it since *before* was read: the next round
    sees that. *after* may be the stopped operation itself.
    """
    if not operations.is_current(tx, before):
        return
    operations.save_steps(tx, after.id, before.steps, after.steps)
    show(deps, tx, after, wait_reason)
    if after.is_finished and operations.transition(tx, after.id, "running", "finished", deps.now()):
        _post_final_reply(deps, tx, after)


def _post_final_reply(deps: Dependencies, tx: Tx, operation: Operation) -> None:
    (card,) = cards.by_key(tx, _card_key(operation))
    cards.upsert(
        tx,
        f"{_card_key(operation)}:end",
        operation.channel,
        render.final_reply(operation, _names(deps, operation), deps.now()),
        deps.now(),
        user=operation.requested_by,
        parent=card.id,
    )


def _card_key(operation: Operation) -> str:
    return f"operation:{operation.id}"


def _names(deps: Dependencies, operation: Operation) -> NameIndex:
    return NameIndex.of(operation.spaces, deps.settings.prefix)
