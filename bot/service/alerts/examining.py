"""Reading the logs of what broke, a few at a time, and showing the lines that tell."""

import logging
from collections.abc import Iterator, Sequence
from functools import partial

from bot import collisions
from bot.alerts import evidence
from bot.alerts.groups import Group
from bot.alerts.incidents import Evidence, Incident
from bot.alerts.troubles import Trouble
from bot.errors import HubError, traced
from bot.service import tidying
from bot.service.alerts.notify import notify_diagnosis
from bot.service.parts import Job, Parts
from bot.store import incidents
from bot.store.lease import Deposed

logger = logging.getLogger(__name__)

#: Streams open at once, and how many logs one round reads.
_STREAMS, _MOST = 4, 12
#: Of those who share a card a few logs are enough.
_OF_A_GROUP = 4
_SECONDS = 8.0
_HAVE_LOGS = ("BUILD_ERROR", "RUNTIME_ERROR")


def begin(parts: Parts) -> None:
    """Read logs beside the sweep; one round at a time."""
    parts.reads.submit("logs", partial(_examine, parts))


def _examine(parts: Parts) -> None:
    try:
        with parts.leader_transaction() as tx:
            open_now = incidents.open_now(tx).values()
            wanted = list(_worth_reading(list(open_now), incidents.open_groups(tx)))
        for start in range(0, len(wanted), _STREAMS):
            _read(parts, wanted[start : start + _STREAMS])
    except Deposed:
        logger.debug("standing by: the logs are another's to read")


def _worth_reading(found: Sequence[Incident], groups: Sequence[Group]) -> Iterator[Incident]:
    """Yield the broken whose log was not read, the newest first, few of each group."""
    shared = {id: group.id for group in groups if not group.is_aside for id in group.members}
    read = [shared[i.id] for i in found if i.evidence and i.id in shared]
    left = _MOST
    for incident in sorted(found, key=lambda incident: -incident.id):
        group = shared.get(incident.id)
        if not left or incident.evidence or not _has_log(incident):
            continue
        if group is None or read.count(group) < _OF_A_GROUP:
            read += [group] if group else []
            left -= 1
            yield incident


def _has_log(incident: Incident) -> bool:
    told = incident.stage in _HAVE_LOGS or collisions.is_collision(incident.error)
    return incident.trouble is Trouble.BROKEN and told


def _read(parts: Parts, some: Sequence[Incident]) -> None:
    found = list(parts.reads.map(partial(_evidence, parts), some))
    with parts.leader_transaction() as tx:
        incidents.alone(tx)
        notify_diagnosis(parts, tx, list(zip(some, found, strict=True)))
    parts.nudge(Job.DELIVER)


def _evidence(parts: Parts, incident: Incident) -> Evidence:
    """Read one log, for a bounded time. No log is an answer too: it is not asked again."""
    if collisions.is_collision(incident.error):
        return _collision(parts, incident.space)
    build = incident.stage == "BUILD_ERROR"
    try:
        lines = parts.hub.logs(incident.space, build=build, seconds=_SECONDS)
    except HubError as error:
        logger.info("the log of %s cannot be read: %s", incident.space, traced(error))
        lines = ()
    redact = tidying.redactor(parts)
    return evidence.read([redact(line) for line in lines], incident.error)


def _collision(parts: Parts, space: str) -> Evidence:
    """Look up the names that the Hub's error leaves out; its log is empty then."""
    try:
        shared = collisions.shared(parts.hub.variables(space), parts.hub.secrets(space))
    except HubError as error:
        logger.info("what collides in %s cannot be read: %s", space, traced(error))
        shared = []
    return evidence.of_collision(shared)
