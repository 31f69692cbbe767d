"""How fast Slack takes what we say: a few posts at once in a channel, then one a second.

https://docs.slack.dev/apis/web-api/rate-limits
"""

from collections import defaultdict, deque
from collections.abc import Hashable
from datetime import datetime, timedelta

from bot.cards import DeliveryAction

#: So many posts may go into one channel within as many seconds.
BURST_SIZE = 5
_BURST_WINDOW = timedelta(seconds=BURST_SIZE)


class SlackRateLimiter:
    """Remembers what went where lately, and what Slack has asked us to hold back."""

    def __init__(self) -> None:
        self._recent_posts: dict[str, deque[datetime]] = defaultdict(
            lambda: deque(maxlen=BURST_SIZE)
        )
        self._blocked_until: dict[Hashable, datetime] = {}
        self._epoch: int | None = None

    def is_new_epoch(self, epoch: int) -> bool:
        """Whether this is the first round of *epoch*: whoever leads anew waits for no old pause."""
        before, self._epoch = self._epoch, epoch
        return before != epoch

    def try_acquire(self, action: DeliveryAction, channel: str, now: datetime) -> bool:
        """Whether *action* may be made in *channel* now; a post that may counts as made."""
        if now < self._blocked_until.get(_limit_key(action, channel), now):
            return False
        if action is not DeliveryAction.POST:
            return True
        posts = self._recent_posts[channel]
        if len(posts) == BURST_SIZE and now - posts[0] < _BURST_WINDOW:
            return False
        posts.append(now)
        return True

    def block_until(self, action: DeliveryAction, channel: str, until: datetime) -> None:
        """Make no such move until then, because Slack has said so."""
        self._blocked_until[_limit_key(action, channel)] = until


def _limit_key(action: DeliveryAction, channel: str) -> Hashable:
    """Return what Slack counts by: posts by channel, anything else by its method."""
    return (action, channel) if action is DeliveryAction.POST else action
