"""The Hub's rate-limit window, as the headers of an answer tell it."""

from collections.abc import Mapping
from dataclasses import replace

from huggingface_hub.utils._http import RateLimitInfo, parse_ratelimit_headers

_LONGEST_WAIT = 30 * 86_400  # seconds; the windows are five minutes, a limit on creations a day
_MOST = 1_000_000  # calls in a window; the largest plan has a tenth of it


def window(headers: Mapping[str, str]) -> RateLimitInfo | None:
    """Return the window that *headers* tell, bounded; None when they tell none."""
    try:
        told = parse_ratelimit_headers(headers)
    except ValueError:  # a number of thousands of digits
        return None
    if told is None:
        return None
    return replace(
        told,
        remaining=min(told.remaining, _MOST),
        reset_in_seconds=min(told.reset_in_seconds, _LONGEST_WAIT),
    )
