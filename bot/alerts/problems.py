"""Problem kinds, and the classification of a Space's stage."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from bot.health.plan import may_probe
from bot.health.record import HealthRecord
from bot.model import Space
from bot.stages import Condition

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
    UNRESPONSIVE = "unresponsive"
    FAILED = "failed"
    MISSING = "missing"

    @property
    def severity(self) -> int:
        """Rank of the problem. Equal ones do the same to users, such as failed and unresponsive."""
        return _SEVERITIES[self.value]


_SEVERITIES = {
    "asleep": 0,
    "paused": 0,
    "stuck": 1,
    "unknown": 1,
    "unresponsive": 2,
    "failed": 2,
    "missing": 3,
}


_BY_CONDITION = {
    Condition.FAILED: ProblemKind.FAILED,
    Condition.UNKNOWN: ProblemKind.UNKNOWN,
    Condition.ASLEEP: ProblemKind.ASLEEP,
    Condition.PAUSED: ProblemKind.PAUSED,
}
# Stages in which an old version runs while a new one is coming.
_NEW_VERSION_STAGES = ("RUNNING_BUILDING", "RUNNING_APP_STARTING")
# What only a Space with an app file can be. An empty one can build and be paused, too.
_NEEDS_APP = (Condition.RUNNING, Condition.ASLEEP, Condition.FAILED)

# "error" includes STUCK and UNKNOWN, because both are often errors.
_KINDS_BY_WORD = {
    "error": {
        ProblemKind.FAILED,
        ProblemKind.UNRESPONSIVE,
        ProblemKind.STUCK,
        ProblemKind.UNKNOWN,
        ProblemKind.MISSING,
    },
    **{kind.value: {kind} for kind in ProblemKind},
}
#: Other words that people type for a kind. Messages have one word for each.
KIND_SYNONYMS = {"sleeping": "asleep", "stopped": "asleep", "broken": "failed", "gone": "missing"}


def parse_kinds(words: Iterable[str]) -> frozenset[ProblemKind]:
    """Return the problem kinds that *words*, such as those of SPACEBOT_ALERT_ON, mean.

    >>> [str(kind) for kind in sorted(parse_kinds(["sleeping", "error"]))]
    ['asleep', 'failed', 'missing', 'stuck', 'unknown', 'unresponsive']
    """
    known = filter(None, map(kind_word, words))
    return frozenset(kind for word in known for kind in _KINDS_BY_WORD[word])


def kind_word(word: str) -> str | None:
    """Return the word in messages for the problem kinds that *word* means, or None.

    >>> kind_word("Broken"), kind_word("error"), kind_word("team-a")
    ('failed', 'error', None)
    """
    typed = word.casefold()
    word = KIND_SYNONYMS.get(typed, typed)
    return word if word in _KINDS_BY_WORD else None


@dataclass(frozen=True, slots=True)
class TrackedSpace:
    """A Space with the start of its stage and the time of its first observation."""

    space: Space
    stage_since: datetime
    first_seen_at: datetime | None = None  # None: older than the first scan
    had_app: bool = False  # it has been seen in a stage that needs an app file
    behind_since: datetime | None = None  # since when it hasn't served its newest commit
    looping_since: datetime | None = None  # when it first went back from starting to building


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
        behind_since = now if _is_behind(space) else None
        return TrackedSpace(space, now, None if is_first else now, shows_app, behind_since)
    restarted = is_gap and space.condition is Condition.STARTING
    if before.space == space and not restarted:
        return before
    since = before.stage_since if before.space.stage == space.stage and not restarted else now
    return TrackedSpace(
        space,
        since,
        before.first_seen_at,
        before.had_app or shows_app,
        (before.behind_since or now) if _is_behind(space) else None,
        _looping_since(before, space, now),
    )


def _is_behind(space: Space) -> bool:
    """Return whether *space* serves an older commit than its newest one."""
    is_known = space.sha is not None and space.head is not None
    return space.condition is Condition.RUNNING and is_known and space.sha != space.head


def _looping_since(before: TrackedSpace, space: Space, now: datetime) -> datetime | None:
    """Return since when *space* builds and starts in turn, without running; None if it doesn't."""
    if space.condition is not Condition.STARTING:
        return None
    went_back = (before.space.stage, space.stage) == ("APP_STARTING", "BUILDING")
    return before.looping_since or (now if went_back else None)


def classify(tracked: TrackedSpace, now: datetime) -> ProblemKind | None:
    """Return the problem of a Space, or None.

    An empty one has a problem only if it lost its app.
    """
    space = tracked.space
    if stuck_reason(tracked, now):
        return ProblemKind.STUCK
    if space.condition is Condition.EMPTY:
        return ProblemKind.FAILED if tracked.had_app else None
    return _BY_CONDITION.get(space.condition)


class StuckReason(StrEnum):
    """Why a Space counts as stuck."""

    STAGE = "stage"  # it builds or starts for too long
    LOOP = "loop"  # it builds and starts in turn, without running
    BEHIND = "behind"  # it doesn't serve its newest commit


def stuck_reason(tracked: TrackedSpace, now: datetime) -> StuckReason | None:
    """Return why a Space is stuck, or None."""
    is_changing = tracked.space.condition is Condition.STARTING or (
        tracked.space.stage in _NEW_VERSION_STAGES
    )
    since_by_reason = {
        StuckReason.STAGE: tracked.stage_since if is_changing else None,
        StuckReason.LOOP: tracked.looping_since,
        StuckReason.BEHIND: tracked.behind_since,
    }
    stuck = (r for r, since in since_by_reason.items() if since and now - since > STUCK_AFTER)
    return next(stuck, None)


def find_problem(
    tracked: TrackedSpace,
    now: datetime,
    health: HealthRecord | None,
    open_problem: ProblemKind | None,
) -> ProblemKind | None:
    """Return the problem of a Space by its stage or the probes of its app.

    Probes before its present stage count only while an incident about them is open, because a
    restart doesn't prove that the app answers.
    """
    problem = classify(tracked, now)
    if problem or health is None or not health.is_down or not may_probe(tracked.space):
        return problem
    is_current = health.at >= tracked.stage_since
    is_open = open_problem is ProblemKind.UNRESPONSIVE
    return ProblemKind.UNRESPONSIVE if is_current or is_open else None
