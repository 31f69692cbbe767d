"""Counting and logging of rejected requests."""

import logging
from collections import Counter
from collections.abc import Callable

from bot import metrics
from bot.web.signature import Cause, Rejection

logger = logging.getLogger(__name__)

LOG_INTERVAL_SECONDS = 60.0


class RejectionLog:
    """Counts rejections by cause. Not thread-safe: used only on the event loop."""

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self._pending: Counter[Cause] = Counter()
        self._next_line_at: dict[Cause, float] = {}

    def record(self, rejection: Rejection) -> None:
        """Count *rejection*; log it unless its cause was logged within the last minute."""
        cause = rejection.cause
        metrics.slack_rejected.labels(cause).inc()
        self._pending[cause] += 1
        if self._now() < self._next_line_at.get(cause, float("-inf")):
            return
        self._next_line_at[cause] = self._now() + LOG_INTERVAL_SECONDS
        logger.warning(
            "rejected %d of the requests to /slack/events: %s",
            self._pending.pop(cause),
            rejection.reason,
        )
