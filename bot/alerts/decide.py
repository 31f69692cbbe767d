"""One sweep, decided: what was known and what is seen → what is written down."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from bot.alerts.follow import (
    Seen,
    Turn,
    Verdict,
    follow,
    lost,
    opened,
    released,
    replaced,
    vanished,
)
from bot.alerts.hearing import Audience
from bot.alerts.incidents import Incident
from bot.alerts.sights import Sight, under_new_names
from bot.alerts.troubles import NO_STAGE, Sighting, Trouble, sighting, trouble
from bot.model import Condition, Space, owner_of


@dataclass(frozen=True, slots=True)
class Known:
    """What was written down before this sweep."""

    spaces: Mapping[str, Sighting]
    incidents: Mapping[str, Incident]  # the open ones, by Space
    flips: Mapping[str, Sequence[datetime]]  # by Space, lately
    audience: Audience
    owners: frozenset[str]
    unseen_since: Mapping[str, datetime] = field(default_factory=dict)  # by owner, after a gap
    first: frozenset[str] = frozenset()  # owners who are seen for the first time
    deleted: frozenset[str] = frozenset()  # Spaces that somebody has had us delete lately


@dataclass(frozen=True, slots=True)
class Transition:
    """One change of stage that was believed, and what was decided about it."""

    space: str
    before: str | None
    after: str
    reason: str
    flips: bool = False


@dataclass(slots=True)
class Decision:
    """All that is to be written down."""

    sightings: list[Sighting] = field(default_factory=list)  # changed or new
    dropped: list[str] = field(default_factory=list)  # ids that are no longer there
    renamed: dict[str, str] = field(default_factory=dict)
    transitions: list[Transition] = field(default_factory=list)
    verdicts: list[Verdict] = field(default_factory=list)


def decide(known: Known, sight: Sight, now: datetime) -> Decision:
    """Compare what is seen with what was known."""
    decision = Decision(renamed=dict(sight.renamed))
    known = _renamed(known, decision, now)
    for space in sight.seen.values():
        _look_at(space, known, sight, now, decision)
    _count_out(known, sight, now, decision)
    return decision


def _look_at(space: Space, known: Known, sight: Sight, now: datetime, decision: Decision) -> None:
    before, incident = known.spaces.get(space.id), known.incidents.get(space.id)
    owner = owner_of(space.id)
    is_first, is_gap = owner in known.first, owner in known.unseen_since
    after = sighting(before, space, now, is_first=is_first, is_gap=is_gap)
    if after is not before:
        decision.sightings.append(after)
    found = trouble(after, now)
    if found is None and incident is None and before and before.space.stage == space.stage:
        return
    verdict = _judge(_seen(space, found, known, sight, now), incident)
    if verdict:
        decision.verdicts.append(verdict)
    if verdict or before is None or before.space.stage != space.stage:
        decision.transitions.append(_transition(before, space, found, verdict))


def _seen(space: Space, found: Trouble | None, known: Known, sight: Sight, now: datetime) -> Seen:
    heard = known.audience.wants(space.id, found)
    return Seen(
        space,
        found if heard else None,
        now,
        known.flips.get(space.id, ()),
        known.unseen_since.get(owner_of(space.id)),
        unwanted=None if heard else found,
        is_confirmed=space.id in sight.confirmed,
    )


def _judge(seen: Seen, incident: Incident | None) -> Verdict | None:
    return follow(incident, seen) if incident else opened(seen)


def _transition(
    before: Sighting | None, space: Space, found: Trouble | None, verdict: Verdict | None
) -> Transition:
    was = before.space.stage if before else None
    if verdict:
        return Transition(space.id, was, space.stage, verdict.reason, verdict.flips)
    if before is None:
        return Transition(space.id, None, space.stage, "seen for the first time")
    if found:
        return Transition(space.id, was, space.stage, f"no channel hears of {found}: nobody told")
    if space.condition is Condition.COMING_UP:
        return Transition(space.id, was, space.stage, "on its way up: nothing to tell")
    return Transition(space.id, was, space.stage, "nothing wrong: nothing to tell")


def _count_out(known: Known, sight: Sight, now: datetime, decision: Decision) -> None:
    """Decide about what is not there any more."""
    for id in sorted(sight.gone):
        decision.dropped.append(id)
        if verdict := _vanish(known.spaces[id].space, known, now):
            decision.verdicts.append(verdict)
        reason = verdict.reason if verdict else "deleted, as was to be expected"
        before = known.spaces[id].space.stage
        decision.transitions.append(Transition(id, before, NO_STAGE, reason))
    decision.verdicts += _leftovers(known, sight, now)
    decision.dropped += [id for id in known.spaces if owner_of(id) not in known.owners]


def _vanish(space: Space, known: Known, now: datetime) -> Verdict | None:
    if incident := known.incidents.get(space.id):
        return lost(incident, now)
    expected = space.condition is Condition.LEAVING or space.id in known.deleted
    heard = known.audience.wants(space.id, Trouble.GONE)
    return vanished(space, now) if heard and not expected else None


def _leftovers(known: Known, sight: Sight, now: datetime) -> Iterator[Verdict]:
    """Judge the open incidents whose Space has no row, or is not ours any more."""
    for id, incident in known.incidents.items():
        if owner_of(id) not in known.owners:
            yield released(incident, now)
            continue
        unknown = id not in known.spaces and id not in sight.seen
        if unknown and owner_of(id) not in sight.blind and (verdict := lost(incident, now)):
            yield verdict


def _renamed(known: Known, decision: Decision, now: datetime) -> Known:
    """Return what was known, under the names of today."""
    spaces = under_new_names(known.spaces, decision.renamed)
    incidents = dict(known.incidents)
    for old, new in decision.renamed.items():
        why = f"renamed from {old}, which people need not be told"
        stage = spaces[new].space.stage
        decision.transitions.append(Transition(new, stage, stage, why))
        # First, and written first: a name has one open incident.
        if before := incidents.pop(new, None):
            decision.verdicts.append(replaced(before, old, now))
        if incident := incidents.pop(old, None):
            moved = replace(incident, space=new, changed_at=now)
            incidents[new] = moved
            decision.verdicts.append(Verdict(Turn.CHANGED, moved, why))
    return replace(known, spaces=spaces, incidents=incidents)


def with_notes(
    transitions: Sequence[Transition], notes: Mapping[str, Sequence[str]]
) -> list[Transition]:
    """Return *transitions* with what was decided about their Space's card."""
    return [
        replace(change, reason="; ".join((change.reason, *notes.get(change.space, ()))))
        for change in transitions
    ]
