"""The plan of probes: which Spaces are probed at a moment, and why.

A probe is a visit: it wakes a sleeping Space and resets the sleep timer, which costs money on paid
hardware. So only running Spaces are probed, and only for one of these reasons.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from bot.health.record import HealthRecord
from bot.model import Fleet, Space
from bot.stages import Condition

#: How often a Space is probed that is probed all the time.
CONTINUOUS_INTERVAL = timedelta(minutes=5)
#: How often while an incident is open, which two good answers resolve.
INCIDENT_INTERVAL = timedelta(seconds=60)
#: The pause before another probe while the last one contradicts what the app counts as.
UNDECIDED_INTERVAL = timedelta(seconds=25)
#: An undecided app is followed for this long after its last probe, and a recovery is probed this
#: long after the incident was closed.
FOLLOW_FOR = timedelta(minutes=10)
# A slot that was missed for longer is left out, so that a start or a stall causes no burst.
_SLOT_WINDOW = timedelta(seconds=15)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class ProbeReason(StrEnum):
    """Why a Space is probed, the most urgent reason first."""

    UNDECIDED = "undecided"  # its last answer contradicts what it counts as
    RECOVERY = "recovery"  # its incident was closed because it runs, without a probe since
    INCIDENT = "incident"  # it has an open incident
    CLASS_HOURS = "class_hours"
    CONTINUOUS = "continuous"  # `health … watch`


@dataclass(frozen=True, slots=True)
class ProbeFacts:
    """The facts from which the reasons follow."""

    fleet: Fleet
    records: Mapping[str, HealthRecord]
    incidents: Collection[str] = ()  # Spaces with an open incident
    recoveries: Mapping[str, datetime] = field(default_factory=dict)  # Space → end of its incident
    in_class: Collection[str] = ()  # Spaces inside their class hours
    continuous: Collection[str] = ()  # Spaces that a check has probed all the time


def may_probe(space: Space) -> bool:
    """Return whether a probe of *space* wakes nothing, because it serves its app already."""
    return space.condition is Condition.RUNNING


def due_probes(facts: ProbeFacts, now: datetime) -> dict[str, ProbeReason]:
    """Return the Spaces to probe at *now*, each with its most urgent due reason."""
    due: dict[str, ProbeReason] = {}
    slots = _slots({*facts.continuous, *facts.in_class}, now)
    for id in _candidates(facts):
        space, slot = facts.fleet.get(id), slots.get(id, _EPOCH)
        if space is not None and may_probe(space):
            reasons = (r for r in ProbeReason if _is_due(r, id, facts, slot, now))
            if reason := next(reasons, None):
                due[id] = reason
    return due


def _candidates(facts: ProbeFacts) -> list[str]:
    undecided = (id for id, record in facts.records.items() if not record.is_decided)
    others = (facts.incidents, facts.recoveries, facts.in_class, facts.continuous)
    return sorted({*undecided, *(id for ids in others for id in ids)})


def _is_due(reason: ProbeReason, id: str, facts: ProbeFacts, slot: datetime, now: datetime) -> bool:
    """Return whether *id* is to be probed for *reason*; its latest slot began at *slot*."""
    record = facts.records.get(id)
    age = now - record.at if record else timedelta.max
    is_in_slot = now - slot <= _SLOT_WINDOW and age > now - slot
    match reason:
        case ProbeReason.UNDECIDED:
            is_undecided = record is not None and not record.is_decided
            return is_undecided and UNDECIDED_INTERVAL <= age <= FOLLOW_FOR
        case ProbeReason.RECOVERY:
            since_end = now - facts.recoveries.get(id, _EPOCH)
            return since_end <= FOLLOW_FOR and age > since_end
        case ProbeReason.INCIDENT:
            return id in facts.incidents and age >= INCIDENT_INTERVAL
        case ProbeReason.CLASS_HOURS:
            return id in facts.in_class and is_in_slot
        case ProbeReason.CONTINUOUS:
            return id in facts.continuous and is_in_slot


def _slots(ids: Collection[str], now: datetime) -> dict[str, datetime]:
    """Return when the latest slot of each Space began; the slots divide the interval evenly."""
    step = CONTINUOUS_INTERVAL / max(1, len(ids))
    return {
        id: now - (now - _EPOCH - index * step) % CONTINUOUS_INTERVAL
        for index, id in enumerate(sorted(ids))
    }
