"""Cold starts: the time from the call that wakes a Space until its app answers."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil

from bot.model import Space
from bot.operations.step import Operation, Step, StepState
from bot.operations.verbs import Verb
from bot.stages import Condition, condition

#: How many cold starts are kept of each Space, and how many outweigh the default.
KEPT_SAMPLES, ENOUGH_SAMPLES = 20, 5
#: No start takes longer, because the Hub gives up then.
#: https://huggingface.co/docs/hub/spaces-config-reference
LONGEST_COLD_START = timedelta(minutes=30)
#: The durations assumed for a Space without enough cold starts.
_DEFAULT_BY_SDK = {
    "static": timedelta(seconds=10),
    "gradio": timedelta(minutes=2),
    "streamlit": timedelta(minutes=3),
}
_OTHER_DEFAULT, _GPU_DEFAULT = timedelta(minutes=4), timedelta(minutes=6)
_PERCENTILE = 0.95
_LEARNING_VERBS = (Verb.WAKE, Verb.RESTART)
_DOWN = (Condition.ASLEEP, Condition.PAUSED, Condition.FAILED)

#: The last cold starts of each Space, in seconds.
Samples = Mapping[str, Sequence[float]]


@dataclass(frozen=True, slots=True)
class ColdStart:
    """One cold start of a Space."""

    space: str
    seconds: float


def estimate(space: Space, samples: Sequence[float]) -> timedelta:
    """Return the 95th percentile of the cold starts of *space*.

    *samples* are its last ones, in seconds. If there are few, the result is at least the default
    for its kind of Space.
    """
    slow = timedelta(seconds=_percentile(samples)) if samples else timedelta()
    if len(samples) < ENOUGH_SAMPLES:
        slow = max(slow, _default(space))
    return min(slow, LONGEST_COLD_START)


def learn(before: Operation, after: Operation, now: datetime) -> list[ColdStart]:
    """Return the cold starts that ended between two states of an operation."""
    if after.verb not in _LEARNING_VERBS:
        return []
    pairs = zip(before.steps, after.steps, strict=True)
    ended = (new for old, new in pairs if _has_started(old, new))
    return [ColdStart(step.space, (now - step.sent_at).total_seconds())
            for step in ended if step.sent_at]  # fmt: skip


def _has_started(before: Step, after: Step) -> bool:
    is_done = before.state is not StepState.DONE and after.state is StepState.DONE
    return is_done and condition(after.stage_before) in _DOWN


def _percentile(samples: Iterable[float]) -> float:
    ordered = sorted(samples)
    return ordered[ceil(_PERCENTILE * len(ordered)) - 1]


def _default(space: Space) -> timedelta:
    if not (space.hardware or "cpu-basic").startswith("cpu-"):
        return _GPU_DEFAULT
    return _DEFAULT_BY_SDK.get(space.sdk or "", _OTHER_DEFAULT)
