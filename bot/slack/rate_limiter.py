"""The rate limiter for Slack: a burst of posts per channel, then one per second.

https://docs.slack.dev/apis/web-api/rate-limits
"""

from collections import defaultdict, deque
from collections.abc import Hashable
from datetime import datetime, timedelta

from bot.cards import DeliveryAction

#: Posts allowed per channel within the same number of seconds.
BURST_SIZE = 5
_BURST_WINDOW = timedelta(seconds=BURST_SIZE)


class SlackRateLimiter:
    """The recent posts per channel and the pauses that Slack asked for."""

    def __init__(self) -> None:
        self._recent_posts: dict[str, deque[datetime]] = defaultdict(
            lambda: deque(maxlen=BURST_SIZE)
        )
        self._blocked_until: dict[Hashable, datetime] = {}
        self._epoch: int | None = None

    def is_new_epoch(self, epoch: int) -> bool:
        """Return whether *epoch* differs from the last call's; a new leader skips old pauses."""
        before, self._epoch = self._epoch, epoch
        return before != epoch

    def try_acquire(self, action: DeliveryAction, channel: str, now: datetime) -> bool:
        """Return whether *action* is allowed in *channel* now; count an allowed post."""
        if now < self._blocked_until.get(_limit_key(action, channel), now):
            return False
        if action is not DeliveryAction.POST:
            return True
        posts = self._recent_posts[channel]
        if len(posts) == BURST_SIZE and now - posts[0] < _BURST_WINDOW:
            return False
        posts.append(now)
        return True

    def pause(self, action: DeliveryAction, channel: str, now: datetime) -> timedelta:
        """Return how long Slack's pause for *action* in *channel* still lasts."""
        return self._blocked_until.get(_limit_key(action, channel), now) - now

    def block_until(self, action: DeliveryAction, channel: str, until: datetime) -> None:
        """Block *action* in *channel* until *until*, because Slack asked for it."""
        self._blocked_until[_limit_key(action, channel)] = until


def _limit_key(action: DeliveryAction, channel: str) -> Hashable:
    """Return the key of Slack's limit: posts per channel, others per method."""
    return (action, channel) if action is DeliveryAction.POST else action
