"""Fingerprints: equal for equal causes."""

import pytest

from bot.error_summary import fingerprint

TRACEBACK = "Exit code: 1. Reason: Traceback (most recent call last):"


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        # Numbers, versions, hashes, paths, addresses and times do not matter.
        ("torch==9.9 not found", "torch==1.2 not found", True),
        ("failed at layer a1b2c3d4e5", "failed at layer 0f0f0f0f0f", True),
        ("no /app/x/main.py here", "no /home/u/app.py here", True),
        ("GET https://x.org/1 refused", "GET https://y.org/2 refused", True),
        ("died 2026-03-02T10:00:00Z badly", "died 2025-01-01T00:00:01Z badly", True),
        # Words do.
        ("No module named 'x'", "No module named 'y'", False),
        # A traceback behind the Hub's first words ends with its cause.
        (f"{TRACEBACK}\nKeyError: 'A'", f"{TRACEBACK}\nKeyError: 'A'", True),
        (f"{TRACEBACK}\nKeyError: 'A'", f"{TRACEBACK}\nOSError: no space", False),
        # Generic text equals nothing, not even itself.
        ("Exit code: 1", "Exit code: 137", False),
        ("", "", False),
    ],
)
def test_a_fingerprint_is_the_cause(one: str, other: str, *, same: bool) -> None:
    assert (fingerprint(one) == fingerprint(other) != "") is same
