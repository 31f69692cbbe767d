"""
Verification of Slack's signature on a request, and the log of rejected requests.

slack_sdk computes the signature. `SignatureVerifier.is_valid` isn't enough here: it raises for a
malformed timestamp or body, and operators need the reason for a rejection. Bolt doesn't verify
the request again.
https://docs.slack.dev/authentication/verifying-requests-from-slack/
"""

import hmac
import logging
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from slack_sdk.signature import SignatureVerifier

from bot import metrics

logger = logging.getLogger(__name__)

# Between Slack's timestamp and our clock, in either direction.
TOLERANCE_SECONDS = 300
# More than any current timestamp has, and few enough for int(), which rejects over 4,300 digits.
_MAX_DIGITS = 12

LOG_INTERVAL_SECONDS = 60.0


class Cause(StrEnum):
    """Why a request is rejected; the label of the metric."""

    UNSIGNED = "unsigned"
    OTHER_SECRET = "other_secret"  # noqa: S105 - a cause, not a secret
    CLOCK = "clock"


@dataclass(frozen=True, slots=True)
class Rejection:
    """Why a request is rejected. *age* is in seconds, negative for a timestamp in the future."""

    cause: Cause
    age: float = 0.0

    @property
    def reason(self) -> str:
        """The likely reason, with the next step for the operator."""
        match self.cause:
            case Cause.UNSIGNED:
                return "they carry no signature of Slack, so something else sends them"
            case Cause.OTHER_SECRET:
                return (
                    "they are signed with another app's secret. Set SLACK_SIGNING_SECRET to the "
                    "Signing Secret of this app (Basic Information, App Credentials)"
                )
            case Cause.CLOCK:
                side = "ahead of" if self.age > 0 else "behind"
                return (
                    f"this machine's clock is {_format_minutes(self.age)} {side} Slack's, or "
                    "someone "
                    "replays old requests. Set the clock (NTP)"
                )


def verify(
    verifier: SignatureVerifier, timestamp: str, signature: str, body: bytes, now: float
) -> Rejection | None:
    """Return the rejection of *body*, or None if Slack signed it within the tolerance."""
    if not signature or not _is_timestamp(timestamp) or not _is_utf8(body):
        return Rejection(Cause.UNSIGNED)
    expected = verifier.generate_signature(timestamp=timestamp, body=body) or ""
    if not hmac.compare_digest(expected.encode(), signature.encode()):
        return Rejection(Cause.OTHER_SECRET)
    age = now - int(timestamp)
    return Rejection(Cause.CLOCK, age) if abs(age) > TOLERANCE_SECONDS else None


def _is_timestamp(text: str) -> bool:
    return text.isdecimal() and len(text) <= _MAX_DIGITS


def _is_utf8(body: bytes) -> bool:
    try:
        body.decode()
    except UnicodeDecodeError:
        return False
    return True


def _format_minutes(seconds: float) -> str:
    minutes = max(1, round(abs(seconds) / 60))
    return f"{minutes} minute{'s' * (minutes != 1)}"


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
