"""The sizes of the measurements: those of the goals, or tiny ones for a trial."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Sizes:
    """The size of every measurement."""

    commands: int = 50
    rounds: int = 5
    reads: int = 20
    asleep: int = 200
    spaces: int = 10_000
    sweeps: int = 5
    problems: int = 5
    group: int = 100
    polled: int = 500
    broken: int = 15
    broken_gap: float = 15.0
    calm_seconds: float = 8.0
    idle_seconds: float = 20.0
    probe_seconds: float = 100.0
    connections: int = 1000
    flood_seconds: float = 60.0
    pasted: int = 40_000


FULL = Sizes()
TINY = Sizes(
    commands=5,
    rounds=1,
    reads=1,
    asleep=4,
    spaces=60,
    sweeps=1,
    problems=1,
    group=5,
    polled=6,
    broken=1,
    broken_gap=0.0,
    calm_seconds=1,
    idle_seconds=0.5,
    probe_seconds=0.5,
    connections=20,
    flood_seconds=2,
    pasted=400,
)
