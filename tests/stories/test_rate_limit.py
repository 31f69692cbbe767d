"""A rate limit of the Hub isn't an outage: messages name it and when it ends."""

from datetime import timedelta

import pytest

from bot.errors import HubUnavailable, RateLimited
from tests.faults import fail, with_hub_fault
from tests.stories.scenario import Story

LIMITED = "Hugging Face is rate-limiting us until"


@pytest.fixture
def limited(story: Story) -> Story:
    """Return a story in which the Hub limits our calls for four minutes."""
    story.begin(team_a="RUNNING", team_b="SLEEPING").clock.tick(seconds=5)
    story.hub.outage = RateLimited(f"{LIMITED} 10:05:00 UTC.", story.clock.time + MINUTES)
    return story


MINUTES = timedelta(minutes=4)


@pytest.mark.parametrize("text", ["status", "status team-a", "info team-a", "url team-a"])
def test_a_read_answers_from_the_last_sweep_and_names_the_limit(limited: Story, text: str) -> None:
    limited.type_command(text).expect_ephemeral(f"{LIMITED} <!date^")
    limited.expect_ephemeral("team-a").expect_ephemeral("Last known status")
    message = limited.slack.ephemeral_messages[-1][1]
    assert "isn't responding" not in str(message.blocks)


def test_details_name_a_limit_that_begins_after_the_list(story: Story) -> None:
    story.begin(team_a="RUNNING")
    limit = RateLimited(f"{LIMITED} 10:05:00 UTC.", story.clock.time + MINUTES)
    assert story.bot
    refuse = fail(lambda: limit)
    story.bot = with_hub_fault(story.bot, "before details", refuse, is_permanent=True)

    story.type_command("info team-a").expect_ephemeral(f"{LIMITED} <!date^")


def test_a_read_before_the_first_sweep_names_the_limit(story: Story) -> None:
    story.hub.outage = RateLimited(f"{LIMITED} 10:05:00 UTC.", story.clock.time + MINUTES)
    story.restart().type_command("status").expect_ephemeral(LIMITED)


def test_an_act_during_a_limit_is_refused_with_its_end(limited: Story) -> None:
    limited.type_command("wake team-b").expect_ephemeral(f"{LIMITED} <!date^")
    limited.expect_cards(0)


def test_the_card_about_lost_sight_names_the_limit(limited: Story) -> None:
    limited.sweep().clock.tick(seconds=60)
    limited.sweep().expect_cards(1)
    limited.expect_card("rate-limiting", says="Alerts are paused until then")
    assert "Can't reach" not in str(limited.texts)

    limited.hub_up().sweep()
    limited.expect_cards(1).expect_card("no longer rate-limiting us")


def test_an_outage_after_a_limit_is_an_outage(limited: Story) -> None:
    limited.sweep().sweep()
    limited.hub.outage = HubUnavailable("It failed.")

    limited.sweep().expect_cards(1).expect_card("Can't reach")
