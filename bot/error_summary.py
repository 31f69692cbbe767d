"""The relevant line of an error: its summary for people, its fingerprint for grouping."""

import re

_TRACEBACK = "Traceback (most recent call last)"

# What each match contains, its pattern and its placeholder. The order matters: a hash also matches
# as a number, and a path may contain both.
_VOLATILE_PARTS = (
    ("://", re.compile(r"https?://\S+"), "<url>"),
    ("-", re.compile(r"\b\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d)?(?:[.,]\d+)?Z?)?\b"), "<time>"),
    (":", re.compile(r"\b\d{1,2}:\d\d(?::\d\d(?:[.,]\d+)?)?\b"), "<time>"),
    ("/", re.compile(r"(?:[A-Za-z]:)?(?:[\w.@~+-]*/){1,40}[\w.@+-]+"), "<path>"),
    ("", re.compile(r"\b(?:0x)?(?=[a-f\d-]*\d)[a-f\d-]{7,64}\b"), "<hash>"),
    ("", re.compile(r"\d+"), "#"),
)
_PLACEHOLDER = re.compile(r"<\w+>")
_BLANKS = re.compile(r"\s+")
_MAX_FINGERPRINT_LENGTH = 300
# Messages without a reason; many causes share them.
_GENERIC_MESSAGES = re.compile(
    r"(?:job failed with )?exit code:? ?#\.?(?: reason:?\.?| container.*)?"
    r"|(?:the )?(?:build|job|launch|app|container|space|runtime)?"
    r" ?(?:error|failed|failure|crashed|exited)\.?"
    r"|traceback \(most recent call last\):?"
)

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
    line = _relevant_line(error)
    prefix = _PREFIX.match(line)
    line = line[prefix.end() :] or line if prefix else line
    return line if len(line) <= limit else line[: limit - 1] + "…"


def fingerprint(error: str) -> str:
    """Return the fingerprint of *error*; "" if the message is too generic.

    >>> fingerprint("File /app/a.py line 3: torch==9.9 not found at 12:01:07")
    'file <path> line #: torch==#.# not found at <time>'
    >>> fingerprint("Exit code: 1")
    ''
    """
    text = _relevant_line(error[:20_000]).casefold()[:2_000]
    for clue, pattern, placeholder in _VOLATILE_PARTS:
        if clue in text:
            text = pattern.sub(placeholder, text)
    text = _BLANKS.sub(" ", text).strip()[:_MAX_FINGERPRINT_LENGTH]
    letters = sum(map(str.isalpha, _PLACEHOLDER.sub("", text)))
    return "" if letters < 6 or _GENERIC_MESSAGES.fullmatch(text) else text


def _relevant_line(error: str) -> str:
    """Return the last line of a traceback, else the first line of *error*."""
    lines = [line.strip() for line in error.splitlines() if line.strip()]
    has_traceback = any(_TRACEBACK in line for line in lines)
    return lines[-1 if has_traceback else 0] if lines else ""
