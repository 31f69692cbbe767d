"""Routes and watches: which channel receives which problems of which Spaces."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bot.alerts.problems import ProblemKind

#: `made_by` of the watch that the settings define.
SETTINGS = "settings"


@dataclass(frozen=True, slots=True)
class Watch:
    """The targets and problems that a person typed for a channel; no target: all Spaces."""

    channel: str
    targets: tuple[str, ...]
    problems: tuple[str, ...]
    made_by: str


@dataclass(frozen=True, slots=True)
class Route:
    """A channel with the problems and Spaces that it receives."""

    channel: str
    problems: frozenset[ProblemKind]
    spaces: frozenset[str] | None = None  # None: all of them

    def covers(self, space: str) -> bool:
        """Return whether the route includes *space*."""
        return self.spaces is None or space in self.spaces


@dataclass(frozen=True, slots=True)
class RoutingTable:
    """All routes, in the order of their watches."""

    routes: tuple[Route, ...]
    #: Spaces with class hours that have no class now: no route receives that they are asleep.
    without_class: frozenset[str] = frozenset()

    @classmethod
    def of(
        cls, routes: Iterable[Route], without_class: frozenset[str] = frozenset()
    ) -> "RoutingTable":
        """Return the table of *routes*."""
        return cls(tuple(routes), without_class)

    def is_silent(self, space: str, problem: ProblemKind | None) -> bool:
        """Return whether class hours silence *problem* of *space* now."""
        return problem is ProblemKind.ASLEEP and space in self.without_class

    def is_routed(self, space: str, problem: ProblemKind | None) -> bool:
        """Return whether a route receives *problem* of *space*."""
        return problem is not None and bool(self.receivers(space, problem))

    def receivers(self, space: str, problem: ProblemKind) -> tuple[str, ...]:
        """Return the channels that receive *problem* of *space*, each once, in route order."""
        if self.is_silent(space, problem):
            return ()
        channels = (r.channel for r in self.routes if problem in r.problems and r.covers(space))
        return tuple(dict.fromkeys(channels))

    def mute_announcements(self, spaces: Sequence[str]) -> dict[str, list[str]]:
        """Return, by channel, the Spaces whose mute or unmute is announced there.

        A channel with only one of *spaces* is left out, because that Space's card shows the mute.
        """
        channels = dict.fromkeys(route.channel for route in self.routes)
        by_channel = {channel: self.spaces_of(channel, spaces) for channel in channels}
        return {channel: routed for channel, routed in by_channel.items() if len(routed) > 1}

    def spaces_of(self, channel: str, spaces: Iterable[str]) -> list[str]:
        """Return the *spaces* that any route of *channel* covers."""
        routes = [route for route in self.routes if route.channel == channel]
        return [space for space in spaces if any(route.covers(space) for route in routes)]
