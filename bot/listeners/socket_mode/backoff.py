"""The backoff between connection attempts, as pure functions of the previous ones."""

from dataclasses import dataclass, replace

from bot.errors import SlackError, SlackTooFast

# Longest pause while Slack rejects the token, which only a person can replace.
_TOKEN_PAUSE_SECONDS = 60.0
# Limit on Slack's Retry-After, so that one wrong value doesn't disconnect the bot for hours.
_MAX_RETRY_AFTER_SECONDS = 300.0
_TOKEN_ERRORS = frozenset(
    {"invalid_auth", "not_authed", "token_revoked", "account_inactive", "not_allowed_token_type"}
)


@dataclass(frozen=True, slots=True)
class Backoff:
    """The number of attempts since the last stable connection, and the time of the next one.

    Pauses double from *first_pause* to *longest_pause*. With the defaults there are at most ten
    attempts a minute, and the bot reconnects within ten seconds after an outage. A connection is
    stable after *stable* seconds; its successor may be opened at once. All times are in seconds.
    """

    first_pause: float = 1.0
    longest_pause: float = 8.0
    stable: float = 30.0
    opens: int = 0
    opened_at: float = float("-inf")
    next_at: float = float("-inf")

    def after_open(self, now: float) -> "Backoff":
        """Return the state after an attempt that begins at *now*.

        It counts before its outcome is known, because a connection may close right after it opens.
        """
        pause = min(self._doubled_pause(), self.longest_pause)
        return replace(self, opens=self.opens + 1, opened_at=now, next_at=now + pause)

    def after_connection(self, now: float) -> "Backoff":
        """Return the state after a connection that must be replaced at *now*."""
        if now - self.opened_at < self.stable:
            return self
        return replace(self, opens=0, next_at=now)

    def after_refusal(self, error: Exception, now: float) -> "Backoff":
        """Return the state after an attempt that failed with *error* at *now*."""
        pause = 0.0
        if isinstance(error, SlackTooFast):
            pause = min(error.after, _MAX_RETRY_AFTER_SECONDS)
        elif isinstance(error, SlackError) and error.code in _TOKEN_ERRORS:
            pause = min(self._doubled_pause(), _TOKEN_PAUSE_SECONDS)
        return replace(self, next_at=max(self.next_at, now + pause))

    def _doubled_pause(self) -> float:
        return self.first_pause * 2.0 ** min(self.opens, 10)  # prevents an OverflowError
