"""Which commit a Space serves: the list need not say so, its runtime does."""

import logging
from dataclasses import replace

from bot.errors import HubError
from bot.model import Fleet, Space
from bot.operations import Operation, Progress
from bot.service.parts import Parts

logger = logging.getLogger(__name__)


def seen(parts: Parts, operation: Operation, fleet: Fleet) -> Fleet:
    """Return *fleet* with the commit that serves, where an upload waits to hear of its own."""
    if not operation.args.get("sha"):
        return fleet
    waiting = (fleet.get(step.space) for step in operation.having(Progress.SENT))
    asked = [space for space in waiting if space and _is_unknown(space)]
    return {**fleet, **{space.id: _looked_up(parts, space) for space in asked}}


def _is_unknown(space: Space) -> bool:
    return space.stage == "RUNNING" and space.sha is None and not space.is_static


def _looked_up(parts: Parts, space: Space) -> Space:
    try:
        runtime = parts.hub.runtime(space.id)
    except HubError as error:
        logger.info("which commit %s serves is not known: %s", space.id, error)
        return space
    return replace(space, stage=runtime.stage, sha=runtime.sha)
