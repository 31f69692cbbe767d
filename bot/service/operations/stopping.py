"""Ending what an operation has not sent yet.

The intent is committed with the operation's row locked: a send that was claimed before it is
followed, and no claim succeeds after it, whichever replica leads.
"""

from bot import operations as core
from bot.command import Context, Stop, allow
from bot.errors import Misunderstood
from bot.operations import Operation
from bot.render import stop as render
from bot.service import booking
from bot.service.operations import card
from bot.service.parts import Job, Parts
from bot.service.replying import tell
from bot.store import Tx, operations


def stop(parts: Parts, context: Context, result: Stop) -> str:
    """Stop an operation for whoever may run its command; return a line for the audit."""
    ask = context.ask
    with parts.transaction() as tx:
        running = _running(tx, context, result.number)
        booking.acting(tx, ask)
        stopped = core.stop(running, ask.user, parts.now())
        card.update(parts, tx, running, stopped)
        operations.stop(tx, stopped)
        line = booking.acted(parts, tx, ask, render.stopped_line(stopped))
    parts.nudge(Job.ADVANCE)
    parts.nudge(Job.DELIVER)
    tell(parts, ask, render.stopped(stopped))
    return line


def _running(tx: Tx, context: Context, number: int) -> Operation:
    """Return the operation of that number, locked, if this person may stop it now."""
    found = operations.locked(tx, number)
    if found is None:
        raise Misunderstood(render.not_running(number, operations.state(tx, number)))
    allow(context.commands[found.verb], context.standing)
    if found.stopped_at:
        raise Misunderstood(render.stopped_already(found))
    if not core.can_be_stopped(found):
        raise Misunderstood(render.nothing_to_stop(found))
    return found
