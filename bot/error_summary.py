"""The line of an error that says why, before all that stands around it."""

import re

# What the Hub and its builder put before the reason; on a phone the reason comes first.
_PREFIX = re.compile(
    r"((job failed with )?exit code: \d+\.? ?|reason: |error building image: |error: )+",
    re.IGNORECASE,
)


def summarize(error: str, limit: int = 120) -> str:
    """Return the most telling line of an error: the last of a traceback, else the first.

    >>> summarize("Job failed with exit code: 1. Reason: error building image: ERROR: no torch")
    'no torch'
    """
    lines = [line.strip() for line in error.splitlines() if line.strip()]
    if not lines:
        return ""
    line = lines[-1] if "Traceback (most recent" in lines[0] else lines[0]
    preface = _PREFIX.match(line)
    line = line[preface.end() :] or line if preface else line
    return line if len(line) <= limit else line[: limit - 1] + "…"
