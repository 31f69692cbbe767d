"""Whether a request comes from Slack: https://docs.slack.dev/authentication/verifying-requests-from-slack"""

import hmac
from hashlib import sha256

# Seconds that a request may be old, or young.
TOLERANCE = 300
# Digits of any time that may be near ours.
_DIGITS = 12


def is_genuine(secret: str, timestamp: str, signature: str, body: bytes, now: float) -> bool:
    """Say whether *body* was signed with *secret*, and not long ago."""
    if not secret or not timestamp.isdecimal() or len(timestamp) > _DIGITS:
        return False
    if abs(now - int(timestamp)) > TOLERANCE:
        return False
    signed = hmac.new(secret.encode(), f"v0:{timestamp}:".encode() + body, sha256)
    return hmac.compare_digest(f"v0={signed.hexdigest()}".encode(), signature.encode())
