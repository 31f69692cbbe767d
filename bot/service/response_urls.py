"""The response URLs of recent requests, in memory only: whoever has one can write as the bot.

After a restart, and on a replica that didn't take the request, there are none: whoever asked is
told by direct message alone.
"""

from datetime import datetime, timedelta
from threading import Lock

# Slack takes an answer for 30 minutes; one that leaves at the last moment would arrive too late.
LIFETIME = timedelta(minutes=29)


class ResponseUrls:
    """Remembers the newest response URL of each person in each channel."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._urls: dict[tuple[str, str], tuple[datetime, str]] = {}

    def put(self, user: str, channel: str, url: str, now: datetime) -> None:
        """Remember *url* for what *user* asked in *channel*, and forget what has expired."""
        with self._lock:
            live = {k: v for k, v in self._urls.items() if now - v[0] < LIFETIME}
            self._urls = {**live, (user, channel): (now, url)}

    def get(self, user: str, channel: str, now: datetime) -> str | None:
        """Return the URL that still answers *user* in *channel*; None when there is none."""
        with self._lock:
            at, url = self._urls.get((user, channel), (now - LIFETIME, ""))
        return url if now - at < LIFETIME else None
