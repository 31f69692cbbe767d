"""Stories of one Space: what a card says from the first bad sight to the end."""

import pytest

from tests.alerts.timeline import Timeline, words

TRACE = "Traceback (most recent call last):\n  File \"app.py\", line 3\nKeyError: 'x'"


def test_a_crash_has_its_card_at_once(story: Timeline) -> None:
    story.begin(team_a="RUNNING")
    story.stage("team-a", "RUNTIME_ERROR", "boom").sweep()
    story.expect_card("team-a", "crashed: boom", buttons="restart team-a logs team-a")
    story.expect_pings(1)


@pytest.mark.parametrize(
    ("stage", "button", "says"),
    [
        # The first button is the repair for that stage, as far as a tap can repair.
        ("SLEEPING", "wake team-a", "asleep"),
        ("STOPPED", "wake team-a", "stopped"),
        ("BUILD_ERROR", "rebuild team-a", "build failed"),
        ("RUNTIME_ERROR", "restart team-a", "crashed"),
        ("CONFIG_ERROR", "rebuild team-a", "configuration error"),
        ("NO_APP_FILE", "status team-a", "no app file"),
        # A stage that nobody has heard of is neither fine nor an exception: please look.
        ("DREAMING", "status team-a", "unknown stage DREAMING"),
        ("D" * 200, "status team-a", "unknown stage DDD"),
    ],
)
def test_the_first_button_repairs(story: Timeline, stage: str, button: str, says: str) -> None:
    story.begin(team_a="RUNNING")
    story.stage("team-a", stage).sweep()
    story.expect_card("team-a", says)
    (card,) = story._about("team-a")
    assert next(iter(card.buttons.values())) == button


def test_recovery_edits_the_card_and_answers_once_in_its_thread(story: Timeline) -> None:
    story.begin(team_a="RUNNING")
    story.stage("team-a", "RUNTIME_ERROR").sweep()
    story.after(minutes=18).stage("team-a", "RUNNING").sweep()
    story.expect_card("team-a", "fixed after 18 min", buttons="")
    story.expect_reply("fixed after 18 min").expect_pings(2)


def test_on_the_way_back_is_not_back(story: Timeline) -> None:
    story.begin(team_a="RUNNING")
    story.stage("team-a", "SLEEPING").sweep()
    story.stage("team-a", "BUILDING").sweep()
    story.expect_card("team-a", "coming up").expect_no_reply().expect_pings(1)


def test_falling_back_from_the_way_up_is_the_same_incident(story: Timeline) -> None:
    story.begin(team_a="RUNNING")
    story.stage("team-a", "BUILD_ERROR", "first").sweep()
    story.stage("team-a", "BUILDING").sweep()
    story.stage("team-a", "BUILD_ERROR", "second").sweep()
    story.expect_card("team-a", "second").expect_pings(1)


def test_worse_edits_and_answers_in_the_thread(story: Timeline) -> None:
    story.begin(team_a="RUNNING")
    story.stage("team-a", "SLEEPING").sweep()
    story.stage("team-a", "RUNTIME_ERROR", "boom").sweep()
    story.expect_card("team-a", "crashed").expect_reply("worse: crashed").expect_pings(2)


def test_better_but_not_well_is_an_edit(story: Timeline) -> None:
    story.begin(team_a="RUNNING")
    story.stage("team-a", "RUNTIME_ERROR").sweep()
    story.stage("team-a", "SLEEPING").sweep()
    story.expect_card("team-a", "asleep").expect_no_reply().expect_pings(1)


def test_the_same_trouble_is_told_once(story: Timeline) -> None:
    story.begin(team_a="RUNNING")
    story.stage("team-a", "RUNTIME_ERROR").sweep()
    story.after(minutes=20)
    story.expect_cards(1).expect_pings(1)


def test_a_new_break_after_a_recovery_is_a_new_incident(story: Timeline) -> None:
    story.begin(team_a="RUNNING")
    for stage in ("RUNTIME_ERROR", "RUNNING", "RUNTIME_ERROR"):
        story.after(minutes=1).stage("team-a", stage).sweep()
    story.expect_cards(2).expect_pings(3)


def test_a_change_for_the_worse_is_believed_only_when_a_second_look_agrees(
    story: Timeline,
) -> None:
    story.begin(team_a="RUNNING")
    story.hub.stale["acme/team-a"] = "RUNTIME_ERROR"
    story.sweep().expect_cards(0)
    assert "runtime acme/team-a" in story.hub.calls


@pytest.mark.parametrize(
    ("name", "before", "wait"),
    [("team-a", "BUILDING", 27), ("team-b", "NO_APP_FILE", 12)],
    ids=["stuck", "no newborn any more"],
)
def test_what_becomes_bad_by_waiting_is_looked_at_again_too(
    story: Timeline, name: str, before: str, wait: int
) -> None:
    story.begin(team_a="RUNNING").stage(name, before).sweep()
    story.hub.stale[f"acme/{name}"] = before
    story.stage(name, "RUNNING").hub.unanswered = {"runtime"}
    story.after(minutes=wait).expect_cards(0).hub.unanswered = set()
    story.sweep().expect_cards(0)
    story.stage(name, before).after(minutes=wait + 2)
    story.expect_card(name, "and a second look agreed")


def test_a_first_look_claims_no_second_one(story: Timeline) -> None:
    story.begin(team_a="RUNTIME_ERROR").says("why team-a")
    said = str(story.slack.whispers[-1][1].blocks)
    assert "the Hub shows RUNTIME_ERROR" in said
    assert "second look" not in said


def test_without_an_answer_nothing_is_believed_yet(story: Timeline) -> None:
    story.begin(team_a="RUNNING")
    story.stage("team-a", "RUNTIME_ERROR")
    story.hub.unanswered = {"runtime"}
    story.sweep().expect_cards(0)
    story.hub.unanswered = set()
    story.sweep().expect_cards(1)


def test_a_deliberate_pause_is_nobodys_business_unless_asked_for(story: Timeline) -> None:
    story.begin(team_a="RUNNING")
    story.stage("team-a", "PAUSED").sweep().expect_cards(0)


def test_a_pause_is_told_where_it_is_asked_for(story: Timeline) -> None:
    story.environ["SPACEBOT_ALERT_ON"] = "paused"
    story.begin(team_a="RUNNING")
    story.stage("team-a", "PAUSED").sweep()
    story.expect_card("team-a", "paused", buttons="wake team-a status team-a")


def test_pausing_what_is_broken_ends_it_as_paused(story: Timeline) -> None:
    story.begin(team_a="RUNNING")
    story.stage("team-a", "RUNTIME_ERROR").sweep()
    story.stage("team-a", "PAUSED").sweep()
    story.expect_card("team-a", "paused after", buttons="")


def test_coming_up_for_over_25_minutes_is_stuck(story: Timeline) -> None:
    story.begin(team_a="RUNNING")
    story.stage("team-a", "BUILDING").after(minutes=24).expect_cards(0)
    story.after(minutes=3)
    story.expect_card("team-a", "stuck: building", buttons="rebuild team-a logs team-a build")


def test_what_was_coming_up_before_nobody_looked_may_be_coming_up_anew(story: Timeline) -> None:
    story.begin(team_a="BUILDING").kill().after(minutes=40).restart().after(minutes=20)
    story.expect_cards(0).after(minutes=7).expect_card("team-a", "stuck: building")


def test_what_was_stuck_before_nobody_looked_is_stuck_still(story: Timeline) -> None:
    story.begin(team_a="BUILDING").after(minutes=30).kill().after(minutes=40).restart()
    story.after(minutes=30).expect_card("team-a", "stuck: building").expect_pings(1)


def test_stuck_ends_when_it_is_up(story: Timeline) -> None:
    story.begin(team_a="BUILDING")
    story.after(minutes=27).stage("team-a", "RUNNING").sweep()
    story.expect_card("team-a", "fixed after", buttons="").expect_pings(2)


def test_asleep_then_stuck_on_the_way_up_is_worse(story: Timeline) -> None:
    story.begin(team_a="RUNNING")
    story.stage("team-a", "SLEEPING").sweep()
    story.stage("team-a", "APP_STARTING").after(minutes=28)
    story.expect_card("team-a", "stuck: starting").expect_reply("worse: stuck").expect_pings(2)


def test_a_new_version_building_beside_the_old_one_is_up(story: Timeline) -> None:
    story.begin(team_a="RUNNING")
    story.stage("team-a", "RUNNING_BUILDING").after(minutes=30).expect_cards(0)


def test_a_space_that_was_just_made_may_have_no_app_file_yet(story: Timeline) -> None:
    story.begin(team_a="RUNNING")
    story.stage("team-b", "NO_APP_FILE").sweep().after(minutes=9).expect_cards(0)
    story.after(minutes=3).expect_card("team-b", "no app file")


def test_a_new_space_in_trouble_is_told(story: Timeline) -> None:
    story.begin(team_a="RUNNING")
    story.stage("team-b", "BUILD_ERROR", "no").sweep().expect_card("team-b", "build failed: no")


def test_a_space_that_is_gone_is_looked_up_first(story: Timeline) -> None:
    story.begin(team_a="RUNNING", team_b="RUNNING")
    story.hub.unlisted.add("acme/team-a")
    story.sweep().expect_cards(0)
    assert "space acme/team-a" in story.hub.calls


def test_a_space_that_is_gone_is_told_and_may_come_back(story: Timeline) -> None:
    story.begin(team_a="RUNNING", team_b="RUNNING")
    story.remove("team-a").sweep().expect_card("team-a", "gone: deleted, renamed, or hidden")
    story.stage("team-a", "RUNNING").sweep().expect_card("team-a", "back after", buttons="")


def test_what_was_gone_before_anybody_asked_for_it_is_not_told(story: Timeline) -> None:
    story.environ["SPACEBOT_ALERT_ON"] = "sleeping"
    story.begin(team_a="RUNNING", team_b="RUNNING").remove("team-a").sweep()
    story.says("watch error", channel="C1LAB").sweep().expect_no_card("team-a", channel="C1LAB")


def test_a_space_that_stays_away_is_let_go_after_a_day(story: Timeline) -> None:
    story.poll *= 60
    story.begin(team_a="RUNNING", team_b="RUNNING")
    story.remove("team-a").sweep().after(hours=25)
    story.expect_card("team-a", "gone for good", buttons="").expect_pings(1)


def test_each_worsening_is_told_in_the_thread_once(story: Timeline) -> None:
    story.begin(team_a="RUNNING").stage("team-a", "SLEEPING").sweep()
    story.stage("team-a", "BUILDING").after(minutes=28).expect_reply("is worse: stuck")
    story.stage("team-a", "BUILD_ERROR", "boom").sweep().sweep().expect_reply("is worse: build")
    story.expect_pings(3)


def test_worse_again_after_it_was_better_is_told_again(story: Timeline) -> None:
    story.begin(team_a="RUNNING").stage("team-a", "SLEEPING").sweep().after(minutes=40)
    story.stage("team-a", "RUNTIME_ERROR", "first").sweep().after(minutes=40)
    story.stage("team-a", "SLEEPING").sweep().after(minutes=40)
    story.stage("team-a", "RUNTIME_ERROR", "second").sweep()
    story.expect_reply("first").expect_reply("second")


def test_a_space_that_was_being_deleted_goes_without_a_word(story: Timeline) -> None:
    story.begin(team_a="RUNNING", team_b="RUNNING")
    story.stage("team-a", "DELETING").sweep().remove("team-a").sweep().expect_cards(0)


def test_a_space_that_is_gone_while_it_was_building_is_not_coming_up(story: Timeline) -> None:
    story.begin(team_a="BUILDING", team_b="RUNNING").remove("team-a").sweep()
    story.expect_card("team-a", "gone: deleted, renamed, or hidden", buttons="why team-a")
    story.stage("team-a", "BUILDING").sweep().expect_card("team-a", "coming up: building")
    story.stage("team-a", "RUNNING").sweep().expect_card("team-a", "back after")


def test_a_space_that_is_gone_again_on_its_way_back_is_told_as_gone(story: Timeline) -> None:
    story.begin(team_a="RUNNING", team_b="RUNNING").remove("team-a").sweep()
    story.stage("team-a", "BUILDING").sweep().remove("team-a").sweep()
    story.expect_card("team-a", "gone: deleted, renamed, or hidden")
    story.stage("team-a", "RUNNING").sweep().expect_card("team-a", "back after", buttons="")


def test_an_unstable_space_that_is_gone_is_not_said_to_be_up(story: Timeline) -> None:
    story.begin(team_a="RUNNING", team_b="RUNNING").stage("team-a", "RUNTIME_ERROR").sweep()
    story.stage("team-a", "RUNNING").sweep()
    for _ in range(2):
        story.remove("team-a").after(minutes=2).stage("team-a", "RUNNING").after(minutes=2)
    story.expect_card("unstable", "now up").remove("team-a").sweep().expect_no_card("now up")
    story.expect_card("team-a gone: deleted, renamed, or hidden")


def test_a_day_away_counts_from_the_last_time_it_was_there(story: Timeline) -> None:
    story.begin(team_a="RUNNING", team_b="RUNNING").remove("team-a").sweep()
    story.poll *= 60
    story.after(hours=20).stage("team-a", "BUILDING").sweep().remove("team-a").after(hours=20)
    story.expect_card("team-a", "gone: deleted").after(hours=6)
    story.expect_card("team-a", "gone for good", buttons="")


def test_an_incident_ends_when_its_space_is_gone(story: Timeline) -> None:
    story.begin(team_a="RUNNING", team_b="RUNNING")
    story.stage("team-a", "RUNTIME_ERROR").sweep().remove("team-a").sweep()
    story.expect_card("team-a", "gone from the Hub", buttons="").expect_pings(2)


def test_a_renamed_space_keeps_its_card_under_its_new_name(story: Timeline) -> None:
    story.begin(team_a="RUNNING", team_b="RUNNING")
    story.stage("team-a", "RUNTIME_ERROR", "boom").sweep().rename("team-a", "team-z")
    story.sweep().expect_card("team-z", "crashed").expect_pings(1).expect_no_card("team-a")


@pytest.mark.parametrize("stage", ["RUNNING", "RUNTIME_ERROR"])
def test_a_space_that_takes_the_name_of_one_that_is_gone_ends_its_incident(
    story: Timeline, stage: str
) -> None:
    story.begin(team_a="RUNNING", team_b="RUNNING").stage("team-a", stage, "boom").sweep()
    story.remove("team-b").sweep().rename("team-a", "team-b").sweep().after(minutes=3)
    story.expect_card("gone for good", "team-b", buttons="").expect_no_reply()
    story.stage("team-b", "CONFIG_ERROR", "bang").sweep().expect_card("bang")


def test_two_names_that_lead_to_one_space_are_one_that_was_renamed_and_one_that_is_gone(
    story: Timeline,
) -> None:
    story.begin(team_a="RUNNING", team_b="RUNNING", team_c="RUNNING")
    story.rename("team-a", "team-z").remove("team-z").rename("team-b", "team-z")
    story.sweep().expect_card("gone", "team-b").stage("team-z", "RUNTIME_ERROR", "boom").sweep()
    story.expect_card("team-z", "boom")


def test_a_name_that_two_owners_lead_to_is_that_of_one_and_the_other_is_gone(
    story: Timeline,
) -> None:
    story.environ["SPACEBOT_OWNER"] = "acme,other"
    story.hub.put("other/team-x", "RUNNING")
    story.begin(team_a="RUNNING", team_b="RUNNING").rename("team-a", "team-z")
    del story.hub.spaces["other/team-x"]
    story.hub.moved["other/team-x"] = "acme/team-z"
    story.sweep().expect_card("team-x", "gone").stage("team-z", "RUNTIME_ERROR", "boom").sweep()
    story.expect_card("team-z", "boom")


def test_a_mute_follows_its_space_to_another_name(story: Timeline) -> None:
    story.begin(team_a="RUNNING").says("mute team-a for 1h").rename("team-a", "team-z").sweep()
    story.stage("team-z", "RUNTIME_ERROR", "boom").sweep()
    assert not any("boom" in text for text in story.texts)


def test_of_two_mutes_of_one_renamed_space_the_newest_word_holds(story: Timeline) -> None:
    story.begin(team_a="RUNNING").says("mute team-a for 1h").rename("team-a", "team-z")
    story.after(seconds=1).says("mute team-z for 10m").sweep()
    story.stage("team-z", "RUNTIME_ERROR", "boom").after(minutes=20).expect_card("boom")


def test_a_watch_by_name_follows_its_space_to_another_name(story: Timeline) -> None:
    story.begin(team_a="RUNNING", team_b="RUNNING").says("watch error Team-A", channel="C1LAB")
    story.rename("team-a", "team-z").sweep().says("why team-z")
    story.expect_whisper("the watch of <#C1LAB> follows it")
    story.stage("team-z", "RUNTIME_ERROR", "boom").sweep().expect_card("boom", channel="C1LAB")


def test_a_watch_that_follows_meets_the_one_that_is_there(story: Timeline) -> None:
    story.begin(team_a="RUNNING").says("watch error team-a", channel="C1LAB")
    story.rename("team-a", "team-z")
    story.says("watch sleeping team-z", channel="C1LAB").sweep().says("watches all")
    story.expect_whisper("sleeping, error of `team-z`")


def test_who_breaks_while_being_renamed_is_believed_at_a_second_look(story: Timeline) -> None:
    story.environ["SPACEBOT_ALERT_ON"] = "sleeping"
    story.begin(team_a="RUNNING", team_b="RUNNING").says("watch error team-a", channel="C1LAB")
    story.rename("team-a", "team-z").hub.stale["acme/team-z"] = "RUNTIME_ERROR"
    story.sweep().sweep().expect_no_card("crashed", channel="C1LAB")
    assert "runtime acme/team-z" in story.hub.calls


def test_two_spaces_that_share_a_short_name_are_told_by_their_full_ids(story: Timeline) -> None:
    story.environ["SPACEBOT_OWNER"] = "acme,other"
    story.hub.put("other/team-a", "RUNNING")
    story.begin(team_a="RUNNING")
    story.stage("other/team-a", "RUNTIME_ERROR").sweep()
    story.expect_card("other/team-a", "crashed", buttons="restart other/team-a logs other/team-a")


def test_an_owner_who_is_no_longer_watched_leaves_no_open_card(story: Timeline) -> None:
    story.environ["SPACEBOT_OWNER"] = "acme,other"
    story.hub.put("other/team-x", "RUNNING")
    story.begin(team_a="RUNNING").stage("other/team-x", "RUNTIME_ERROR").sweep()
    story.environ["SPACEBOT_OWNER"] = "acme"
    story.restart().sweep().expect_card("team-x", "no longer watched", buttons="").expect_pings(1)


def test_a_traceback_is_told_by_its_last_line(story: Timeline) -> None:
    story.begin(team_a="RUNNING")
    story.stage("team-a", "RUNTIME_ERROR", TRACE).sweep()
    story.expect_card("team-a", "crashed: KeyError: 'x'")


def test_the_lines_of_the_log_are_edited_in_when_they_arrive(story: Timeline) -> None:
    story.begin(team_a="RUNNING")
    story.hub.lines["acme/team-a"] = ("\x1b[31mModuleNotFoundError: No module named 'y'\x1b[0m",)
    story.stage("team-a", "RUNTIME_ERROR", "Exit code: 1").sweep()
    story.expect_card("team-a", "No module named 'y'").expect_pings(1)
    story.expect_card("team-a", "looks like a dependency")


def test_no_secret_is_shown_on_a_card_or_on_a_lock_screen(story: Timeline) -> None:
    story.begin(team_a="RUNNING")
    story.hub.lines["acme/team-a"] = (
        "groq.AuthenticationError: Invalid API Key: gsk_abcdEFGH1234567890abcdEFGH",
        "failed: Authorization: Basic dXNlcjpwYXNzd29yZA==",
    )
    story.stage("team-a", "RUNTIME_ERROR", "Invalid API Key provided: sk_live_51AbCdEf1234").sweep()
    story.expect_card("team-a", "crashed: Invalid API Key provided: ***")
    (card,) = story._about("team-a")
    assert not any(secret in words(card) for secret in ("gsk_", "dXNl", "sk_live_"))


def test_the_next_build_that_fails_is_told_by_its_own_log(story: Timeline) -> None:
    failed = ("BUILD_ERROR", "Job failed with exit code: 1")
    story.begin(team_a="RUNNING")
    story.hub.lines["acme/team-a"] = ("ModuleNotFoundError: No module named 'first'",)
    story.stage("team-a", *failed).sweep().expect_card("team-a", "looks like a dependency")
    story.stage("team-a", "BUILDING").sweep()
    story.hub.lines["acme/team-a"] = ("SyntaxError: the second is another",)
    story.stage("team-a", *failed).sweep().expect_card("team-a", "the second is another")
    story.expect_card("team-a", "looks like their code").expect_no_card("first").expect_pings(1)


def test_a_log_that_is_being_read_while_it_fails_anew_is_not_told_of_the_new_failure(
    story: Timeline,
) -> None:
    failed = ("BUILD_ERROR", "Job failed with exit code: 1")

    def fails_anew() -> None:
        story.hub.lines["acme/team-a"] = ("SyntaxError: the second is another",)
        for stage in (("BUILDING",), failed):
            story.stage("team-a", *stage).clock.tick(seconds=60)
            story.sweep()

    story.begin(team_a="RUNNING")
    story.hub.lines["acme/team-a"] = ("ModuleNotFoundError: No module named 'first'",)
    story.hub.meanwhile["acme/team-a"] = fails_anew
    story.stage("team-a", *failed).sweep().expect_no_card("first")
    story.sweep().expect_card("team-a", "the second is another").expect_pings(1)


@pytest.mark.parametrize(
    "error",
    [
        "x" * 100_000,
        "<!channel> <@U1> *bold* `code` ```block``` & <http://evil|click>",
        "\x00\x1b[31m\u202e\ud7ff\ufffe red",
        "ошибка: модуль не найден 模块未找到",
        "\n" * 5_000,
    ],
)
def test_hostile_error_text_is_shown_and_does_nothing(story: Timeline, error: str) -> None:
    story.begin(team_a="RUNNING")
    story.stage("team-a", "RUNTIME_ERROR", error).sweep()
    story.expect_card("team-a", "crashed")
    (card,) = story._about("team-a")
    assert "<!channel>" not in str(card.message)
    assert len(card.text) <= 90


def test_a_name_as_long_as_the_hub_allows_still_makes_a_card(story: Timeline) -> None:
    name = "t" * 96
    story.begin(**{name: "RUNNING"})
    story.stage(name, "RUNTIME_ERROR", "boom").sweep().expect_card(name, "boom")


def test_why_tells_the_trail_in_words(story: Timeline) -> None:
    story.begin(team_a="RUNNING")
    story.stage("team-a", "RUNTIME_ERROR").sweep().says("why team-a")
    (said,) = [str(message.blocks) for _, message in story.slack.whispers]
    assert "broken: the Hub shows" in said
    assert "up → crashed" in said
    assert "a second look agreed; card for <#C0OPS>" in said.replace("\u2060", "")
    assert "Told in <#C0OPS>." in said


def test_why_does_not_claim_what_nobody_could_read(story: Timeline) -> None:
    story.begin(team_a="RUNNING").slack_refuses("post", "message_limit_exceeded")
    story.stage("team-a", "RUNTIME_ERROR").sweep().says("why team-a")
    (said,) = [str(message.blocks) for _, message in story.slack.whispers]
    assert "<#C0OPS>: not delivered yet: Slack says message_limit_exceeded." in said
    assert "told in" not in said.lower()


def test_why_tells_of_an_edit_that_is_refused(story: Timeline) -> None:
    story.begin(team_a="RUNNING").stage("team-a", "RUNTIME_ERROR").sweep()
    story.slack_refuses("update", "update_failed").stage("team-a", "RUNNING").sweep()
    story.says("why team-a")
    (said,) = [str(message.blocks) for _, message in story.slack.whispers]
    assert "<#C0OPS>: not delivered yet: Slack says update_failed." in said
