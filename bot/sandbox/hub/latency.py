"""The durations of the stages of a start, with random variation."""

import random
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class StageDurations:
    """The mean durations of the stages of a start, in seconds.

    *lag* is the time for which the Hub still shows the old stage. A *spread* of 0.2 means between
    80 % and 120 %.
    """

    lag: float = 1.5
    build: float = 12.0
    start: float = 6.0
    spread: float = 0.2


@dataclass(slots=True)
class DurationSampler:
    """Draws random durations around the means; the same seed gives the same sequence."""

    durations: StageDurations = field(default_factory=StageDurations)
    seed: int = 7
    build_factor: float = 1.0  # more than 1: the builders are slow
    _random: random.Random = field(init=False, repr=False)

    def __post_init__(self) -> None:
        self._random = random.Random(self.seed)

    def sample(self, seconds: float) -> float:
        """Return a random duration around *seconds*."""
        spread = self.durations.spread
        return seconds * self._random.uniform(1 - spread, 1 + spread)

    def lag(self) -> float:
        """Return a random lag."""
        return self.sample(self.durations.lag)

    def build(self) -> float:
        """Return a random duration of a build."""
        return self.sample(self.durations.build) * self.build_factor

    def start(self) -> float:
        """Return a random duration of an app's start."""
        return self.sample(self.durations.start)
