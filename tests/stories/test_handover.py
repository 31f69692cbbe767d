"""An incident is handed to someone else, or given back."""

import pytest

from tests.stories.scenario import OPS, Story, rendered_text

CRASHED = "RUNTIME_ERROR"


@pytest.fixture
def crashed(story: Story) -> Story:
    story.begin(team_a="RUNNING", team_b="RUNNING").stage("team-a", CRASHED, "boom").sweep()
    return story


def card(story: Story) -> str:
    (shown,) = story._cards_about("boom")
    return rendered_text(shown)


def test_released_incident_is_unassigned_and_reminds_again(crashed: Story) -> None:
    crashed.click("team-a", "I'm on it").click("team-a", "Release")

    assert "is on it" not in card(crashed)
    crashed.expect_ephemeral("unassigned")
    crashed.after(hours=4, minutes=4).expect_card("still needs attention")


def test_release_of_an_incident_without_an_owner_says_so(crashed: Story) -> None:
    crashed.type_command("release team-a").expect_ephemeral("No one was on team-a")


def test_handed_over_incident_names_its_new_owner_in_the_channel(crashed: Story) -> None:
    crashed.type_command("ack team-a <@UBEN|ben>", user="UTA")

    assert "<@UBEN> is on it" in card(crashed)
    posted = [message for message in crashed.slack.messages if "handed" in rendered_text(message)]
    assert [message.channel for message in posted] == [OPS]
    assert "<@UTA> handed *team-a* to <@UBEN>" in rendered_text(posted[0])


@pytest.mark.parametrize("channel", ["D1", "C0RANDOM"])
def test_a_handover_typed_elsewhere_is_announced_where_the_card_is(
    crashed: Story, channel: str
) -> None:
    crashed.type_command("ack team-a <@UBEN|ben>", channel=channel)

    posted = [message for message in crashed.slack.messages if "handed" in rendered_text(message)]
    assert sorted(message.channel for message in posted) == sorted([OPS, channel])


def test_a_handover_names_in_each_channel_what_has_a_card_there(crashed: Story) -> None:
    crashed.type_command("watch error team-b", channel="C1LAB")
    crashed.stage("team-b", CRASHED, "other").sweep().type_command("ack team-a team-b <@UBEN>")

    (lab,) = [
        shown
        for shown in crashed.slack.messages
        if shown.channel == "C1LAB" and "handed" in rendered_text(shown)
    ]
    assert "handed *team-b* to" in rendered_text(lab)


def test_ack_check_asks_the_new_owner(crashed: Story) -> None:
    crashed.type_command("ack team-a <@UBEN|ben>").after(hours=2, minutes=6)

    crashed.expect_reply("<@UBEN> Still working on *team-a*")


def test_ack_check_can_be_answered_by_a_release(crashed: Story) -> None:
    crashed.click("team-a", "I'm on it").after(hours=2, minutes=6)
    (question,) = crashed.slack.replies
    crashed.type_command(question.buttons["Release"])

    assert not question.buttons
    assert "unassigned" in rendered_text(question)
    assert "is on it" not in card(crashed)


def test_student_cannot_hand_over_or_release(crashed: Story) -> None:
    crashed.click("team-a", "I'm on it")
    crashed.type_command("release team-a", user="USTUDENT")
    crashed.type_command("ack team-a <@UBEN|ben>", user="USTUDENT")

    assert "<@UTA> is on it" in card(crashed)
