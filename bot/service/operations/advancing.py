"""Taking every unfinished operation as far as it will go now."""

import logging
from collections.abc import Hashable, Mapping, Sequence
from datetime import timedelta
from functools import partial
from uuid import uuid4

from bot import operations as core
from bot.errors import HubError, Unanswered, traced
from bot.model import Budget, Fleet, owner_of
from bot.operations import Operation, Progress, Step
from bot.service import tidying, window
from bot.service.operations import calling, card, serving
from bot.service.parts import Job, Parts
from bot.store import operations

logger = logging.getLogger(__name__)

# How often the fleet is listed while something is under way.
_LOOK_EVERY = timedelta(seconds=2)
# … of one page; of more the list takes its time, but never so long that it misses a change.
_PAGE, _LOOK_AT_LEAST_EVERY = 500, timedelta(seconds=8)
# The Hub makes one Space of an account at a time, and refuses the others meanwhile.
_MAKING = "making"
_STARVED = "For an hour, others used up the Hub's rate limit. Try again when less is going on."


def advance(parts: Parts) -> None:
    """Look at the fleet, move the operations along, and send what is to be sent."""
    with parts.leader_transaction() as tx:
        running = operations.running(tx)
    if not running:
        return
    if budget := window.spent(parts):
        _wait(parts, running, budget)
        return
    view = tidying.view(parts, _look_every(parts))
    for owner, error in view.hidden.items():
        logger.warning("operations on %s wait: %s", owner, error)
    for operation in running:
        if hitch := _hitch(operation, view.hidden):
            _hold(parts, operation, hitch, hitch)
        else:
            _advance(parts, operation, view.fleet)
    parts.nudge(Job.DELIVER)


def _look_every(parts: Parts) -> timedelta:
    """Return how old a look may be: looks take the same part of the Hub's window from any fleet."""
    pages = -(-parts.lookout.known // _PAGE)
    return min(max(1, pages) * _LOOK_EVERY, _LOOK_AT_LEAST_EVERY)


def _wait(parts: Parts, running: Sequence[Operation], budget: Budget) -> None:
    """Ask nothing until the window is over, and say so: who looks meanwhile needs the rest."""
    for operation in running:
        waiting = len(operation.having(Progress.WAITING))
        _hold(parts, operation, _limited(waiting, budget), _STARVED)
    parts.nudge(Job.DELIVER)


def _limited(waiting: int, budget: Budget) -> str:
    what = f"{waiting} wait for" if waiting else "I look again after"
    return f"{what} the Hub's rate limit, until {budget.resets_at:%H:%M:%S} UTC"


def _hitch(operation: Operation, hidden: Mapping[str, HubError]) -> str:
    """Return why *operation* cannot be seen now; nothing when it can.

    A no is as good a reason to wait as silence: a token or an owner may be mended.
    """
    owners = {owner_of(step.space) for step in operation.steps if not step.settled}
    return next((str(error) for owner, error in hidden.items() if owner in owners), "")


def _hold(parts: Parts, operation: Operation, hitch: str, reason: str) -> None:
    """Say on its card what it waits for; after an hour of that, end it for *reason*."""
    after = core.unseen(operation, reason, parts.now())
    with parts.leader_transaction() as tx:
        card.update(parts, tx, operation, after, hitch)


def _advance(parts: Parts, operation: Operation, fleet: Fleet) -> None:
    fleet = serving.seen(parts, operation, fleet)
    after, due = core.advance(operation, fleet, parts.now())
    affordable, hitch = _within_budget(parts, due)
    with parts.leader_transaction() as tx:
        card.update(parts, tx, operation, after, hitch)
    for step in affordable:
        parts.sends.submit(_key(operation, step), partial(_send, parts, operation, step))


def _key(operation: Operation, step: Step) -> Hashable:
    """Return what runs once at a time: each Space, but of those to be made only one."""
    return _MAKING if operation.verb.rule.makes else (operation.id, step.space)


def _within_budget(parts: Parts, due: Sequence[Step]) -> tuple[Sequence[Step], str]:
    """Return the steps that the Hub's window still has room for, and what the others wait for."""
    budget, now = parts.hub.budget(), parts.now()
    if budget is None or now >= budget.resets_at or len(due) <= budget.remaining - window.RESERVE:
        return due, ""
    room = max(0, budget.remaining - window.RESERVE)
    return due[:room], _limited(len(due) - room, budget)


def _send(parts: Parts, operation: Operation, step: Step) -> None:
    """Write the step down as sent, make the call, write down the answer. In that order."""
    if window.spent(parts):
        return  # it was affordable when it was queued; it waits for the next round
    claimed = core.claimed(step, parts.now())
    if not parts.leader_together(lambda tx: operations.claim(tx, operation.id, claimed)):
        return
    parts.still_lead()
    after = _called(parts, operation, claimed)
    # True whoever leads by now, so it is not fenced.
    parts.store.together(lambda tx: operations.keep(tx, operation.id, [claimed], [after]))
    if operation.verb.rule.makes:
        parts.nudge(Job.ADVANCE)  # the next one need not wait for the tick


def _called(parts: Parts, operation: Operation, claimed: Step) -> Step:
    """Make the call; return the step as the Hub's answer leaves it, or our own mistake."""
    try:
        return calling.call(parts, operation, claimed)
    except HubError as error:
        logger.info("%s %s: %s", operation.verb, claimed.space, traced(error))
        return core.refused(claimed, error, parts.now(), operation.verb.rule.longest_wait)
    except Exception:
        # It may have left before it failed: what the fleet shows next decides.
        reference = uuid4().hex[:8]
        logger.exception("%s %s, reference %s", operation.verb, claimed.space, reference)
        mistake = Unanswered(
            f"Something went wrong on my side, reference {reference}. It may have been done all "
            "the same: look before you try again."
        )
        return core.refused(claimed, mistake, parts.now())
