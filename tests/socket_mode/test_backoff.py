"""When the next connection may be opened."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import SlackError, SlackTooFast, SlackUnavailable
from bot.socket_mode.backoff import Backoff


def opens(lasting: list[float], until: float) -> list[float]:
    """Return when connections are opened that last as long as said, then end at once."""
    now, state, times = 0.0, Backoff(), list[float]()
    while now < until:
        state = state.after_open(now)
        times.append(now)
        ended = now + (lasting.pop(0) if lasting else 0.0)
        state = state.after_connection(ended)
        now = max(ended, state.next_at)
    return times


def most_in_a_minute(times: list[float]) -> int:
    return max(sum(0 <= other - time < 60 for other in times) for time in times)


def test_connections_that_end_at_once_are_opened_ten_times_a_minute_at_most() -> None:
    assert most_in_a_minute(opens([], until=600)) == 10


@given(st.lists(st.floats(0, 90), max_size=30))
def test_however_long_connections_last_any_minute_has_ten_opens_at_most(
    lasting: list[float],
) -> None:
    assert most_in_a_minute(opens(lasting, until=600)) <= 10


def test_the_next_open_is_never_far_when_slack_is_back() -> None:
    times = opens([], until=600)

    assert max(later - time for time, later in pairwise(times)) < 10


# (how long the last connection was up, seconds until the next may be opened)
@pytest.mark.parametrize(("up", "wait"), [(0, 1), (0.4, 0.6), (29, 0), (30, 0), (4000, 0)])
def test_after_a_stable_connection_the_next_is_opened_at_once(up: float, wait: float) -> None:
    state = Backoff().after_open(0).after_connection(up)

    assert max(0, state.next_at - up) == pytest.approx(wait)


def test_a_stable_connection_ends_the_growth_of_pauses() -> None:
    state = Backoff().after_open(0).after_open(1).after_open(3).after_open(7)

    assert state.after_connection(60).after_open(60).next_at == 61


# (what Slack or the network says to the first open, seconds until the second)
@pytest.mark.parametrize(
    ("error", "wait"),
    [
        (ConnectionError("the WebSocket did not open"), 1),
        (SlackUnavailable("away"), 1),
        (SlackError("no", "internal_error"), 1),
        # Slack's own wait, within reason
        (SlackTooFast("slower", "ratelimited", 30), 30),
        (SlackTooFast("slower", "ratelimited", 0), 1),
        (SlackTooFast("slower", "ratelimited", 86_400), 300),
    ],
)
def test_a_refusal_is_waited_for(error: Exception, wait: float) -> None:
    assert Backoff().after_open(0).after_refusal(error, 0).next_at == wait


def test_a_token_that_is_refused_is_tried_once_a_minute_in_the_end() -> None:
    state, now, waits = Backoff(), 0.0, []
    for _ in range(2000):  # a day and more: no number may grow too large
        state = state.after_open(now).after_refusal(SlackError("no", "invalid_auth"), now)
        waits.append(state.next_at - now)
        now = state.next_at

    assert waits[:7] == [2, 4, 8, 16, 32, 60, 60]
    assert set(waits[7:]) == {60}
