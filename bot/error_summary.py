"""The summary of an error: its most relevant line."""

import re

# Prefixes of the Hub and its builder, cut because a phone shows the first characters only.
_PREFIX = re.compile(
    r"((job failed with )?exit code: \d+\.? ?|reason: |error building image: |error: )+",
    re.IGNORECASE,
)


def summarize(error: str, limit: int = 120) -> str:
    """Return the most relevant line of *error*: the last of a traceback, else the first.

    A line over *limit* characters is truncated.

    >>> summarize("Job failed with exit code: 1. Reason: error building image: ERROR: no torch")
    'no torch'
    """
    lines = [line.strip() for line in error.splitlines() if line.strip()]
    if not lines:
        return ""
    line = lines[-1] if "Traceback (most recent" in lines[0] else lines[0]
    prefix = _PREFIX.match(line)
    line = line[prefix.end() :] or line if prefix else line
    return line if len(line) <= limit else line[: limit - 1] + "…"
