"""Stories of people: mute, ack, reminders, watches, and taps that come late."""

import pytest

from bot.model import Source
from bot.service.parts import Job
from tests.alerts.timeline import Timeline, words
from tests.fakes import Nudges, Shown

BROKEN = "RUNTIME_ERROR"


def broken(story: Timeline) -> Timeline:
    return story.begin(team_a="RUNNING", team_b="RUNNING").stage("team-a", BROKEN, "boom").sweep()


def in_channel(story: Timeline, channel: str) -> list[Shown]:
    return [shown for shown in story.slack.shown if shown.channel == channel]


def reminders(story: Timeline, channel: str) -> list[Shown]:
    return [shown for shown in in_channel(story, channel) if "still in trouble" in shown.text]


def words_of(story: Timeline) -> str:
    """Return what the last whisper says."""
    return str(story.slack.whispers[-1][1])


def test_a_mute_silences_pings_and_leaves_the_card_true(story: Timeline) -> None:
    broken(story).tap("team-a", "Mute for 1 hour").expect_card("team-a", "muted until")
    story.stage("team-a", "RUNNING").sweep()
    story.expect_card("team-a", "fixed after").expect_no_reply().expect_pings(1)


def test_worse_while_muted_is_an_edit(story: Timeline) -> None:
    story.begin(team_a="RUNNING").stage("team-a", "SLEEPING").sweep()
    story.tap("team-a", "Mute for 1 hour").stage("team-a", BROKEN).sweep()
    story.expect_card("team-a", "crashed").expect_no_reply()


def test_trouble_that_begins_and_ends_while_muted_is_never_told(story: Timeline) -> None:
    story.begin(team_a="RUNNING").says("mute team-a for 1h")
    pings = story.pings
    story.stage("team-a", BROKEN).sweep().stage("team-a", "RUNNING").sweep().after(minutes=61)
    story.expect_pings(pings)


def test_trouble_that_outlasts_the_mute_is_told_when_it_ends(story: Timeline) -> None:
    story.begin(team_a="RUNNING").says("mute team-a for 1h").stage("team-a", BROKEN, "boom")
    story.sweep().after(minutes=50)
    assert not any("boom" in text for text in story.texts)
    story.after(minutes=12)
    assert sum("boom" in text for text in story.texts) == 1


def unposted(story: Timeline, mute: str) -> Timeline:
    """Break a Space while Slack takes no posts, and mute it before it does."""
    story.begin(team_a="RUNNING", team_b="RUNNING").slack_says("ratelimited")
    story.stage("team-a", BROKEN, "boom").sweep().slack_up()
    return story.ask(mute, "UTA", "C0OPS", Source.BUTTON)  # a tap: nothing is said aloud


def test_a_card_that_was_not_posted_before_the_mute_waits_for_its_end(story: Timeline) -> None:
    unposted(story, "mute team-a for 1h").after(minutes=58).expect_pings(0)
    story.after(minutes=4).expect_pings(1).expect_card("team-a", "boom")


def test_a_card_that_a_mute_has_held_back_is_posted_at_unmute(story: Timeline) -> None:
    unposted(story, "mute team-a for 1h").says("unmute team-a").expect_card("crashed: boom")


def test_what_is_over_before_its_mute_ends_was_never_told(story: Timeline) -> None:
    unposted(story, "mute team-a for 1h").after(minutes=5).stage("team-a", "RUNNING")
    story.after(hours=2).expect_pings(0)


def test_a_card_of_several_is_held_back_only_if_all_are_muted(story: Timeline) -> None:
    names = [f"team-{n}" for n in range(1, 5)]
    story.begin(**{f"team_{n}": "RUNNING" for n in range(1, 6)}).slack_says("ratelimited")
    story.stages(names, "SLEEPING").sweep().slack_up()
    story.ask("mute team-1..3 for 1h", "UTA", "C0OPS", Source.BUTTON).sweep()
    story.after(minutes=2).expect_pings(2).expect_card("4 of 5 asleep").expect_card("Muted")


def test_what_was_held_back_is_reminded_of_four_hours_after_it_was_told(story: Timeline) -> None:
    story.poll *= 2
    unposted(story, "mute team-a for 5h").after(hours=8, minutes=50).expect_pings(1)
    story.after(minutes=14).expect_pings(2).expect_card("still in trouble")


@pytest.mark.parametrize("wish", ["mute team-a for 1h", "ack team-a"])
def test_worse_that_was_not_said_before_somebody_took_or_muted_it_is_an_edit(
    story: Timeline, wish: str
) -> None:
    story.begin(team_a="RUNNING").stage("team-a", "SLEEPING").sweep().slack_says("ratelimited")
    story.stage("team-a", BROKEN, "boom").sweep()
    assert story.bot
    story.slack.trouble = None
    story.ask(wish, "UTA", "C0OPS", Source.BUTTON).after(minutes=5)
    story.expect_card("team-a", "boom").expect_no_reply()


def test_unmute_looks_at_once(story: Timeline, nudges: Nudges) -> None:
    story.begin(team_a="RUNNING").says("mute team-a for 5h")
    nudges.asked.clear()
    story.says("unmute team-a")
    assert Job.SWEEP in nudges.asked


def test_unmute_tells_what_was_held_back(story: Timeline) -> None:
    story.begin(team_a="RUNNING").says("mute team-a for 5h").stage("team-a", BROKEN, "boom")
    story.sweep().says("unmute team-a").sweep()
    assert sum("boom" in text for text in story.texts) == 1


def test_the_card_says_when_a_mute_has_run_out(story: Timeline) -> None:
    broken(story).tap("team-a", "Mute for 1 hour").after(minutes=62)
    (card,) = story._about("team-a")
    assert "muted until" not in str(card.message)


def test_a_mute_needs_a_time_and_offers_one(story: Timeline) -> None:
    story.begin(team_a="RUNNING").says("mute team-a").expect_whisper("For how long?")


def test_a_mute_keeps_its_reason(story: Timeline) -> None:
    broken(story).says("mute team-a for 2h because demo prep")
    (card,) = [card for card in story._about("team-a") if "crashed" in card.text]
    assert "demo prep" in str(card.message)


def test_an_ack_names_who_is_on_it_and_silences_pings(story: Timeline) -> None:
    broken(story).tap("team-a", "I am on it").expect_card("team-a", "<@UTA> is on it")
    story.stage("team-a", "RUNNING").sweep().expect_card("team-a", "fixed").expect_pings(1)


def test_an_ack_is_asked_again_after_two_hours(story: Timeline) -> None:
    story.poll *= 2
    broken(story).tap("team-a", "I am on it").after(hours=1, minutes=55).expect_no_reply()
    story.after(minutes=8).expect_reply("are you still on").expect_pings(2)


def test_what_is_muted_is_asked_about_when_its_mute_ends(story: Timeline) -> None:
    story.poll *= 2
    broken(story).tap("team-a", "I am on it").tap("team-a", "Mute for 12 hours")
    story.after(hours=3).expect_no_reply().expect_card("team-a", "<@UTA> is on it")
    story.tap("team-a", "Unmute").after(minutes=4).expect_reply("are you still on").expect_pings(2)


def test_of_what_was_taken_at_once_only_what_is_not_muted_is_asked_about(story: Timeline) -> None:
    story.poll *= 2
    story.begin(team_a="RUNNING", team_b="RUNNING").stages(["team-a", "team-b"], "RUNTIME_ERROR")
    story.sweep().says("ack team-a team-b").tap("team-a", "Mute for 12 hours")
    story.after(hours=2, minutes=6).expect_reply("are you still on *team-b* (crashed)?")


def test_an_unanswered_question_takes_the_ack_away(story: Timeline) -> None:
    story.poll *= 2
    broken(story).tap("team-a", "I am on it").after(hours=2, minutes=40)
    story.expect_reply("nobody's again")
    (card,) = story._about("team-a")
    assert ":raised_hand:" not in str(card.message)


def test_a_question_that_could_not_be_read_takes_no_ack_away(story: Timeline) -> None:
    story.poll *= 2
    broken(story).tap("team-a", "I am on it").after(hours=1, minutes=50).slack_down()
    story.after(minutes=60).slack_up().after(minutes=25)
    story.expect_reply("are you still on").expect_card("team-a", "<@UTA> is on it")
    story.after(minutes=10).expect_reply("nobody's again")


def test_an_ack_does_not_outlast_a_day_in_which_nobody_could_be_asked(story: Timeline) -> None:
    story.poll *= 10
    broken(story).tap("team-a", "I am on it").after(hours=1).slack_down().after(hours=25)
    story.slack_up().after(minutes=20).expect_no_reply()
    (card,) = [card for card in story._cards() if card.text == "team-a crashed: boom"]
    assert ":raised_hand:" not in str(card.message)


def test_a_question_below_a_card_that_was_deleted_is_asked_in_the_channel(story: Timeline) -> None:
    story.poll *= 5
    broken(story).tap("team-a", "I am on it")
    for _ in range(2):
        story.delete_card("boom").after(minutes=55)
    story.after(minutes=20).expect_card("still on *team-a*").expect_no_reply()


def test_an_answered_question_keeps_it(story: Timeline) -> None:
    story.poll *= 2
    broken(story).tap("team-a", "I am on it").after(hours=2, minutes=5).says("ack team-a")
    story.after(minutes=45).expect_card("team-a", "<@UTA> is on it").expect_reply("is on *team-a*")


TEAMS = [f"team-{n}" for n in range(1, 15)]


def herd(story: Timeline, stage: str = "SLEEPING") -> Timeline:
    story.poll *= 2
    story.begin(**{f"team_{n}": "RUNNING" for n in range(1, 16)})
    return story.stages(TEAMS, stage).sweep()


def test_who_took_a_group_is_asked_once_in_its_thread(story: Timeline) -> None:
    herd(story).says("ack team-1..14").after(hours=2, minutes=6).expect_pings(2)
    story.expect_reply("are you still on *team-1..14*?")
    (question,) = story.slack.replies
    assert question.buttons == {"Still on all 14": "ack team-1..14"}


def test_who_took_what_stands_on_several_cards_is_asked_once_in_the_channel(
    story: Timeline,
) -> None:
    story.poll *= 2
    broken(story).stage("team-b", "SLEEPING").sweep().says("ack team-a team-b")
    story.after(hours=2, minutes=6).expect_pings(3).expect_no_reply()
    story.expect_card("still on *team-a and team-b*?", buttons="ack team-a team-b")


def test_two_who_took_one_each_are_asked_one_each(story: Timeline) -> None:
    story.poll *= 2
    broken(story).stage("team-b", BROKEN, "bang").sweep().says("ack team-a")
    story.says("ack team-b", user="ULEAD").after(hours=2, minutes=6)
    story.expect_reply("<@UTA> are you still on *team-a*")
    story.expect_reply("<@ULEAD> are you still on *team-b*")


def test_a_question_stays_true_as_they_recover_and_ends_without_a_button(story: Timeline) -> None:
    herd(story).says("ack team-1..14").after(hours=2, minutes=6)
    story.stages(TEAMS[:12], "RUNNING").sweep()
    (question,) = story.slack.replies
    assert question.buttons == {"Still on all 2": "ack team-13 team-14"}
    assert "team-1..12* are over" in words(question)
    story.stages(TEAMS, "RUNNING").sweep()
    assert question.text == "team-1..14 are over"
    assert not question.buttons


def test_the_button_of_a_question_takes_all_of_them_again(story: Timeline) -> None:
    herd(story).says("ack team-1..14").after(hours=2, minutes=6)
    (question,) = story.slack.replies
    story.says(question.buttons["Still on all 14"], user="ULEAD").after(minutes=40)
    assert "<@ULEAD> is on *team-1..14*" in words(question)
    story.expect_card("14 of 15 asleep", "<@ULEAD> is on it")
    story.expect_pings(2)


def test_who_is_left_of_a_question_is_nobodys_after_half_an_hour(story: Timeline) -> None:
    herd(story).says("ack team-1..14").after(hours=2, minutes=6).says("ack team-1")
    story.stage("team-2", "RUNNING").sweep().after(minutes=34).expect_pings(2)
    (question,) = story.slack.replies
    assert "team-3..14 are nobody's again" in words(question)
    assert "<@UTA> is on *team-1*" in words(question)
    assert "*team-2* is over" in words(question)
    assert not question.buttons


def test_each_ack_is_asked_about_anew(story: Timeline) -> None:
    story.poll *= 2
    broken(story).tap("team-a", "I am on it").after(hours=2, minutes=6).says("ack team-a")
    story.after(hours=2, minutes=6).expect_pings(3).expect_reply("are you still on")


def test_a_question_too_long_for_a_button_is_answered_by_its_own_word(story: Timeline) -> None:
    story.poll *= 5
    names = [f"{'a' * 40}-{n}x" for n in range(60)]
    for name in names:
        story.hub.put(f"acme/{name}", "RUNNING")
    story.begin().stages(names, "SLEEPING").sweep().says("ack all").after(hours=2, minutes=10)
    (question,) = story.slack.replies
    story.stage(names[0], "RUNNING").sweep().says(question.buttons["Still on all 59"])
    story.after(minutes=40).expect_whisper("and 54 more")
    assert "nobody's again" not in words(question)


def test_an_ack_of_nothing_says_so(story: Timeline) -> None:
    story.begin(team_a="RUNNING").says("ack team-a").expect_whisper("No open alert")


def test_a_tap_on_a_card_that_is_over_is_answered_and_does_no_harm(story: Timeline) -> None:
    broken(story)
    (card,) = story._about("team-a")
    old = card.buttons["Restart"]
    story.stage("team-a", "RUNNING").sweep().says(old)
    assert not story.hub.sent  # what is up is restarted only after a question


@pytest.mark.parametrize(
    ("label", "whisper"),
    [
        ("Why", "the Hub does not know the Space|looking it up found nothing"),
        ("I am on it", "You are on"),
        ("Mute for 1 hour", "muted"),
    ],
)
def test_every_tap_on_a_space_that_is_gone_works(story: Timeline, label: str, whisper: str) -> None:
    story.begin(team_a="RUNNING", team_b="RUNNING").remove("team-a").sweep().sweep()
    (card,) = story._about("team-a")
    assert "status team-a" not in words(card)
    story.tap("team-a", label)
    said = words_of(story)
    assert any(part in said for part in whisper.split("|"))


def test_a_mute_of_what_is_gone_can_be_taken_back(story: Timeline) -> None:
    story.begin(team_a="RUNNING", team_b="RUNNING").remove("team-a").sweep().sweep()
    story.tap("team-a", "Mute for 1 hour").expect_card("team-a", "muted until")
    story.tap("team-a", "Unmute")
    (card,) = story._about("team-a")
    assert "muted until" not in words(card)


def test_what_is_gone_can_not_be_woken_and_is_no_status(story: Timeline) -> None:
    story.begin(team_a="RUNNING", team_b="RUNNING").remove("team-a").sweep().sweep()
    story.says("wake team-a").expect_whisper("I know no Space")
    story.says("status team-a").expect_whisper("I know no Space")


def test_a_viewer_may_not_mute(story: Timeline) -> None:
    broken(story).tap("team-a", "Mute for 1 hour", user="USTUDENT")
    story.expect_whisper("Only an operator")


def test_still_broken_after_four_hours_is_one_reminder(story: Timeline) -> None:
    story.poll *= 2
    broken(story).stage("team-b", BROKEN, "bang").sweep().after(hours=3, minutes=58)
    story.expect_pings(2)
    story.after(minutes=5).expect_pings(3).expect_card("2 Spaces still in trouble")


def test_reminders_end_after_three(story: Timeline) -> None:
    story.poll *= 60
    broken(story).after(hours=30).expect_pings(4)


def test_a_reminder_counts_from_when_people_were_told(story: Timeline) -> None:
    story.poll *= 2
    story.begin(team_a="RUNNING").says("mute team-a for 5h").stage("team-a", BROKEN, "boom")
    story.sweep().after(hours=5, minutes=4).expect_card("crashed: boom")
    told = story.pings
    story.after(hours=3, minutes=50).expect_pings(told)
    story.after(minutes=10).expect_pings(told + 1).expect_card("still in trouble")


def test_each_channel_has_its_own_reminders_three_of_them_at_the_most(story: Timeline) -> None:
    story.poll *= 5
    story.begin(team_a="RUNNING", team_b="RUNNING").says("watch error team-b", channel="C1LAB")
    story.stage("team-a", BROKEN, "boom").sweep().after(minutes=90)
    story.stage("team-b", BROKEN, "bang").sweep()
    for number in (1, 2, 3, 3):  # the fourth time it is quiet
        story.after(hours=4, minutes=6)
        assert len(reminders(story, "C1LAB")) == number


def test_a_channel_that_watches_no_more_is_not_reminded(story: Timeline) -> None:
    story.poll *= 5
    story.begin(team_a="RUNNING", team_b="RUNNING").says("watch error", channel="C1LAB")
    story.stage("team-a", BROKEN, "boom").sweep().says("unwatch", channel="C1LAB")
    story.after(hours=4, minutes=10)
    assert (len(reminders(story, "C1LAB")), len(reminders(story, "C0OPS"))) == (0, 1)


def test_a_channel_that_watches_no_more_does_not_hear_the_end_of_a_group(story: Timeline) -> None:
    story.begin(**{f"team_{n}": "RUNNING" for n in range(1, 6)})
    story.says("watch sleeping", channel="C1LAB").stages(TEAMS[:4], "SLEEPING").sweep()
    story.stage(TEAMS[0], "RUNNING").sweep().says("unwatch", channel="C1LAB")
    story.stages(TEAMS[:4], "RUNNING").sweep()
    assert [reply.channel for reply in story.slack.replies] == ["C0OPS"]


def test_a_reminder_says_of_the_oldest_for_how_long_it_was_open(story: Timeline) -> None:
    story.poll *= 5
    story.begin(team_a="RUNNING", team_b="RUNNING").stage("team-a", BROKEN, "boom").sweep()
    story.after(minutes=100).stage("team-b", BROKEN, "bang").sweep().after(hours=2, minutes=25)
    story.expect_card("2 Spaces still in trouble", "the oldest of these 2 was open for 4 h")
    story.stage("team-a", "RUNNING").sweep().expect_card("1 Space still", "the oldest of these 2")


def test_a_reminder_stays_true_as_things_recover(story: Timeline) -> None:
    story.poll *= 2
    broken(story).after(hours=4, minutes=4).stage("team-a", "RUNNING").sweep()
    story.expect_card("It is over", buttons="")


@pytest.mark.parametrize("tap", ["I am on it", "Mute for 12 hours"])
def test_who_is_muted_or_cared_for_is_not_in_a_reminder(story: Timeline, tap: str) -> None:
    story.poll *= 2
    broken(story).after(hours=3, minutes=50).tap("team-a", tap).after(minutes=30)
    story.expect_pings(1)


def test_a_channel_that_watches_hears_of_its_own_teams(story: Timeline) -> None:
    story.begin(team_a="RUNNING", lab_1="RUNNING").says("watch error lab-*", channel="C1LAB")
    pings = story.pings
    story.stage("lab-1", BROKEN, "boom").sweep()
    story.expect_card("lab-1", "boom").expect_pings(pings + 2)
    story.stage("team-a", BROKEN).sweep().expect_no_card("team-a", channel="C1LAB")


def test_a_watch_tells_what_is_in_trouble_now(story: Timeline) -> None:
    broken(story).says("watch error team-*", channel="C1LAB").sweep()
    assert sum(card.channel == "C1LAB" and "boom" in card.text for card in story._cards()) == 1


def test_a_channel_hears_only_of_the_kinds_it_asked_for(story: Timeline) -> None:
    story.begin(team_a="RUNNING").says("watch error", channel="C1LAB")
    story.stage("team-a", "SLEEPING").sweep().expect_no_card("asleep", channel="C1LAB")
    story.stage("team-a", BROKEN, "boom").sweep().expect_card("boom", channel="C1LAB")


def test_after_unwatch_nothing_new_comes(story: Timeline) -> None:
    story.begin(team_a="RUNNING").says("watch error", channel="C1LAB")
    story.says("unwatch", channel="C1LAB").stage("team-a", BROKEN, "boom").sweep()
    story.expect_no_card("boom", channel="C1LAB").expect_card("boom")


def test_a_channel_that_listens_no_more_is_not_pinged_and_its_cards_stay_true(
    story: Timeline,
) -> None:
    story.poll *= 5
    story.begin(team_a="RUNNING", team_b="RUNNING").says("watch error sleeping", channel="C1LAB")
    story.stage("team-a", "SLEEPING").sweep().says("unwatch", channel="C1LAB")
    before = len(in_channel(story, "C1LAB"))
    story.after(hours=4, minutes=10).stage("team-a", BROKEN, "boom").sweep()
    assert len(in_channel(story, "C1LAB")) == before  # no reminder, and no word of the worse
    story.expect_card("team-a crashed: boom", channel="C1LAB")
    story.stage("team-a", "RUNNING").sweep().expect_card("team-a fixed", channel="C1LAB")
    assert len(in_channel(story, "C1LAB")) == before


def test_a_group_in_a_channel_that_listens_no_more_is_edited_in_silence(story: Timeline) -> None:
    names = [f"team-{n}" for n in range(1, 5)]
    story.begin(**{f"team_{n}": "RUNNING" for n in range(1, 6)})
    story.says("watch sleeping", channel="C1LAB").stages(names, "SLEEPING").sweep()
    story.says("unwatch", channel="C1LAB")
    before = len(in_channel(story, "C1LAB"))
    story.stage("team-1", BROKEN, "boom").sweep().expect_card("4 of 5", channel="C1LAB")
    story.stages(names, "RUNNING").sweep().expect_card("All 4 over", "5/5 up", channel="C1LAB")
    assert len(in_channel(story, "C1LAB")) == before


def test_what_nobody_asks_for_any_more_ends_without_a_word_and_without_a_lie(
    story: Timeline,
) -> None:
    story.environ["SPACEBOT_ALERT_ON"] = "error"
    story.begin(team_a="RUNNING").says("watch sleeping", channel="C1LAB")
    story.stage("team-a", "SLEEPING").sweep().says("unwatch", channel="C1LAB").after(minutes=3)
    says = "still asleep, but nobody asks for this any more"
    story.expect_card("team-a", says, channel="C1LAB", buttons="").expect_no_reply()


def test_settings_that_ask_for_less_end_what_they_asked_for(story: Timeline) -> None:
    names = [f"team-{n}" for n in range(1, 5)]
    story.begin(**{name.replace("-", "_"): "RUNNING" for name in names})
    story.stages(names, "SLEEPING").sweep()
    story.environ["SPACEBOT_ALERT_ON"] = "error"
    story.restart().after(minutes=3).expect_pings(1).expect_no_reply()
    story.expect_card(":white_circle:", "All 4 still asleep, but nobody asks", buttons="")


def test_the_watch_of_the_settings_cannot_be_taken_back_in_slack(story: Timeline) -> None:
    story.begin(team_a="RUNNING").says("unwatch")
    story.expect_whisper("SPACEBOT_ALERT_ON")


def test_watches_says_who_hears_of_what(story: Timeline) -> None:
    story.begin(team_a="RUNNING").says("watch broken team-a", channel="C1LAB").says("watches all")
    said = str(story.slack.whispers[-1][1].blocks)
    assert "broken of `team-a`" in said
    assert "from the settings" in said


def test_a_watch_of_the_alert_channel_by_its_id_is_the_same_channel(story: Timeline) -> None:
    story.begin(team_a="RUNNING").says("watch error")
    pings = story.pings
    story.stage("team-a", BROKEN, "boom").sweep().expect_pings(pings + 1)


def test_a_watch_of_a_name_that_is_no_more_hears_nothing_and_breaks_nothing(
    story: Timeline,
) -> None:
    story.begin(team_a="RUNNING", team_b="RUNNING")
    story.says("watch error team-a", channel="C1LAB").remove("team-a").sweep().after(minutes=3)
    story.stage("team-b", BROKEN, "boom").sweep().expect_card("team-b", "boom")
