"""Trigger ids, which open one form within three seconds, and their error codes."""

from collections.abc import Sequence

#: Replaces every error code of an expired trigger.
EXPIRED_TRIGGER = "expired_trigger_id"

# Observed; only the first three are documented.
_EXPIRED_CODES = frozenset(
    {
        *(EXPIRED_TRIGGER, "exchanged_trigger_id", "invalid_trigger_id"),
        *("trigger_expired", "trigger_exchanged"),
    }
)


def is_expired(code: str, details: Sequence[str]) -> bool:
    """Return whether a refusal means that the trigger has expired.

    Older refusals have a general code, and the reason is in *details*.

    >>> is_expired("invalid_arguments", ["[ERROR] `trigger_id` expired"])
    True
    >>> is_expired("invalid_arguments", ["[ERROR] must be a string [json-pointer:/trigger_id]"])
    False
    """
    if code in _EXPIRED_CODES:
        return True
    wordings = ("expired", "exchanged", "invalid")
    return code == "invalid_arguments" and any(
        "trigger_id" in detail and any(word in detail for word in wordings) for detail in details
    )
