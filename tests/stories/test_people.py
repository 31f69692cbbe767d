"""Stories of people: mute, ack, reminders, watches and late clicks."""

import re

import pytest

from bot.model import Source
from bot.service.dependencies import Job
from tests.fakes import PostedMessage, RecordingTrigger
from tests.stories.scenario import Story, rendered_text

BROKEN = "RUNTIME_ERROR"


def broken(story: Story) -> Story:
    return story.begin(team_a="RUNNING", team_b="RUNNING").stage("team-a", BROKEN, "boom").sweep()


def in_channel(story: Story, channel: str) -> list[PostedMessage]:
    return [shown for shown in story.slack.messages if shown.channel == channel]


def reminders(story: Story, channel: str) -> list[PostedMessage]:
    return [
        shown
        for shown in in_channel(story, channel)
        if re.search("still needs? attention", shown.text)
    ]


def last_ephemeral_text(story: Story) -> str:
    """Return the text of the last ephemeral message."""
    return str(story.slack.ephemeral_messages[-1][1])


def test_a_mute_silences_pings_and_leaves_the_card_true(story: Story) -> None:
    broken(story).click("team-a", "Mute for 1 hour").expect_card("team-a", "muted until")
    story.stage("team-a", "RUNNING").sweep()
    story.expect_card("team-a", "recovered after").expect_no_reply().expect_pings(1)


def test_escalation_while_muted_is_an_edit(story: Story) -> None:
    story.begin(team_a="RUNNING").stage("team-a", "SLEEPING").sweep()
    story.click("team-a", "Mute for 1 hour").stage("team-a", BROKEN).sweep()
    story.expect_card("team-a", "crashed").expect_no_reply()


def test_incident_resolved_while_muted_is_never_posted(story: Story) -> None:
    story.begin(team_a="RUNNING").type_command("mute team-a for 1h")
    pings = story.pings
    story.stage("team-a", BROKEN).sweep().stage("team-a", "RUNNING").sweep().after(minutes=61)
    story.expect_pings(pings)


def test_incident_open_at_the_end_of_its_mute_is_posted(story: Story) -> None:
    story.begin(team_a="RUNNING").type_command("mute team-a for 1h").stage("team-a", BROKEN, "boom")
    story.sweep().after(minutes=50)
    assert not any("boom" in text for text in story.texts)
    story.after(minutes=12)
    assert sum("boom" in text for text in story.texts) == 1


def break_unposted(story: Story, mute: str) -> Story:
    """Break a Space while Slack takes no posts, and mute it before it does."""
    story.begin(team_a="RUNNING", team_b="RUNNING").slack_rejects("ratelimited")
    story.stage("team-a", BROKEN, "boom").sweep().slack_up()
    return story.ask(mute, "UTA", "C0OPS", Source.BUTTON)  # a click, which is not announced


def test_a_card_that_was_not_posted_before_the_mute_waits_for_its_end(story: Story) -> None:
    break_unposted(story, "mute team-a for 1h").after(minutes=58).expect_pings(0)
    story.after(minutes=4).expect_pings(1).expect_card("team-a", "boom")


def test_card_held_back_by_a_mute_is_posted_at_unmute(story: Story) -> None:
    break_unposted(story, "mute team-a for 1h").type_command("unmute team-a").expect_card(
        "crashed: boom"
    )


def test_incident_resolved_before_its_mute_ends_is_not_posted(story: Story) -> None:
    break_unposted(story, "mute team-a for 1h").after(minutes=5).stage("team-a", "RUNNING")
    story.after(hours=2).expect_pings(0)


def test_a_card_of_several_is_held_back_only_if_all_are_muted(story: Story) -> None:
    names = [f"team-{n}" for n in range(1, 5)]
    story.begin(**{f"team_{n}": "RUNNING" for n in range(1, 6)}).slack_rejects("ratelimited")
    story.stages(names, "SLEEPING").sweep().slack_up()
    story.ask("mute team-1..3 for 1h", "UTA", "C0OPS", Source.BUTTON).sweep()
    story.after(minutes=2).expect_pings(2).expect_card("4 Spaces asleep").expect_card("Muted")


def test_held_back_incident_is_reminded_four_hours_after_its_post(story: Story) -> None:
    break_unposted(story, "mute team-a for 5h").after(hours=5, minutes=4).expect_pings(1)
    story.after(hours=3, minutes=50).expect_pings(1)
    story.after(minutes=14).expect_pings(2).expect_card("still needs attention")


@pytest.mark.parametrize("request_text", ["mute team-a for 1h", "ack team-a"])
def test_unposted_escalation_of_an_acked_or_muted_incident_is_an_edit(
    story: Story, request_text: str
) -> None:
    story.begin(team_a="RUNNING").stage("team-a", "SLEEPING").sweep().slack_rejects("ratelimited")
    story.stage("team-a", BROKEN, "boom").sweep()
    assert story.bot
    story.slack.outage = None
    story.ask(request_text, "UTA", "C0OPS", Source.BUTTON).after(minutes=5)
    story.expect_card("team-a", "boom").expect_no_reply()


def test_unmute_triggers_a_sweep(story: Story, triggered: RecordingTrigger) -> None:
    story.begin(team_a="RUNNING").type_command("mute team-a for 5h")
    triggered.jobs.clear()
    story.type_command("unmute team-a")
    assert Job.SWEEP in triggered.jobs


def test_unmute_posts_held_back_incidents(story: Story) -> None:
    story.begin(team_a="RUNNING").type_command("mute team-a for 5h").stage("team-a", BROKEN, "boom")
    story.sweep().type_command("unmute team-a").sweep()
    assert sum("boom" in text for text in story.texts) == 1


def test_card_shows_an_expired_mute(story: Story) -> None:
    broken(story).click("team-a", "Mute for 1 hour").after(minutes=62)
    (card,) = story._cards_about("team-a")
    assert "muted until" not in str(card.message)


def test_a_mute_needs_a_time_and_offers_one(story: Story) -> None:
    story.begin(team_a="RUNNING").type_command("mute team-a").expect_ephemeral("For how long?")


def test_a_mute_keeps_its_reason(story: Story) -> None:
    broken(story).type_command("mute team-a for 2h because demo prep")
    (card,) = [card for card in story._cards_about("team-a") if "crashed" in card.text]
    assert "demo prep" in str(card.message)


def test_ack_shows_its_owner_and_silences_pings(story: Story) -> None:
    broken(story).click("team-a", "I'm on it").expect_card("team-a", "<@UTA> is on it")
    story.stage("team-a", "RUNNING").sweep().expect_card("team-a", "recovered").expect_pings(1)


def test_ack_is_checked_after_two_hours(story: Story) -> None:
    broken(story).click("team-a", "I'm on it").after(hours=1, minutes=55).expect_no_reply()
    story.after(minutes=8).expect_reply("Still working on").expect_pings(2)


def test_ack_check_waits_for_the_end_of_a_mute(story: Story) -> None:
    broken(story).click("team-a", "I'm on it").click("team-a", "Mute for 12 hours")
    story.after(hours=3).expect_no_reply().expect_card("team-a", "<@UTA> is on it")
    story.click("team-a", "Unmute").after(minutes=4).expect_reply("Still working on").expect_pings(
        2
    )


def test_ack_check_omits_muted_spaces(story: Story) -> None:
    story.begin(team_a="RUNNING", team_b="RUNNING").stages(["team-a", "team-b"], "RUNTIME_ERROR")
    story.sweep().type_command("ack team-a team-b").click("team-a", "Mute for 12 hours")
    story.after(hours=2, minutes=6).expect_reply("Still working on *team-b* (crashed)?")


def test_unanswered_ack_check_clears_the_ack(story: Story) -> None:
    broken(story).click("team-a", "I'm on it").after(hours=2, minutes=40)
    story.expect_reply("unassigned; reminders resume")
    (card,) = story._cards_about("team-a")
    assert ":raised_hand:" not in str(card.message)


def test_unposted_ack_check_keeps_the_ack(story: Story) -> None:
    broken(story).click("team-a", "I'm on it").after(hours=1, minutes=50).slack_down()
    story.after(minutes=60).slack_up().after(minutes=25)
    story.expect_reply("Still working on").expect_card("team-a", "<@UTA> is on it")
    story.after(minutes=10).expect_reply("unassigned; reminders resume")


def test_ack_expires_after_a_day_without_a_check(story: Story) -> None:
    story.poll *= 10
    broken(story).click("team-a", "I'm on it").after(hours=1).slack_down().after(hours=25)
    story.slack_up().after(minutes=20).expect_no_reply()
    (card,) = [card for card in story._cards() if card.text == "team-a crashed: boom"]
    assert ":raised_hand:" not in str(card.message)


def test_ack_check_of_a_deleted_card_is_posted_in_the_channel(story: Story) -> None:
    story.poll *= 5
    broken(story).click("team-a", "I'm on it")
    for _ in range(2):
        story.delete_card("boom").after(minutes=55)
    story.after(minutes=20).expect_card("Still working on *team-a*").expect_no_reply()


def test_answered_ack_check_keeps_the_ack(story: Story) -> None:
    broken(story).click("team-a", "I'm on it").after(hours=2, minutes=5).type_command("ack team-a")
    story.after(minutes=45).expect_card("team-a", "<@UTA> is on it").expect_reply("is on *team-a*")


TEAMS = [f"team-{n}" for n in range(1, 15)]


def make_group(story: Story, stage: str = "SLEEPING") -> Story:
    story.begin(**{f"team_{n}": "RUNNING" for n in range(1, 16)})
    return story.stages(TEAMS, stage).sweep()


def test_ack_of_a_group_is_checked_once_in_its_thread(story: Story) -> None:
    make_group(story).type_command("ack team-1..14").after(hours=2, minutes=6).expect_pings(2)
    story.expect_reply("Still working on *team-1..14*?")
    (question,) = story.slack.replies
    assert question.buttons == {
        "Still on all 14": "ack team-1..14",
        "Release": "release team-1..14",
    }


def test_ack_over_several_cards_is_checked_once_in_the_channel(
    story: Story,
) -> None:
    broken(story).stage("team-b", "SLEEPING").sweep().type_command("ack team-a team-b")
    story.after(hours=2, minutes=6).expect_pings(3).expect_no_reply()
    story.expect_card(
        "Still working on *team-a and team-b*?", buttons="ack team-a team-b release team-a team-b"
    )


def test_each_ack_owner_is_checked_separately(story: Story) -> None:
    broken(story).stage("team-b", BROKEN, "bang").sweep().type_command("ack team-a")
    story.type_command("ack team-b", user="ULEAD").after(hours=2, minutes=6)
    story.expect_reply("<@UTA> Still working on *team-a*")
    story.expect_reply("<@ULEAD> Still working on *team-b*")


def test_ack_check_is_updated_as_incidents_recover(story: Story) -> None:
    make_group(story).type_command("ack team-1..14").after(hours=2, minutes=6)
    story.stages(TEAMS[:12], "RUNNING").sweep()
    (question,) = story.slack.replies
    assert question.buttons == {
        "Still on all 2": "ack team-13 team-14",
        "Release": "release team-13 team-14",
    }
    assert "team-1..12* have recovered" in rendered_text(question)
    story.stages(TEAMS, "RUNNING").sweep()
    assert question.text == "team-1..14 have recovered"
    assert not question.buttons


def test_ack_check_button_renews_all_acks(story: Story) -> None:
    make_group(story).type_command("ack team-1..14").after(hours=2, minutes=6)
    (question,) = story.slack.replies
    story.type_command(question.buttons["Still on all 14"], user="ULEAD").after(minutes=40)
    assert "<@ULEAD> is on *team-1..14*" in rendered_text(question)
    story.expect_card("14 Spaces asleep", "<@ULEAD> is on it")
    story.expect_pings(2)


def test_unanswered_ack_check_clears_remaining_acks(story: Story) -> None:
    make_group(story).type_command("ack team-1..14").after(hours=2, minutes=6).type_command(
        "ack team-1"
    )
    story.stage("team-2", "RUNNING").sweep().after(minutes=34).expect_pings(2)
    (question,) = story.slack.replies
    assert "team-3..14 are unassigned; reminders resume" in rendered_text(question)
    assert "<@UTA> is on *team-1*" in rendered_text(question)
    assert "*team-2* has recovered" in rendered_text(question)
    assert not question.buttons


def test_each_renewed_ack_is_checked_again(story: Story) -> None:
    broken(story).click("team-a", "I'm on it").after(hours=2, minutes=6).type_command("ack team-a")
    story.after(hours=2, minutes=6).expect_pings(3).expect_reply("Still working on")


def test_long_ack_check_is_answered_by_its_token(story: Story) -> None:
    story.poll *= 5
    names = [f"{'a' * 40}-{n}x" for n in range(60)]
    for name in names:
        story.hub.put(f"acme/{name}", "RUNNING")
    story.begin().stages(names, "SLEEPING").sweep().type_command("ack all").after(
        hours=2, minutes=10
    )
    (question,) = story.slack.replies
    story.stage(names[0], "RUNNING").sweep().type_command(question.buttons["Still on all 59"])
    story.after(minutes=40).expect_ephemeral("and 54 more")
    assert "unassigned; reminders resume" not in rendered_text(question)


def test_an_ack_of_nothing_says_so(story: Story) -> None:
    story.begin(team_a="RUNNING").type_command("ack team-a").expect_ephemeral("No open alert")


def test_click_on_a_resolved_card_does_no_harm(story: Story) -> None:
    broken(story)
    (card,) = story._cards_about("team-a")
    old = card.buttons["Restart"]
    story.stage("team-a", "RUNNING").sweep().type_command(old)
    assert not story.hub.writes  # a running Space is restarted only after a confirmation


@pytest.mark.parametrize(
    ("label", "expected"),
    [
        ("Why", "Hugging Face no longer has this Space|ooking it up found nothing"),
        ("I'm on it", "You've got"),
        ("Mute for 1 hour", "muted"),
    ],
)
def test_every_button_works_for_a_deleted_space(story: Story, label: str, expected: str) -> None:
    story.begin(team_a="RUNNING", team_b="RUNNING").remove("team-a").sweep().sweep()
    (card,) = story._cards_about("team-a")
    assert "status team-a" not in rendered_text(card)
    story.click("team-a", label)
    reply = last_ephemeral_text(story)
    assert any(part in reply for part in expected.split("|"))


def test_mute_of_a_deleted_space_can_be_removed(story: Story) -> None:
    story.begin(team_a="RUNNING", team_b="RUNNING").remove("team-a").sweep().sweep()
    story.click("team-a", "Mute for 1 hour").expect_card("team-a", "muted until")
    story.click("team-a", "Unmute")
    (card,) = story._cards_about("team-a")
    assert "muted until" not in rendered_text(card)


def test_deleted_space_has_no_wake_and_no_status(story: Story) -> None:
    story.begin(team_a="RUNNING", team_b="RUNNING").remove("team-a").sweep().sweep()
    story.type_command("wake team-a").expect_ephemeral("There's no Space called")
    story.type_command("status team-a").expect_ephemeral("There's no Space called")


def test_a_viewer_may_not_mute(story: Story) -> None:
    broken(story).click("team-a", "Mute for 1 hour", user="USTUDENT")
    story.expect_ephemeral("You can't use `mute`")


def test_still_broken_after_four_hours_is_one_reminder(story: Story) -> None:
    broken(story).stage("team-b", BROKEN, "bang").sweep().after(hours=3, minutes=58)
    story.expect_pings(2)
    story.after(minutes=5).expect_pings(3).expect_card("team-a and team-b still need attention")


def test_reminders_end_after_three(story: Story) -> None:
    story.poll *= 60
    broken(story).after(hours=30).expect_pings(4)


def test_reminder_counts_from_the_first_post(story: Story) -> None:
    story.begin(team_a="RUNNING").type_command("mute team-a for 5h").stage("team-a", BROKEN, "boom")
    story.sweep().after(hours=5, minutes=4).expect_card("crashed: boom")
    pings = story.pings
    story.after(hours=3, minutes=50).expect_pings(pings)
    story.after(minutes=10).expect_pings(pings + 1).expect_card("still needs attention")


def test_each_channel_has_its_own_reminders_three_of_them_at_the_most(story: Story) -> None:
    story.poll *= 5
    story.begin(team_a="RUNNING", team_b="RUNNING").type_command(
        "watch error team-b", channel="C1LAB"
    )
    story.stage("team-a", BROKEN, "boom").sweep().after(minutes=90)
    story.stage("team-b", BROKEN, "bang").sweep()
    for number in (1, 2, 3, 3):  # no fourth reminder
        story.after(hours=4, minutes=6)
        assert len(reminders(story, "C1LAB")) == number


def test_unwatched_channel_gets_no_reminder(story: Story) -> None:
    story.poll *= 5
    story.begin(team_a="RUNNING", team_b="RUNNING").type_command("watch error", channel="C1LAB")
    story.stage("team-a", BROKEN, "boom").sweep().type_command("unwatch", channel="C1LAB")
    story.after(hours=4, minutes=10)
    assert (len(reminders(story, "C1LAB")), len(reminders(story, "C0OPS"))) == (0, 1)


def test_unwatched_channel_gets_no_group_recovery_reply(story: Story) -> None:
    story.begin(**{f"team_{n}": "RUNNING" for n in range(1, 6)})
    story.type_command("watch sleeping", channel="C1LAB").stages(TEAMS[:4], "SLEEPING").sweep()
    story.stage(TEAMS[0], "RUNNING").sweep().type_command("unwatch", channel="C1LAB")
    story.stages(TEAMS[:4], "RUNNING").sweep()
    assert [reply.channel for reply in story.slack.replies] == ["C0OPS"]


def test_reminder_shows_the_age_of_the_oldest_incident(story: Story) -> None:
    story.poll *= 5
    story.begin(team_a="RUNNING", team_b="RUNNING").stage("team-a", BROKEN, "boom").sweep()
    story.after(minutes=100).stage("team-b", BROKEN, "bang").sweep().after(hours=2, minutes=25)
    story.expect_card("team-a and team-b still need attention", "longest 4 h")
    story.stage("team-a", "RUNNING").sweep().expect_card("team-b still needs attention")


def test_reminder_is_updated_as_incidents_recover(story: Story) -> None:
    broken(story).after(hours=4, minutes=4).stage("team-a", "RUNNING").sweep()
    story.expect_card("resolved", buttons="")


@pytest.mark.parametrize("tap", ["I'm on it", "Mute for 12 hours"])
def test_reminder_omits_muted_and_acked_spaces(story: Story, tap: str) -> None:
    broken(story).after(hours=3, minutes=50).click("team-a", tap).after(minutes=30)
    story.expect_pings(1)


def test_watching_channel_gets_only_its_spaces(story: Story) -> None:
    story.begin(team_a="RUNNING", lab_1="RUNNING").type_command(
        "watch error lab-*", channel="C1LAB"
    )
    pings = story.pings
    story.stage("lab-1", BROKEN, "boom").sweep()
    story.expect_card("lab-1", "boom").expect_pings(pings + 2)
    story.stage("team-a", BROKEN).sweep().expect_no_card("team-a", channel="C1LAB")


def test_new_watch_posts_current_problems(story: Story) -> None:
    broken(story).type_command("watch error team-*", channel="C1LAB").sweep()
    assert sum(card.channel == "C1LAB" and "boom" in card.text for card in story._cards()) == 1


def test_watch_filters_by_problem_kind(story: Story) -> None:
    story.begin(team_a="RUNNING").type_command("watch error", channel="C1LAB")
    story.stage("team-a", "SLEEPING").sweep().expect_no_card("asleep", channel="C1LAB")
    story.stage("team-a", BROKEN, "boom").sweep().expect_card("boom", channel="C1LAB")


def test_unwatch_stops_new_cards(story: Story) -> None:
    story.begin(team_a="RUNNING").type_command("watch error", channel="C1LAB")
    story.type_command("unwatch", channel="C1LAB").stage("team-a", BROKEN, "boom").sweep()
    story.expect_no_card("boom", channel="C1LAB").expect_card("boom")


def test_unwatched_channel_keeps_correct_cards_without_pings(
    story: Story,
) -> None:
    story.poll *= 5
    story.begin(team_a="RUNNING", team_b="RUNNING").type_command(
        "watch error sleeping", channel="C1LAB"
    )
    story.stage("team-a", "SLEEPING").sweep().type_command("unwatch", channel="C1LAB")
    before = len(in_channel(story, "C1LAB"))
    story.after(hours=4, minutes=10).stage("team-a", BROKEN, "boom").sweep()
    assert len(in_channel(story, "C1LAB")) == before  # no reminder and no escalation reply
    story.expect_card("team-a crashed: boom", channel="C1LAB")
    story.stage("team-a", "RUNNING").sweep().expect_card("team-a recovered", channel="C1LAB")
    assert len(in_channel(story, "C1LAB")) == before


def test_group_card_in_an_unwatched_channel_is_edited_silently(story: Story) -> None:
    names = [f"team-{n}" for n in range(1, 5)]
    story.begin(**{f"team_{n}": "RUNNING" for n in range(1, 6)})
    story.type_command("watch sleeping", channel="C1LAB").stages(names, "SLEEPING").sweep()
    story.type_command("unwatch", channel="C1LAB")
    before = len(in_channel(story, "C1LAB"))
    story.stage("team-1", BROKEN, "boom").sweep().expect_card("4 Spaces", channel="C1LAB")
    story.stages(names, "RUNNING").sweep().expect_card(
        "All 4 resolved", "5/5 running", channel="C1LAB"
    )
    assert len(in_channel(story, "C1LAB")) == before


def test_unrouted_problem_closes_silently(
    story: Story,
) -> None:
    story.environ["SPACEBOT_ALERT_ON"] = "error"
    story.begin(team_a="RUNNING").type_command("watch sleeping", channel="C1LAB")
    story.stage("team-a", "SLEEPING").sweep().type_command("unwatch", channel="C1LAB").after(
        minutes=3
    )
    says = "still asleep, but no channel gets alerts for it"
    story.expect_card("team-a", says, channel="C1LAB", buttons="").expect_no_reply()


def test_narrowed_settings_close_unrouted_incidents(story: Story) -> None:
    names = [f"team-{n}" for n in range(1, 5)]
    story.begin(**{name.replace("-", "_"): "RUNNING" for name in names})
    story.stages(names, "SLEEPING").sweep()
    story.environ["SPACEBOT_ALERT_ON"] = "error"
    story.restart().after(minutes=3).expect_pings(1).expect_no_reply()
    story.expect_card(":white_circle:", "All 4 still asleep, but no channel", buttons="")


def test_watch_from_settings_cannot_be_removed_in_slack(story: Story) -> None:
    story.begin(team_a="RUNNING").type_command("unwatch")
    story.expect_ephemeral("SPACEBOT_ALERT_ON")


def test_watches_lists_channels_and_problems(story: Story) -> None:
    story.begin(team_a="RUNNING").type_command("watch broken team-a", channel="C1LAB").type_command(
        "watches all"
    )
    reply = str(story.slack.ephemeral_messages[-1][1].blocks)
    assert "`failed`, `team-a`" in reply
    assert "(default)" in reply


def test_a_watch_of_the_alert_channel_by_its_id_is_the_same_channel(story: Story) -> None:
    story.begin(team_a="RUNNING").type_command("watch error")
    pings = story.pings
    story.stage("team-a", BROKEN, "boom").sweep().expect_pings(pings + 1)


def test_watch_of_a_deleted_space_does_no_harm(
    story: Story,
) -> None:
    story.begin(team_a="RUNNING", team_b="RUNNING")
    story.type_command("watch error team-a", channel="C1LAB").remove("team-a").sweep().after(
        minutes=3
    )
    story.stage("team-b", BROKEN, "boom").sweep().expect_card("team-b", "boom")
