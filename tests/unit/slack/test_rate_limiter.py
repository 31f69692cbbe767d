"""The rate limiter: a burst of posts per channel, and the pauses that Slack asks for."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.cards import DeliveryAction
from bot.slack.rate_limiter import BURST_SIZE, SlackRateLimiter

NOW = datetime(2026, 3, 2, 10, tzinfo=UTC)
POST, UPDATE = DeliveryAction.POST, DeliveryAction.UPDATE


def after(seconds: float) -> datetime:
    return NOW + timedelta(seconds=seconds)


def test_a_channel_takes_a_burst_and_then_one_post_a_second_on_average() -> None:
    limiter = SlackRateLimiter()

    assert [limiter.try_acquire(POST, "C1", NOW) for _ in range(BURST_SIZE + 1)] == [
        *[True] * BURST_SIZE,
        False,
    ]
    assert not limiter.try_acquire(POST, "C1", after(BURST_SIZE - 0.1))
    assert limiter.try_acquire(POST, "C1", after(BURST_SIZE))
    assert limiter.try_acquire(POST, "C2", NOW), "each channel has its own limit"
    assert limiter.try_acquire(UPDATE, "C1", NOW), "edits are not counted"


@pytest.mark.parametrize(
    ("action", "channel", "allowed"),
    [(POST, "C1", False), (POST, "C2", True), (UPDATE, "C1", True)],
)
def test_a_pause_of_posts_is_for_its_channel(
    action: DeliveryAction, channel: str, *, allowed: bool
) -> None:
    limiter = SlackRateLimiter()
    limiter.block_until(POST, "C1", after(7))

    assert limiter.try_acquire(action, channel, after(6)) is allowed
    assert limiter.try_acquire(action, channel, after(7))


def test_a_pause_of_edits_is_for_every_channel() -> None:
    limiter = SlackRateLimiter()
    limiter.block_until(UPDATE, "C1", after(7))

    assert not limiter.try_acquire(UPDATE, "C2", after(6))
    assert limiter.try_acquire(POST, "C1", after(6))


def test_only_a_change_of_the_leader_is_a_new_epoch() -> None:
    limiter = SlackRateLimiter()

    assert [limiter.is_new_epoch(epoch) for epoch in (1, 1, 2, 2)] == [True, False, True, False]
