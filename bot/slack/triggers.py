"""Trigger ids: each opens one form within three seconds, and is refused in many wordings."""

from collections.abc import Sequence

#: What each of those refusals is called from here on.
EXPIRED_TRIGGER = "expired_trigger_id"

# As people have seen them; the documentation names the first three.
_EXPIRED_CODES = frozenset(
    {
        *(EXPIRED_TRIGGER, "exchanged_trigger_id", "invalid_trigger_id"),
        *("trigger_expired", "trigger_exchanged"),
    }
)


def is_expired(code: str, details: Sequence[str]) -> bool:
    """Say whether a refusal means that the trigger opens no form any more.

    Older wording has a general code, and the reason in the details beside it.

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
