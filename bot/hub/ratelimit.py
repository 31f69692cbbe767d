"""The Hub's rate-limit window, parsed from the headers of an answer."""

from collections.abc import Mapping
from dataclasses import replace

from huggingface_hub.utils import RateLimitInfo, parse_ratelimit_headers

# The windows last five minutes, a limit on creations a day.
_MAX_RESET_SECONDS = 30 * 86_400
_MAX_REMAINING_CALLS = 1_000_000  # the largest plan has a tenth of it


def parse_window(headers: Mapping[str, str]) -> RateLimitInfo | None:
    """Return the rate-limit window in *headers*, bounded; None without one."""
    try:
        parsed = parse_ratelimit_headers(headers)
    except ValueError:  # a number of thousands of digits
        return None
    if parsed is None:
        return None
    return replace(
        parsed,
        remaining=min(parsed.remaining, _MAX_REMAINING_CALLS),
        reset_in_seconds=min(parsed.reset_in_seconds, _MAX_RESET_SECONDS),
    )
