"""The commit that a Space serves, which the runtime reports and the list may omit."""

import logging
from dataclasses import replace

from bot.errors import HubError
from bot.model import Fleet, Space
from bot.operations import Operation, StepState
from bot.service.dependencies import Hub

logger = logging.getLogger(__name__)


def with_served_commits(hub: Hub, operation: Operation, fleet: Fleet) -> Fleet:
    """Return *fleet* with the served commits of Spaces that an upload waits for."""
    if not operation.args.get("sha"):
        return fleet
    sent = (fleet.get(step.space) for step in operation.in_state(StepState.SENT))
    updated = [space for space in sent if space and _is_unknown(space)]
    return {**fleet, **{space.id: _fetch_commit(hub, space) for space in updated}}


def _is_unknown(space: Space) -> bool:
    return space.stage == "RUNNING" and space.sha is None and not space.is_static


def _fetch_commit(hub: Hub, space: Space) -> Space:
    try:
        runtime = hub.runtime(space.id)
    except HubError as error:
        logger.info("the commit that %s serves is unknown: %s", space.id, error)
        return space
    return replace(space, stage=runtime.stage, sha=runtime.sha)
