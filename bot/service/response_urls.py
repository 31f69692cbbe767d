"""The response URLs of recent requests, in memory only: each permits posting as the bot.

After a restart, and on a replica that didn't receive the request, there are none. The requester
then gets a direct message only.
"""

from datetime import datetime, timedelta
from threading import Lock

# Must be shorter than Slack's 30 minutes, so that a late answer still arrives in time.
# https://docs.slack.dev/interactivity/handling-user-interaction
LIFETIME = timedelta(minutes=29)


class ResponseUrls:
    """The newest response URL of each person in each channel."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._urls: dict[tuple[str, str], tuple[datetime, str]] = {}

    def put(self, user: str, channel: str, url: str, now: datetime) -> None:
        """Store *url* for *user* in *channel*, and remove expired URLs."""
        with self._lock:
            live = {k: v for k, v in self._urls.items() if now - v[0] < LIFETIME}
            self._urls = {**live, (user, channel): (now, url)}

    def get(self, user: str, channel: str, now: datetime) -> str | None:
        """Return the current URL for *user* in *channel*; None if there is none."""
        with self._lock:
            at, url = self._urls.get((user, channel), (now - LIFETIME, ""))
        return url if now - at < LIFETIME else None
