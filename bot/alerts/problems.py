"""Kinds of trouble: what a stage means to the people who are told of it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from bot.model import Condition, Space

#: One stage on the way up that lasts longer than this will not end by itself.
STUCK_AFTER = timedelta(minutes=25)
#: A Space that was just made has no app file yet; its maker is still at it.
NEW_SPACE_GRACE = timedelta(minutes=10)
#: What stands for the stage of a Space that the Hub does not show: no stage of the Hub's.
MISSING_STAGE = "GONE"


class ProblemKind(StrEnum):
    """What is wrong with a Space, mildest first."""

    ASLEEP = "asleep"
    PAUSED = "paused"
    STUCK = "stuck"
    UNKNOWN = "unknown"
    BROKEN = "broken"
    GONE = "gone"

    @property
    def severity(self) -> int:
        """How bad it is; asleep and paused are cured alike, so they weigh the same."""
        return {"asleep": 0, "paused": 0, "stuck": 1, "unknown": 1, "broken": 2, "gone": 3}[self]


_BY_CONDITION = {
    Condition.FAILED: ProblemKind.BROKEN,
    Condition.UNKNOWN: ProblemKind.UNKNOWN,
    Condition.ASLEEP: ProblemKind.ASLEEP,
    Condition.PAUSED: ProblemKind.PAUSED,
}

# "error" is what it says and what may well be one: the cautious reading is the useful one.
_KINDS_BY_WORD = {
    "error": {ProblemKind.BROKEN, ProblemKind.STUCK, ProblemKind.UNKNOWN, ProblemKind.GONE},
    "sleeping": {ProblemKind.ASLEEP},
    **{trouble.value: {trouble} for trouble in ProblemKind},
}


def parse_kinds(words: Iterable[str]) -> frozenset[ProblemKind]:
    """Return the troubles that *words* such as those of SPACEBOT_ALERT_ON stand for.

    >>> [str(classify) for trouble in sorted(parse_kinds(["sleeping", "error"]))]
    ['asleep', 'broken', 'gone', 'stuck', 'unknown']
    """
    return frozenset(trouble for word in words for trouble in _KINDS_BY_WORD.get(word, ()))


def is_kind_word(word: str) -> bool:
    """Whether *word* names troubles."""
    return word in _KINDS_BY_WORD


@dataclass(frozen=True, slots=True)
class TrackedSpace:
    """A Space, since when it has shown its stage, and since when we know of it at all."""

    space: Space
    stage_since: datetime
    first_seen_at: datetime | None = None  # None: it was there before us


def track(
    before: TrackedSpace | None,
    space: Space,
    now: datetime,
    *,
    is_first: bool = False,
    is_gap: bool = False,
) -> TrackedSpace:
    """Return what is known of *space* once it is seen; at an owner's first look all is old.

    After a gap, when nobody looked, who is on its way up may be so anew.
    """
    if before is None:
        return TrackedSpace(space, now, None if is_first else now)
    restarted = is_gap and space.condition is Condition.STARTING
    if before.space == space and not restarted:
        return before
    since = before.stage_since if before.space.stage == space.stage and not restarted else now
    return TrackedSpace(space, since, before.first_seen_at)


def classify(tracked: TrackedSpace, now: datetime) -> ProblemKind | None:
    """Say what is wrong with a Space, if anything is."""
    space, duration = tracked.space, now - tracked.stage_since
    if space.condition is Condition.STARTING:
        return ProblemKind.STUCK if duration > STUCK_AFTER else None
    if (
        space.stage == "NO_APP_FILE"
        and tracked.first_seen_at == tracked.stage_since
        and duration < NEW_SPACE_GRACE
    ):
        return None
    return _BY_CONDITION.get(space.condition)
