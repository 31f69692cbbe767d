"""The Hub's rate-limit window, read from headers that may hold anything."""

import pytest

from bot.hub.rate_limit import parse_window


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ('"api";r=489;t=189', (489, 189)),
        # Bounded, because a time of the year 10000 can't be represented.
        (f'"api";r={10**30};t={10**30}', (1_000_000, 30 * 86_400)),
        (f'"api";r={"9" * 5000};t=1', None),
        ("nonsense", None),
        ("", None),
    ],
)
def test_window_is_read_and_bounded(value: str, expected: tuple[int, int] | None) -> None:
    window = parse_window({"ratelimit": value})

    assert (window and (window.remaining, window.reset_in_seconds)) == expected
