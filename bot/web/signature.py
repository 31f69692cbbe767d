"""Slack's signature on a request: https://docs.slack.dev/authentication/verifying-requests-from-slack/

`slack_sdk.signature.SignatureVerifier` answers only yes or no, and raises for a body that is not
UTF-8. Operators need the reason, and Bolt does not verify again what was verified here.
"""

import hmac
from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256

# Seconds between the signing and the arrival of a request, in either direction.
TOLERANCE_SECONDS = 300
# Digits of any timestamp that may be near ours; int() refuses thousands of them.
_MAX_DIGITS = 12


class Cause(StrEnum):
    """Why a request is rejected; the label of its metric."""

    UNSIGNED = "unsigned"
    OTHER_SECRET = "other_secret"  # noqa: S105 - a cause, not a secret
    CLOCK = "clock"


@dataclass(frozen=True, slots=True)
class Rejection:
    """A request that is not believed. *age* is in seconds, negative from the future."""

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
    """Return why *body* is not believed to come from Slack just now; None if it is."""
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
