"""A new Space without files is empty, not broken; one that lost its app is a problem."""

from datetime import timedelta

import pytest

from tests.stories.scenario import Story, rendered_text


def empty(story: Story) -> Story:
    """Let an empty Space appear beside a running one."""
    return story.begin(team_a="RUNNING").stage("team-b", "NO_APP_FILE").sweep()


def test_a_new_empty_space_is_no_problem_however_long_it_stays_empty(story: Story) -> None:
    story.poll = timedelta(hours=1)
    empty(story).after(hours=30).expect_cards(0)


def test_a_space_that_was_empty_at_the_first_scan_is_no_problem(story: Story) -> None:
    story.begin(team_a="RUNNING", team_b="NO_APP_FILE").expect_cards(0)
    (initial,) = story.slack.cards
    assert "1 empty · 1 running" in initial.text


def test_a_space_whose_first_upload_has_no_app_file_is_still_empty(story: Story) -> None:
    empty(story).stage("team-b", "BUILDING").sweep()
    story.stage("team-b", "NO_APP_FILE").after(minutes=15).expect_cards(0)


@pytest.mark.parametrize("before", ["RUNNING", "SLEEPING", "BUILD_ERROR"])
def test_a_space_that_lost_its_app_file_is_a_problem(story: Story, before: str) -> None:
    story.begin(team_a="RUNNING", team_b="RUNNING").stage("team-b", before).sweep()
    story.stage("team-b", "NO_APP_FILE").sweep()

    story.expect_card("team-b", "no app file", buttons="upload team-b status team-b")


def test_an_app_is_remembered_across_a_restart_of_the_bot(story: Story) -> None:
    empty(story).stage("team-b", "RUNNING").sweep().kill().restart()
    story.stage("team-b", "BUILDING").sweep().stage("team-b", "NO_APP_FILE").sweep()

    story.expect_card("team-b", "no app file")


def test_status_counts_it_as_empty_and_offers_no_repair(story: Story) -> None:
    empty(story).type_command("status").expect_ephemeral("1 empty · 1 running")
    message = story.slack.ephemeral_messages[-1][1]
    assert "rebuild" not in str(message.blocks)


def test_details_offer_the_upload_and_the_page(story: Story) -> None:
    empty(story).type_command("status team-b").expect_ephemeral("upload team-b")
    shown = str(story.slack.ephemeral_messages[-1][1].blocks)
    assert "<https://huggingface.co/spaces/acme/team-b|team-b>" in shown
    assert not [
        verb for verb in ("restart", "rebuild", "pause", "wake") if f"{verb} team-b" in shown
    ]


def test_why_says_that_it_is_empty(story: Story) -> None:
    empty(story).type_command("why team-b").expect_ephemeral("No alert: it's empty so far")


def test_the_word_empty_selects_it_and_failed_does_not(story: Story) -> None:
    empty(story).stage("team-a", "RUNTIME_ERROR", "boom").sweep()
    story.type_command("status empty").expect_ephemeral("team-b")
    story.type_command("status failed").expect_ephemeral("team-a")
    assert "team-b" not in str(story.slack.ephemeral_messages[-1][1].blocks)


@pytest.mark.parametrize("text", ["restart failed", "rebuild all", "wake all", "restart team-b"])
def test_power_commands_leave_it_alone(story: Story, text: str) -> None:
    empty(story).stage("team-a", "RUNTIME_ERROR", "boom").sweep().type_command(text)
    story.type_command("confirm 1").advance()

    assert [id for _, id in story.hub.writes if id == "acme/team-b"] == []


def test_a_named_one_is_refused_with_the_reason(story: Story) -> None:
    empty(story).type_command("wake team-b")
    story.expect_ephemeral("Nothing to wake: team-b is empty (upload files first).")


def test_the_card_of_its_creation_leads_to_the_upload_and_the_page(story: Story) -> None:
    story.begin(team_a="RUNNING").type_command("create team-x gradio private", user="ULEAD")
    story.type_command("confirm 1", user="ULEAD").advance().advance()
    (card,) = story._cards_about("team-x")
    text = rendered_text(card)
    assert card.buttons["Upload files"] == "upload team-x"
    assert "<https://huggingface.co/spaces/acme/team-x|Open on Hugging Face>" in text
    assert "failed" not in text
