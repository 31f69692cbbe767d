"""Log diagnosis: reads the logs of failed Spaces, a few at a time."""

import logging
from collections.abc import Sequence
from dataclasses import replace
from functools import partial

from bot.alerts import diagnosis
from bot.alerts.incident import Diagnosis, Incident
from bot.causes import collisions
from bot.errors import HubError, LeaseLost, with_request_id
from bot.log_config import Redact
from bot.service.alerts.notify import notify_diagnosis
from bot.service.dependencies import Dependencies, Hub, Job
from bot.store import alert_groups, incidents

logger = logging.getLogger(__name__)

#: Concurrent log streams.
_MAX_STREAMS = 4
_READ_SECONDS = 8.0


def diagnose_logs(deps: Dependencies) -> None:
    """Start a round of log reads in the background, one at a time."""
    deps.log_calls.submit("logs", partial(_diagnose, deps))


def _diagnose(deps: Dependencies) -> None:
    try:
        with deps.leadership.transaction() as tx:
            candidates = incidents.log_candidates(tx)
            ids = diagnosis.select_candidates(candidates, alert_groups.open_groups(tx))
            found = incidents.get(tx, ids)
        selected = [found[id] for id in ids]
        for start in range(0, len(selected), _MAX_STREAMS):
            _read_logs(deps, selected[start : start + _MAX_STREAMS])
    except LeaseLost:
        logger.debug("the lease is lost: the new leader reads the logs")


def _read_logs(deps: Dependencies, batch: Sequence[Incident]) -> None:
    diagnoses = list(
        deps.log_calls.map(partial(_diagnose_incident, deps.hub, deps.sanitizer.redact), batch)
    )
    with deps.leadership.transaction() as tx:
        incidents.lock_incidents(tx)
        notify_diagnosis(
            tx, deps.settings, deps.commands, list(zip(batch, diagnoses, strict=True)), deps.now()
        )
    deps.trigger(Job.DELIVER)


def _diagnose_incident(hub: Hub, redact: Redact, incident: Incident) -> Diagnosis:
    """Return the diagnosis of one log, read for at most `_READ_SECONDS`.

    A log that can't be read gives an empty diagnosis, because it isn't read again.
    """
    if collisions.is_collision(incident.error):
        return _diagnose_collision(hub, incident.space)
    build = incident.stage == "BUILD_ERROR"
    try:
        lines = hub.logs(incident.space, build=build, seconds=_READ_SECONDS)
    except HubError as error:
        logger.info("can't read the log of %s: %s", incident.space, with_request_id(error))
        lines = ()
    found = diagnosis.diagnose([redact(line) for line in lines], incident.error)
    return _with_last_commit(hub, incident.space, found) if build else found


def _with_last_commit(hub: Hub, space: str, found: Diagnosis) -> Diagnosis:
    """Return the diagnosis of a failed build with who pushed the last commit, and when."""
    try:
        commit = hub.last_commit(space)
    except HubError as error:
        logger.info("can't read the commits of %s: %s", space, with_request_id(error))
        return found
    return replace(found, pushed_by=commit.author, pushed_at=commit.at) if commit else found


def _diagnose_collision(hub: Hub, space: str) -> Diagnosis:
    """Return the diagnosis of a collision, with the names looked up on the Hub.

    Neither the error nor the log contains the names.
    """
    try:
        shared = collisions.shared_keys(hub.variables(space), hub.secrets(space))
    except HubError as error:
        logger.info("can't read the variables and secrets of %s: %s", space, with_request_id(error))
        shared = []
    return diagnosis.of_collision(shared)
