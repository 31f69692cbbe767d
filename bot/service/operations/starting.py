"""Beginning an operation: at once, or after a question was answered with yes."""

from dataclasses import replace
from datetime import timedelta

from bot import operations as core
from bot.command import Proposal
from bot.errors import Misunderstood
from bot.model import Ask, Source
from bot.operations import Operation, SkipReason, busy, skipped
from bot.render import operation_replies as render
from bot.service import booking
from bot.service.operations import card
from bot.service.parts import Job, Parts
from bot.service.replying import reply, tell
from bot.store import Tx, cards, operations

# What was true when the question was asked may not be true for long.
_GOOD_FOR = timedelta(minutes=10)
# How the audit calls an operation; what has become of it is looked up by its number.
_BEGAN, _ASKED = "began operation ", "asked about operation "


def begin(parts: Parts, ask: Ask, operation: Operation) -> str:
    """Write *operation* down with its card, and set it going.

    Asked twice at one moment, even of two replicas, it begins once: the other one joins it.
    """
    with parts.transaction() as tx:
        operations.alone(tx)
        joined = core.joined(operation, operations.running(tx))
        line = "" if joined else _begun(parts, tx, ask, operation)
    if joined:
        message = render.joined(joined, parts.now())
        reply(parts, ask, message)
        return message.text
    _go(parts)
    return line


def _begun(parts: Parts, tx: Tx, ask: Ask, operation: Operation) -> str:
    booking.acting(tx, ask)
    begun = operations.add(tx, _without_busy(tx, operation), state="running")
    card.show(parts, tx, begun)
    return booking.acted(parts, tx, ask, _began(begun))


def go_on(parts: Parts, ask: Ask, operation: Operation, subject: str) -> str:
    """Follow what is under way already, on the card of *subject* that told its beginning."""
    with parts.transaction() as tx:
        operations.alone(tx)
        begun = operations.add(tx, operation, state="running")
        line = booking.acted(parts, tx, ask, _began(begun))
        cards.rename(tx, subject, f"operation:{begun.id}")
        card.show(parts, tx, begun)
    _go(parts)
    return line


def propose(parts: Parts, ask: Ask, proposal: Proposal) -> str:
    """Write a proposal down and ask about it."""
    with parts.transaction() as tx:
        kept = operations.add(tx, proposal.operation, state="proposed")
    reply(parts, ask, render.question(kept, proposal.why, kept.id))
    return f"{_ASKED}{kept.id}"


def proposal(parts: Parts, number: int) -> Operation:
    """Return the proposal of that number, if it still waits for an answer."""
    with parts.transaction() as tx:
        found = operations.get(tx, number, state="proposed")
        state = operations.state(tx, number)
    if found is None:
        raise Misunderstood(render.answered(state))
    if parts.now() - found.asked_at > _GOOD_FOR:
        raise Misunderstood("That question is too old; much may have changed. Ask anew.")
    return found


def confirm(parts: Parts, ask: Ask, operation: Operation) -> str:
    """Begin a proposal, once, however often it is tapped."""
    operation = replace(operation, asked_by=ask.user, asked_at=parts.now())
    with parts.transaction() as tx:
        operations.alone(tx)
        booking.acting(tx, ask)
        _turn(parts, tx, operation, "running")
        operations.sign(tx, operation)
        free = _without_busy(tx, operation)
        operations.keep(tx, operation.id, operation.steps, free.steps)
        card.show(parts, tx, free)
        line = booking.acted(parts, tx, ask, _began(free))
    _go(parts)
    tell(parts, ask, render.begun(free), replace=ask.source is Source.BUTTON)
    return line


def cancel(parts: Parts, ask: Ask, operation: Operation) -> str:
    """Drop a proposal."""
    with parts.transaction() as tx:
        booking.acting(tx, ask)
        _turn(parts, tx, operation, "dropped")
    tell(parts, ask, render.dropped(), replace=ask.source is Source.BUTTON)
    return f"left operation {operation.id} undone"


def _turn(parts: Parts, tx: Tx, proposed: Operation, state: str) -> None:
    """Answer a question once: whoever taps at the same moment hears that it was answered."""
    if not operations.turn(tx, proposed.id, "proposed", state, parts.now()):
        raise Misunderstood(render.answered(operations.state(tx, proposed.id)))


def _without_busy(tx: Tx, operation: Operation) -> Operation:
    """Skip what another operation has begun to do since this one was planned."""
    others = busy(other for other in operations.running(tx) if other.id != operation.id)
    return replace(
        operation,
        steps=tuple(
            skipped(step, others[step.space], SkipReason.BUSY)
            if step.space in others and not step.settled
            else step
            for step in operation.steps
        ),
    )


def _go(parts: Parts) -> None:
    parts.nudge(Job.ADVANCE)
    parts.nudge(Job.DELIVER)


def _began(operation: Operation) -> str:
    return f"{_BEGAN}{operation.id}"


def number(result: str) -> int | None:
    """Return which operation an ask began or asked about, by the line that it ended with."""
    digits = result.removeprefix(_BEGAN).removeprefix(_ASKED)
    return int(digits) if digits != result and digits.isdecimal() else None
