"""Slack's pace for messages: about one a second in each channel."""

from bot.sandbox.slack.faults import Fault, rate_limited
from bot.sandbox.slack.state_lock import StateLock

SECONDS_PER_MESSAGE = 1.0


class MessageRateLimit:
    def __init__(self, state_lock: StateLock) -> None:
        self._pulse = state_lock
        self._last_message_at: dict[str, float] = {}

    def check(self, channel: str) -> Fault | None:
        """The 429 that a message earns which comes too soon after the last."""
        now = self._pulse.clock()
        if now - self._last_message_at.get(channel, float("-inf")) < SECONDS_PER_MESSAGE:
            return rate_limited(1)
        self._last_message_at[channel] = now
        return None
