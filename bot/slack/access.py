"""The state of the bot token, checked with Slack at most once a minute."""

from collections.abc import Callable
from threading import Lock, Thread
from time import monotonic

from slack_sdk import WebClient

from bot.errors import SlackError, SlackUnavailable
from bot.slack.diagnostics import get_installation

_CHECK_INTERVAL_SECONDS = 60.0
# A probe waits this long for a new result, then it gets the last one.
_WAIT_SECONDS = 1.0
_REQUIRED_SCOPE = "chat:write"


class Access:
    """The last result of `auth.test`, refreshed only when it is read."""

    def __init__(self, client: WebClient, monotonic: Callable[[], float] = monotonic) -> None:
        self._client, self._monotonic = client, monotonic
        self._problem = ""
        self._checked_at = float("-inf")
        self._lock = Lock()

    def problem(self) -> str:
        """Return why the token can't post, empty if it can or if that is unknown."""
        with self._lock:
            is_due = self._monotonic() - self._checked_at >= _CHECK_INTERVAL_SECONDS
            if is_due:
                self._checked_at = self._monotonic()
        if is_due:
            thread = Thread(target=self._check, name="slack-access", daemon=True)
            thread.start()
            thread.join(_WAIT_SECONDS)
        return self._problem

    def _check(self) -> None:
        try:
            scopes = get_installation(self._client).scopes
        except SlackUnavailable:
            return  # proves nothing about the token
        except SlackError as error:
            self._problem = f"Slack refuses the bot token ({error.code})"
            return
        is_missing = scopes is not None and _REQUIRED_SCOPE not in scopes
        self._problem = f"the bot token lacks {_REQUIRED_SCOPE}" if is_missing else ""
