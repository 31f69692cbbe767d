"""How fast Slack takes what we say: a few posts at once in a channel, then one a second.

https://docs.slack.dev/apis/web-api/rate-limits
"""

from collections import defaultdict, deque
from collections.abc import Hashable
from datetime import datetime, timedelta

from bot.cards import Move

#: So many posts may go into one channel within as many seconds.
BURST = 5
_WINDOW = timedelta(seconds=BURST)


class Pace:
    """Remembers what went where lately, and what Slack has asked us to hold back."""

    def __init__(self) -> None:
        self._lately: dict[str, deque[datetime]] = defaultdict(lambda: deque(maxlen=BURST))
        self._held: dict[Hashable, datetime] = {}
        self._epoch: int | None = None

    def begins(self, epoch: int) -> bool:
        """Whether this is the first round of *epoch*: whoever leads anew waits for no old pause."""
        before, self._epoch = self._epoch, epoch
        return before != epoch

    def lets(self, move: Move, channel: str, now: datetime) -> bool:
        """Whether *move* may be made in *channel* now; a post that may counts as made."""
        if now < self._held.get(_limit(move, channel), now):
            return False
        if move is not Move.POST:
            return True
        posts = self._lately[channel]
        if len(posts) == BURST and now - posts[0] < _WINDOW:
            return False
        posts.append(now)
        return True

    def hold(self, move: Move, channel: str, until: datetime) -> None:
        """Make no such move until then, because Slack has said so."""
        self._held[_limit(move, channel)] = until


def _limit(move: Move, channel: str) -> Hashable:
    """Return what Slack counts by: posts by channel, anything else by its method."""
    return (move, channel) if move is Move.POST else move
