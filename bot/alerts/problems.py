"""Problem kinds, and the classification of a Space's stage."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from bot.model import Condition, Space

#: A starting stage that lasts longer than this counts as stuck.
STUCK_AFTER = timedelta(minutes=25)
#: Stage of a Space that is missing from the Hub; not one of the Hub's own stages.
MISSING_STAGE = "GONE"


class ProblemKind(StrEnum):
    """A kind of problem, least severe first."""

    ASLEEP = "asleep"
    PAUSED = "paused"
    STUCK = "stuck"
    UNKNOWN = "unknown"
    FAILED = "failed"
    MISSING = "missing"

    @property
    def severity(self) -> int:
        """Rank of the problem. Asleep and paused are equal, because both are fixed by a restart."""
        return {"asleep": 0, "paused": 0, "stuck": 1, "unknown": 1, "failed": 2, "missing": 3}[self]


_BY_CONDITION = {
    Condition.FAILED: ProblemKind.FAILED,
    Condition.UNKNOWN: ProblemKind.UNKNOWN,
    Condition.ASLEEP: ProblemKind.ASLEEP,
    Condition.PAUSED: ProblemKind.PAUSED,
}
# What only a Space with an app file can be. An empty one can build and be paused, too.
_NEEDS_APP = (Condition.RUNNING, Condition.ASLEEP, Condition.FAILED)

# "error" includes STUCK and UNKNOWN, because both are often errors.
_KINDS_BY_WORD = {
    "error": {ProblemKind.FAILED, ProblemKind.STUCK, ProblemKind.UNKNOWN, ProblemKind.MISSING},
    "sleeping": {ProblemKind.ASLEEP},
    **{kind.value: {kind} for kind in ProblemKind},
    "broken": {ProblemKind.FAILED},
    "gone": {ProblemKind.MISSING},
}


def parse_kinds(words: Iterable[str]) -> frozenset[ProblemKind]:
    """Return the problem kinds that *words*, such as those of SPACEBOT_ALERT_ON, mean.

    >>> [str(kind) for kind in sorted(parse_kinds(["sleeping", "error"]))]
    ['asleep', 'failed', 'missing', 'stuck', 'unknown']
    """
    return frozenset(kind for word in words for kind in _KINDS_BY_WORD.get(word, ()))


def is_kind_word(word: str) -> bool:
    """Return whether *word* means problem kinds."""
    return word in _KINDS_BY_WORD


@dataclass(frozen=True, slots=True)
class TrackedSpace:
    """A Space with the start of its stage and the time of its first observation."""

    space: Space
    stage_since: datetime
    first_seen_at: datetime | None = None  # None: older than the first scan
    had_app: bool = False  # it has been seen in a stage that needs an app file


def track(
    before: TrackedSpace | None,
    space: Space,
    now: datetime,
    *,
    is_first: bool = False,
    is_gap: bool = False,
) -> TrackedSpace:
    """Return the tracked state of *space* after an observation.

    *is_first*: the first sweep of its owner, in which every Space is old. *is_gap*: the last sweep
    was long ago, so a starting Space may have restarted and its stage starts now.
    """
    shows_app = space.condition in _NEEDS_APP
    if before is None:
        return TrackedSpace(space, now, None if is_first else now, shows_app)
    restarted = is_gap and space.condition is Condition.STARTING
    if before.space == space and not restarted:
        return before
    since = before.stage_since if before.space.stage == space.stage and not restarted else now
    return TrackedSpace(space, since, before.first_seen_at, before.had_app or shows_app)


def classify(tracked: TrackedSpace, now: datetime) -> ProblemKind | None:
    """Return the problem of a Space, or None.

    An empty one has a problem only if it lost its app.
    """
    space, duration = tracked.space, now - tracked.stage_since
    if space.condition is Condition.STARTING:
        return ProblemKind.STUCK if duration > STUCK_AFTER else None
    if space.condition is Condition.EMPTY:
        return ProblemKind.FAILED if tracked.had_app else None
    return _BY_CONDITION.get(space.condition)
