"""Which channel hears of which Spaces, and of what."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bot.alerts.problems import ProblemKind

#: Who made the watch that the settings ask for.
SETTINGS = "settings"


@dataclass(frozen=True, slots=True)
class Watch:
    """*targets* and *problems* are words as people type them; no target: every Space."""

    channel: str
    targets: tuple[str, ...]
    problems: tuple[str, ...]
    made_by: str


@dataclass(frozen=True, slots=True)
class Route:
    """One channel that hears of some troubles of some Spaces."""

    channel: str
    problems: frozenset[ProblemKind]
    spaces: frozenset[str] | None = None  # None: all of them

    def covers(self, space: str) -> bool:
        return self.spaces is None or space in self.spaces


@dataclass(frozen=True, slots=True)
class RoutingTable:
    """Everybody who hears."""

    routes: tuple[Route, ...]

    @classmethod
    def of(cls, routes: Iterable[Route]) -> "RoutingTable":
        return cls(tuple(routes))

    def is_routed(self, space: str, problem: ProblemKind | None) -> bool:
        """Whether anybody wants to hear of it."""
        return problem is not None and any(
            problem in hearing.problems and hearing.covers(space) for hearing in self.routes
        )

    def receivers(self, space: str, problem: ProblemKind) -> tuple[str, ...]:
        """Return who hears of it, each once, in the order of the hearings."""
        hearing = (h.channel for h in self.routes if problem in h.problems and h.covers(space))
        return tuple(dict.fromkeys(hearing))

    def mute_announcements(self, spaces: Sequence[str]) -> dict[str, list[str]]:
        """Return which channels are told that *spaces* are muted, or no more, and of which ones.

        A channel hears of its own Spaces, where they are more than one: a single Space has at
        most one card there, and that card shows it.
        """
        channels = dict.fromkeys(hearing.channel for hearing in self.routes)
        silenced = {channel: self.spaces_of(channel, spaces) for channel in channels}
        return {channel: mine for channel, mine in silenced.items() if len(mine) > 1}

    def spaces_of(self, channel: str, spaces: Iterable[str]) -> list[str]:
        """Return those of *spaces* that *channel* hears of at all: its part of the fleet."""
        mine = [hearing for hearing in self.routes if hearing.channel == channel]
        return [space for space in spaces if any(hearing.covers(space) for hearing in mine)]
