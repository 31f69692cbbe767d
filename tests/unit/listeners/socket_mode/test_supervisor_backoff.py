"""The pauses between connection attempts."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import SlackError, SlackRateLimited, SlackUnavailable
from bot.listeners.socket_mode.supervisor import Backoff


def simulate_opens(durations: list[float], until: float) -> list[float]:
    """Return the times of the attempts: first with these durations, then closed at once."""
    now, state, times = 0.0, Backoff(), list[float]()
    while now < until:
        state = state.after_open(now)
        times.append(now)
        ended = now + (durations.pop(0) if durations else 0.0)
        state = state.after_connection(ended)
        now = max(ended, state.next_at)
    return times


def max_per_minute(times: list[float]) -> int:
    return max(sum(0 <= other - time < 60 for other in times) for time in times)


def test_short_connections_are_opened_at_most_ten_times_a_minute() -> None:
    assert max_per_minute(simulate_opens([], until=600)) == 10


@given(st.lists(st.floats(0, 90), max_size=30))
def test_any_minute_has_at_most_ten_opens(
    durations: list[float],
) -> None:
    assert max_per_minute(simulate_opens(durations, until=600)) <= 10


def test_pause_between_opens_is_under_ten_seconds() -> None:
    times = simulate_opens([], until=600)

    assert max(later - time for time, later in pairwise(times)) < 10


# (duration of the last connection, seconds until the next attempt)
@pytest.mark.parametrize(("up", "wait"), [(0, 1), (0.4, 0.6), (29, 0), (30, 0), (4000, 0)])
def test_after_a_stable_connection_the_next_is_opened_at_once(up: float, wait: float) -> None:
    state = Backoff().after_open(0).after_connection(up)

    assert max(0, state.next_at - up) == pytest.approx(wait)


def test_a_stable_connection_ends_the_growth_of_pauses() -> None:
    state = Backoff().after_open(0).after_open(1).after_open(3).after_open(7)

    assert state.after_connection(60).after_open(60).next_at == 61


# (error of the first attempt, seconds until the second)
@pytest.mark.parametrize(
    ("error", "wait"),
    [
        (ConnectionError("the WebSocket did not open"), 1),
        (SlackUnavailable("away"), 1),
        (SlackError("no", "internal_error"), 1),
        # Slack's Retry-After, up to a limit
        (SlackRateLimited("slower", "ratelimited", 30), 30),
        (SlackRateLimited("slower", "ratelimited", 0), 1),
        (SlackRateLimited("slower", "ratelimited", 86_400), 300),
    ],
)
def test_rejection_delays_the_next_open(error: Exception, wait: float) -> None:
    assert Backoff().after_open(0).after_refusal(error, 0).next_at == wait


def test_rejected_token_is_retried_at_most_once_a_minute() -> None:
    state, now, waits = Backoff(), 0.0, []
    for _ in range(2000):  # a day and more: no number may grow too large
        state = state.after_open(now).after_refusal(SlackError("no", "invalid_auth"), now)
        waits.append(state.next_at - now)
        now = state.next_at

    assert waits[:7] == [2, 4, 8, 16, 32, 60, 60]
    assert set(waits[7:]) == {60}
