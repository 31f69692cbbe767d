"""A clock that only moves when a test moves it."""

from dataclasses import dataclass


@dataclass(slots=True)
class FakeTime:
    """Call it for the time; `tick` lets time pass."""

    now: float = 1_790_000_000.0

    def __call__(self) -> float:
        return self.now

    def tick(self, seconds: float) -> None:
        self.now += seconds
