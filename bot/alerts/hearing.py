"""Which channel hears of which Spaces, and of what."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bot.alerts.troubles import Trouble


@dataclass(frozen=True, slots=True)
class Hearing:
    """One channel that hears of some troubles of some Spaces."""

    channel: str
    troubles: frozenset[Trouble]
    spaces: frozenset[str] | None = None  # None: all of them

    def covers(self, space: str) -> bool:
        return self.spaces is None or space in self.spaces


@dataclass(frozen=True, slots=True)
class Audience:
    """Everybody who hears."""

    hearings: tuple[Hearing, ...]

    @classmethod
    def of(cls, hearings: Iterable[Hearing]) -> "Audience":
        return cls(tuple(hearings))

    def wants(self, space: str, trouble: Trouble | None) -> bool:
        """Whether anybody wants to hear of it."""
        return trouble is not None and any(
            trouble in hearing.troubles and hearing.covers(space) for hearing in self.hearings
        )

    def channels(self, space: str, trouble: Trouble) -> tuple[str, ...]:
        """Return who hears of it, each once, in the order of the hearings."""
        hearing = (h.channel for h in self.hearings if trouble in h.troubles and h.covers(space))
        return tuple(dict.fromkeys(hearing))

    def told_of_silence(self, spaces: Sequence[str]) -> dict[str, list[str]]:
        """Return which channels are told that *spaces* are muted, or no more, and of which ones.

        A channel hears of its own Spaces, where they are more than one: a single Space has at
        most one card there, and that card shows it.
        """
        channels = dict.fromkeys(hearing.channel for hearing in self.hearings)
        silenced = {channel: self.covered(channel, spaces) for channel in channels}
        return {channel: mine for channel, mine in silenced.items() if len(mine) > 1}

    def covered(self, channel: str, spaces: Iterable[str]) -> list[str]:
        """Return those of *spaces* that *channel* hears of at all: its part of the fleet."""
        mine = [hearing for hearing in self.hearings if hearing.channel == channel]
        return [space for space in spaces if any(hearing.covers(space) for hearing in mine)]
