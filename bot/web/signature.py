"""Verification of Slack's signature on a request.

Written here because operators need the reason: `slack_sdk.signature.SignatureVerifier` returns a
bool, and raises for a body that isn't UTF-8. Bolt doesn't verify the request again.
https://docs.slack.dev/authentication/verifying-requests-from-slack/
"""

import hmac
from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256

# Between Slack's timestamp and our clock, in either direction.
TOLERANCE_SECONDS = 300
# More than any current timestamp has, and few enough for int(), which rejects over 4,300 digits.
_MAX_DIGITS = 12


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
    secret: str, timestamp: str, signature: str, body: bytes, now: float
) -> Rejection | None:
    """Return the rejection of *body*, or None if Slack signed it within the tolerance."""
    if not signature or not timestamp.isdecimal() or len(timestamp) > _MAX_DIGITS:
        return Rejection(Cause.UNSIGNED)
    signed = hmac.new(secret.encode(), f"v0:{timestamp}:".encode() + body, sha256)
    if not secret or not hmac.compare_digest(
        f"v0={signed.hexdigest()}".encode(), signature.encode()
    ):
        return Rejection(Cause.OTHER_SECRET)
    age = now - int(timestamp)
    return Rejection(Cause.CLOCK, age) if abs(age) > TOLERANCE_SECONDS else None


def _format_minutes(seconds: float) -> str:
    minutes = max(1, round(abs(seconds) / 60))
    return f"{minutes} minute{'s' * (minutes != 1)}"
