"""How long things take in the simulated world: the stations of a start, with a little chance."""

import random
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class StageDurations:
    """
    The seconds that a start spends at each station. `lag` is the time during which
    the Hub goes on showing the old stage; `spread` 0.2 means between 80 % and 120 %.
    """

    lag: float = 1.5
    build: float = 12.0
    start: float = 6.0
    spread: float = 0.2


@dataclass(slots=True)
class DurationSampler:
    """Draws durations around a pace; the same seed draws the same ones."""

    durations: StageDurations = field(default_factory=StageDurations)
    seed: int = 7
    _random: random.Random = field(init=False, repr=False)

    def __post_init__(self) -> None:
        self._random = random.Random(self.seed)

    def sample(self, seconds: float) -> float:
        spread = self.durations.spread
        return seconds * self._random.uniform(1 - spread, 1 + spread)

    def lag(self) -> float:
        return self.sample(self.durations.lag)

    def build(self) -> float:
        return self.sample(self.durations.build)

    def start(self) -> float:
        return self.sample(self.durations.start)
