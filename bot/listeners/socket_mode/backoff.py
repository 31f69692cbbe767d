"""When the next connection may be opened: pure functions of how the last ones went."""

from dataclasses import dataclass, replace

from bot.errors import SlackError, SlackTooFast

# While Slack does not accept our token, which only a person can change.
_TOKEN_PAUSE_SECONDS = 60.0
# Slack's own wait is kept up to here, so that one odd answer does not silence the bot for hours.
_MAX_RETRY_AFTER_SECONDS = 300.0
_TOKEN_ERRORS = frozenset(
    {"invalid_auth", "not_authed", "token_revoked", "account_inactive", "not_allowed_token_type"}
)


@dataclass(frozen=True, slots=True)
class Backoff:
    """The opens since the last stable connection, and when the next one may begin, in seconds.

    Pauses double from *first_pause* to *longest_pause*. With the defaults any minute has at most
    ten opens, and a Slack that is back is heard within ten seconds. A connection is stable after
    *stable* seconds: the next one may be opened at once.
    """

    first_pause: float = 1.0
    longest_pause: float = 8.0
    stable: float = 30.0
    opens: int = 0
    opened_at: float = float("-inf")
    next_at: float = float("-inf")

    def after_open(self, now: float) -> "Backoff":
        """Return the state once an open has begun at *now*.

        It counts before its outcome is known, because a connection may be closed right after.
        """
        pause = min(self._doubled_pause(), self.longest_pause)
        return replace(self, opens=self.opens + 1, opened_at=now, next_at=now + pause)

    def after_connection(self, now: float) -> "Backoff":
        """Return the state once a connection has to be replaced that was up until *now*."""
        if now - self.opened_at < self.stable:
            return self
        return replace(self, opens=0, next_at=now)

    def after_refusal(self, error: Exception, now: float) -> "Backoff":
        """Return the state once an open has failed with *error*."""
        pause = 0.0
        if isinstance(error, SlackTooFast):
            pause = min(error.after, _MAX_RETRY_AFTER_SECONDS)
        elif isinstance(error, SlackError) and error.code in _TOKEN_ERRORS:
            pause = min(self._doubled_pause(), _TOKEN_PAUSE_SECONDS)
        return replace(self, next_at=max(self.next_at, now + pause))

    def _doubled_pause(self) -> float:
        return self.first_pause * 2.0 ** min(self.opens, 10)  # after hours no float could hold it
