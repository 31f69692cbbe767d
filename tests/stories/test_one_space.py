"""Stories of one Space: its card from the first observation to the resolution."""

from datetime import timedelta

import pytest

from bot.hub_facts import LastCommit
from tests.faults import with_hub_fault
from tests.stories.scenario import Story, rendered_text

TRACE = "Traceback (most recent call last):\n  File \"app.py\", line 3\nKeyError: 'x'"


def test_a_crash_has_its_card_at_once(story: Story) -> None:
    story.begin(team_a="RUNNING")
    story.stage("team-a", "RUNTIME_ERROR", "boom").sweep()
    story.expect_card("team-a", "crashed: boom", buttons="restart team-a logs team-a")
    story.expect_pings(1)


@pytest.mark.parametrize(
    ("stage", "button", "says"),
    [
        # The first button is the repair for that stage, if a click can repair it.
        ("SLEEPING", "wake team-a", "asleep"),
        ("STOPPED", "wake team-a", "stopped"),
        ("BUILD_ERROR", "rebuild team-a", "build failed"),
        ("RUNTIME_ERROR", "restart team-a", "crashed"),
        ("CONFIG_ERROR", "rebuild team-a", "misconfigured"),
        ("NO_APP_FILE", "upload team-a", "no app file"),
        # An unknown stage is reported as a problem to look at.
        ("DREAMING", "status team-a", "in an unknown stage (`DREAMING`)"),
        ("D" * 200, "status team-a", "in an unknown stage (`DDD"),
    ],
)
def test_first_button_fixes_the_stage(story: Story, stage: str, button: str, says: str) -> None:
    story.begin(team_a="RUNNING")
    story.stage("team-a", stage).sweep()
    story.expect_card("team-a", says)
    (card,) = story._cards_about("team-a")
    assert next(iter(card.buttons.values())) == button


def test_recovery_edits_the_card_and_posts_one_thread_reply(story: Story) -> None:
    story.begin(team_a="RUNNING")
    story.stage("team-a", "RUNTIME_ERROR").sweep()
    story.after(minutes=18).stage("team-a", "RUNNING").sweep()
    story.expect_card("team-a", "recovered after 18 min", buttons="")
    story.expect_reply("recovered after 18 min").expect_pings(2)


def test_starting_space_is_not_recovered(story: Story) -> None:
    story.begin(team_a="RUNNING")
    story.stage("team-a", "SLEEPING").sweep()
    story.stage("team-a", "BUILDING").sweep()
    story.expect_card("team-a", "building (was").expect_no_reply().expect_pings(1)


def test_failure_during_recovery_is_the_same_incident(story: Story) -> None:
    story.begin(team_a="RUNNING")
    story.stage("team-a", "BUILD_ERROR", "first").sweep()
    story.stage("team-a", "BUILDING").sweep()
    story.stage("team-a", "BUILD_ERROR", "second").sweep()
    story.expect_card("team-a", "second").expect_pings(1)


def test_escalation_edits_the_card_and_posts_a_reply(story: Story) -> None:
    story.begin(team_a="RUNNING")
    story.stage("team-a", "SLEEPING").sweep()
    story.stage("team-a", "RUNTIME_ERROR", "boom").sweep()
    story.expect_card("team-a", "crashed").expect_reply("worse: crashed").expect_pings(2)


def test_improvement_is_an_edit(story: Story) -> None:
    story.begin(team_a="RUNNING")
    story.stage("team-a", "RUNTIME_ERROR").sweep()
    story.stage("team-a", "SLEEPING").sweep()
    story.expect_card("team-a", "asleep").expect_no_reply().expect_pings(1)


def test_unchanged_problem_is_posted_once(story: Story) -> None:
    story.begin(team_a="RUNNING")
    story.stage("team-a", "RUNTIME_ERROR").sweep()
    story.after(minutes=20)
    story.expect_cards(1).expect_pings(1)


def test_a_new_break_after_a_recovery_is_a_new_incident(story: Story) -> None:
    story.begin(team_a="RUNNING")
    for stage in ("RUNTIME_ERROR", "RUNNING", "RUNTIME_ERROR"):
        story.after(minutes=1).stage("team-a", stage).sweep()
    story.expect_cards(2).expect_pings(3)


def test_escalation_needs_confirmation_by_a_second_read(
    story: Story,
) -> None:
    story.begin(team_a="RUNNING")
    story.hub.listed_stages["acme/team-a"] = "RUNTIME_ERROR"
    story.sweep().expect_cards(0)
    assert "runtime acme/team-a" in story.hub.calls


@pytest.mark.parametrize(
    ("name", "before", "wait"),
    [("team-a", "BUILDING", 27)],
    ids=["stuck"],
)
def test_problem_by_duration_is_confirmed_too(
    story: Story, name: str, before: str, wait: int
) -> None:
    story.begin(team_a="RUNNING").stage(name, before).sweep()
    story.hub.listed_stages[f"acme/{name}"] = before
    story.stage(name, "RUNNING").hub.unanswered = {"runtime"}
    story.after(minutes=wait).expect_cards(0).hub.unanswered = set()
    story.sweep().expect_cards(0)
    story.stage(name, before).after(minutes=wait + 2)
    story.expect_card(name, "Confirmed twice")


def test_initial_scan_claims_no_confirmation(story: Story) -> None:
    story.begin(team_a="RUNTIME_ERROR").type_command("why team-a")
    blocks = str(story.slack.ephemeral_messages[-1][1].blocks)
    assert "`RUNTIME_ERROR`" in blocks
    assert "second look" not in blocks


def test_unconfirmed_change_is_not_reported(story: Story) -> None:
    story.begin(team_a="RUNNING")
    story.stage("team-a", "RUNTIME_ERROR")
    story.hub.unanswered = {"runtime"}
    story.sweep().expect_cards(0)
    story.hub.unanswered = set()
    story.sweep().expect_cards(1)


def test_pause_is_not_reported_by_default(story: Story) -> None:
    story.begin(team_a="RUNNING")
    story.stage("team-a", "PAUSED").sweep().expect_cards(0)


def test_pause_is_reported_where_watched(story: Story) -> None:
    story.environ["SPACEBOT_ALERT_ON"] = "paused"
    story.begin(team_a="RUNNING")
    story.stage("team-a", "PAUSED").sweep()
    story.expect_card("team-a", "paused", buttons="wake team-a status team-a")


def test_pausing_a_broken_space_resolves_its_incident_as_paused(story: Story) -> None:
    story.begin(team_a="RUNNING")
    story.stage("team-a", "RUNTIME_ERROR").sweep()
    story.stage("team-a", "PAUSED").sweep()
    story.expect_card("team-a", "paused after", buttons="")


def test_starting_for_over_25_minutes_is_stuck(story: Story) -> None:
    story.begin(team_a="RUNNING")
    story.stage("team-a", "BUILDING").after(minutes=24).expect_cards(0)
    story.after(minutes=3)
    story.expect_card("team-a", "stuck: building", buttons="rebuild team-a logs team-a build")


def test_start_time_is_unknown_after_a_gap(story: Story) -> None:
    story.begin(team_a="BUILDING").kill().after(minutes=40).restart().after(minutes=20)
    story.expect_cards(0).after(minutes=7).expect_card("team-a", "stuck: building")


def test_stuck_space_stays_stuck_after_a_gap(story: Story) -> None:
    story.begin(team_a="BUILDING").after(minutes=30).kill().after(minutes=40).restart()
    story.after(minutes=30).expect_card("team-a", "stuck: building").expect_pings(1)


def test_a_stuck_space_that_starts_again_is_not_said_to_do_so_for_long(story: Story) -> None:
    story.begin(team_a="RUNNING")
    story.stage("team-a", "RUNNING_BUILDING").sweep().after(minutes=28)
    story.expect_card("team-a", "stuck: running, building a new version for over 25 min")

    story.stage("team-a", "BUILDING").sweep().expect_card("team-a", "building (was stuck)")
    story.after(minutes=24).expect_card("team-a", "building (was stuck)")
    story.after(minutes=3).expect_card("team-a", "stuck: building for over 25 min")
    story.expect_pings(1)


def test_stuck_ends_when_it_is_up(story: Story) -> None:
    story.begin(team_a="BUILDING")
    story.after(minutes=27).stage("team-a", "RUNNING").sweep()
    story.expect_card("team-a", "recovered after", buttons="").expect_pings(2)


def test_stuck_after_asleep_is_an_escalation(story: Story) -> None:
    story.begin(team_a="RUNNING")
    story.stage("team-a", "SLEEPING").sweep()
    story.stage("team-a", "APP_STARTING").after(minutes=28)
    story.expect_card("team-a", "stuck: starting").expect_reply("worse: stuck").expect_pings(2)


def test_space_that_builds_while_the_old_version_runs_is_healthy_for_25_minutes(
    story: Story,
) -> None:
    story.begin(team_a="RUNNING")
    story.stage("team-a", "RUNNING_BUILDING").after(minutes=25).expect_cards(0)
    story.after(minutes=3).expect_card("team-a", "stuck: running, building a new version")


def test_problem_of_a_new_space_is_reported(story: Story) -> None:
    story.begin(team_a="RUNNING")
    story.stage("team-b", "BUILD_ERROR", "no").sweep().expect_card("team-b", "build failed: no")


def test_missing_space_is_looked_up_before_its_report(story: Story) -> None:
    story.begin(team_a="RUNNING", team_b="RUNNING")
    story.hub.unlisted.add("acme/team-a")
    story.sweep().expect_cards(0)
    assert "space acme/team-a" in story.hub.calls


def test_deleted_space_is_reported_and_may_recover(story: Story) -> None:
    story.begin(team_a="RUNNING", team_b="RUNNING")
    story.remove("team-a").sweep().expect_card("team-a", "missing: deleted, renamed or hidden")
    story.stage("team-a", "RUNNING").sweep().expect_card("team-a", "back after", buttons="")


def test_space_deleted_before_the_watch_is_not_reported(story: Story) -> None:
    story.environ["SPACEBOT_ALERT_ON"] = "sleeping"
    story.begin(team_a="RUNNING", team_b="RUNNING").remove("team-a").sweep()
    story.type_command("watch error", channel="C1LAB").sweep().expect_no_card(
        "team-a", channel="C1LAB"
    )


def test_missing_space_expires_after_a_day(story: Story) -> None:
    story.poll *= 60
    story.begin(team_a="RUNNING", team_b="RUNNING")
    story.remove("team-a").sweep().after(hours=25)
    story.expect_card("team-a", "no longer on Hugging Face", buttons="").expect_pings(1)


def test_each_escalation_has_one_reply(story: Story) -> None:
    story.begin(team_a="RUNNING").stage("team-a", "SLEEPING").sweep()
    story.stage("team-a", "BUILDING").after(minutes=28).expect_reply("got worse: stuck")
    story.stage("team-a", "BUILD_ERROR", "boom").sweep().sweep().expect_reply("got worse: build")
    story.expect_pings(3)


def test_repeated_escalation_has_another_reply(story: Story) -> None:
    story.begin(team_a="RUNNING").stage("team-a", "SLEEPING").sweep().after(minutes=40)
    story.stage("team-a", "RUNTIME_ERROR", "first").sweep().after(minutes=40)
    story.stage("team-a", "SLEEPING").sweep().after(minutes=40)
    story.stage("team-a", "RUNTIME_ERROR", "second").sweep()
    story.expect_reply("first").expect_reply("second")


def test_space_in_deletion_is_not_reported_as_missing(story: Story) -> None:
    story.begin(team_a="RUNNING", team_b="RUNNING")
    story.stage("team-a", "DELETING").sweep().remove("team-a").sweep().expect_cards(0)


def test_space_deleted_while_building_is_not_starting(story: Story) -> None:
    story.begin(team_a="BUILDING", team_b="RUNNING").remove("team-a").sweep()
    story.expect_card("team-a", "missing: deleted, renamed or hidden", buttons="why team-a")
    story.stage("team-a", "BUILDING").sweep().expect_card("team-a", "building (was missing)")
    story.stage("team-a", "RUNNING").sweep().expect_card("team-a", "back after")


def test_space_deleted_again_during_recovery_is_reported_as_deleted(story: Story) -> None:
    story.begin(team_a="RUNNING", team_b="RUNNING").remove("team-a").sweep()
    story.stage("team-a", "BUILDING").sweep().remove("team-a").sweep()
    story.expect_card("team-a", "missing: deleted, renamed or hidden")
    story.stage("team-a", "RUNNING").sweep().expect_card("team-a", "back after", buttons="")


def test_deleted_unstable_space_is_not_shown_as_running(story: Story) -> None:
    story.begin(team_a="RUNNING", team_b="RUNNING").stage("team-a", "RUNTIME_ERROR").sweep()
    story.stage("team-a", "RUNNING").sweep()
    for _ in range(2):
        story.remove("team-a").after(minutes=2).stage("team-a", "RUNNING").after(minutes=2)
    story.expect_card("flapping", "currently ").remove("team-a").sweep().expect_no_card(
        "currently "
    )
    story.expect_card("team-a missing: deleted, renamed or hidden")


def test_expiry_counts_from_the_last_sighting(story: Story) -> None:
    story.begin(team_a="RUNNING", team_b="RUNNING").remove("team-a").sweep()
    story.poll *= 60
    story.after(hours=20).stage("team-a", "BUILDING").sweep().remove("team-a").after(hours=20)
    story.expect_card("team-a", "missing: deleted").after(hours=6)
    story.expect_card("team-a", "no longer on Hugging Face", buttons="")


def test_incident_is_closed_when_its_space_expires(story: Story) -> None:
    story.begin(team_a="RUNNING", team_b="RUNNING")
    story.stage("team-a", "RUNTIME_ERROR").sweep().remove("team-a").sweep()
    story.expect_card("team-a", "deleted from Hugging Face", buttons="").expect_pings(2)


def test_a_renamed_space_keeps_its_card_under_its_new_name(story: Story) -> None:
    story.begin(team_a="RUNNING", team_b="RUNNING")
    story.stage("team-a", "RUNTIME_ERROR", "boom").sweep().rename("team-a", "team-z")
    story.sweep().expect_card("team-z", "crashed").expect_pings(1).expect_no_card("team-a")


@pytest.mark.parametrize("stage", ["RUNNING", "RUNTIME_ERROR"])
def test_reused_name_closes_the_incident_of_the_deleted_space(story: Story, stage: str) -> None:
    story.begin(team_a="RUNNING", team_b="RUNNING").stage("team-a", stage, "boom").sweep()
    story.remove("team-b").sweep().rename("team-a", "team-b").sweep().after(minutes=3)
    story.expect_card("no longer on Hugging Face", "team-b", buttons="").expect_no_reply()
    story.stage("team-b", "CONFIG_ERROR", "bang").sweep().expect_card("bang")


def test_two_names_of_one_space_are_a_rename_and_a_deletion(
    story: Story,
) -> None:
    story.begin(team_a="RUNNING", team_b="RUNNING", team_c="RUNNING")
    story.rename("team-a", "team-z").remove("team-z").rename("team-b", "team-z")
    story.sweep().expect_card("missing", "team-b").stage("team-z", "RUNTIME_ERROR", "boom").sweep()
    story.expect_card("team-z", "boom")


def test_name_claimed_by_two_owners_belongs_to_one(
    story: Story,
) -> None:
    story.environ["SPACEBOT_OWNER"] = "acme,other"
    story.hub.put("other/team-x", "RUNNING")
    story.begin(team_a="RUNNING", team_b="RUNNING").rename("team-a", "team-z")
    del story.hub.spaces["other/team-x"]
    story.hub.renames["other/team-x"] = "acme/team-z"
    story.sweep().expect_card("team-x", "missing").stage("team-z", "RUNTIME_ERROR", "boom").sweep()
    story.expect_card("team-z", "boom")


def test_mute_follows_a_rename(story: Story) -> None:
    story.begin(team_a="RUNNING").type_command("mute team-a for 1h").rename(
        "team-a", "team-z"
    ).sweep()
    story.stage("team-z", "RUNTIME_ERROR", "boom").sweep()
    assert not any("boom" in text for text in story.texts)


def test_newest_mute_wins_after_a_rename(story: Story) -> None:
    story.begin(team_a="RUNNING").type_command("mute team-a for 1h").rename("team-a", "team-z")
    story.after(seconds=1).type_command("mute team-z for 10m").sweep()
    story.stage("team-z", "RUNTIME_ERROR", "boom").after(minutes=20).expect_card("boom")


def test_watch_follows_a_rename(story: Story) -> None:
    story.begin(team_a="RUNNING", team_b="RUNNING").type_command(
        "watch error Team-A", channel="C1LAB"
    )
    story.rename("team-a", "team-z").sweep().type_command("why team-z")
    story.expect_ephemeral("The watch in <#C1LAB> follows its new name")
    story.stage("team-z", "RUNTIME_ERROR", "boom").sweep().expect_card("boom", channel="C1LAB")


def test_watch_following_a_rename_merges_with_an_existing_one(story: Story) -> None:
    story.begin(team_a="RUNNING").type_command("watch error team-a", channel="C1LAB")
    story.rename("team-a", "team-z")
    story.type_command("watch sleeping team-z", channel="C1LAB").sweep().type_command("watches all")
    story.expect_ephemeral("`asleep` and `error`, `team-z`")


def test_failure_during_a_rename_needs_confirmation(story: Story) -> None:
    story.environ["SPACEBOT_ALERT_ON"] = "sleeping"
    story.begin(team_a="RUNNING", team_b="RUNNING").type_command(
        "watch error team-a", channel="C1LAB"
    )
    story.rename("team-a", "team-z").hub.listed_stages["acme/team-z"] = "RUNTIME_ERROR"
    story.sweep().sweep().expect_no_card("crashed", channel="C1LAB")
    assert "runtime acme/team-z" in story.hub.calls


def test_spaces_with_one_short_name_are_shown_by_full_id(story: Story) -> None:
    story.environ["SPACEBOT_OWNER"] = "acme,other"
    story.hub.put("other/team-a", "RUNNING")
    story.begin(team_a="RUNNING")
    story.stage("other/team-a", "RUNTIME_ERROR").sweep()
    story.expect_card("other/team-a", "crashed", buttons="restart other/team-a logs other/team-a")


def test_incidents_of_an_unconfigured_owner_are_closed(story: Story) -> None:
    story.environ["SPACEBOT_OWNER"] = "acme,other"
    story.hub.put("other/team-x", "RUNNING")
    story.begin(team_a="RUNNING").stage("other/team-x", "RUNTIME_ERROR").sweep()
    story.environ["SPACEBOT_OWNER"] = "acme"
    story.restart().sweep().expect_card("team-x", "no longer watched", buttons="").expect_pings(1)


def test_traceback_is_summarized_by_its_last_line(story: Story) -> None:
    story.begin(team_a="RUNNING")
    story.stage("team-a", "RUNTIME_ERROR", TRACE).sweep()
    story.expect_card("team-a", "crashed: KeyError: 'x'")


def test_log_lines_are_added_by_an_edit(story: Story) -> None:
    story.begin(team_a="RUNNING")
    story.hub.log_lines["acme/team-a"] = (
        "\x1b[31mModuleNotFoundError: No module named 'y'\x1b[0m",
    )
    story.stage("team-a", "RUNTIME_ERROR", "Exit code: 1").sweep()
    story.expect_card("team-a", "No module named 'y'").expect_pings(1)
    story.expect_card("team-a", "A package is missing")


def test_no_secret_is_shown_on_a_card_or_on_a_lock_screen(story: Story) -> None:
    story.begin(team_a="RUNNING")
    story.hub.log_lines["acme/team-a"] = (
        "groq.AuthenticationError: Invalid API Key: gsk_abcdEFGH1234567890abcdEFGH",
        "failed: Authorization: Basic dXNlcjpwYXNzd29yZA==",
    )
    story.stage("team-a", "RUNTIME_ERROR", "Invalid API Key provided: sk_live_51AbCdEf1234").sweep()
    story.expect_card("team-a", "crashed: Invalid API Key provided: ***")
    (card,) = story._cards_about("team-a")
    assert not any(secret in rendered_text(card) for secret in ("gsk_", "dXNl", "sk_live_"))


def test_failed_build_names_its_last_commit_with_one_call(story: Story) -> None:
    story.begin(team_a="RUNNING", team_b="RUNNING")
    pushed = story.clock.time - timedelta(minutes=2)
    story.hub.last_commits = {f"acme/team-{n}": LastCommit("ana <!here>", pushed) for n in "ab"}
    story.stage("team-a", "BUILD_ERROR", "Unexpected job error").sweep().sweep()
    story.stage("team-b", "RUNTIME_ERROR", "Exit code: 1").sweep()
    story.expect_card("team-a", "pushed by ana &lt;!here&gt; 2 min before")
    asked = [call for call in story.hub.calls if call.startswith("last_commit")]
    assert asked == ["last_commit acme/team-a"]


def test_pause_with_a_reason_alerts_and_one_by_a_person_is_silent(story: Story) -> None:
    story.begin(team_a="RUNNING", team_b="RUNNING")
    story.stage("team-a", "PAUSED").sweep().expect_pings(0)
    story.stage("team-b", "PAUSED", "Flagged as abusive").sweep().expect_pings(1)
    story.expect_card("team-b", "Blocked by Hugging Face's moderation. No restart helps")
    story.stage("team-a", "PAUSED", "You've reached your hardware quota limit").sweep()
    story.expect_card("team-a", "The owner's hardware quota is used up").expect_pings(2)


def test_next_failed_build_shows_its_own_log(story: Story) -> None:
    failed = ("BUILD_ERROR", "Job failed with exit code: 1")
    story.begin(team_a="RUNNING")
    story.hub.log_lines["acme/team-a"] = ("ModuleNotFoundError: No module named 'first'",)
    story.stage("team-a", *failed).sweep().expect_card("team-a", "A package is missing")
    story.stage("team-a", "BUILDING").sweep()
    story.hub.log_lines["acme/team-a"] = ("SyntaxError: the second is another",)
    story.stage("team-a", *failed).sweep().expect_card("team-a", "the second is another")
    story.expect_card("team-a", "The app's code").expect_no_card("first").expect_pings(1)


def test_log_read_during_a_new_failure_is_discarded(
    story: Story,
) -> None:
    failed = ("BUILD_ERROR", "Job failed with exit code: 1")

    def fail_again() -> None:
        story.hub.log_lines["acme/team-a"] = ("SyntaxError: the second is another",)
        for stage in (("BUILDING",), failed):
            story.stage("team-a", *stage).clock.tick(seconds=60)
            story.sweep()

    story.begin(team_a="RUNNING")
    story.hub.log_lines["acme/team-a"] = ("ModuleNotFoundError: No module named 'first'",)
    assert story.bot
    story.bot = with_hub_fault(story.bot, "after logs", fail_again)
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
def test_hostile_error_text_is_escaped(story: Story, error: str) -> None:
    story.begin(team_a="RUNNING")
    story.stage("team-a", "RUNTIME_ERROR", error).sweep()
    story.expect_card("team-a", "crashed")
    (card,) = story._cards_about("team-a")
    assert "<!channel>" not in str(card.message)
    assert len(card.text) <= 90


def test_a_name_as_long_as_the_hub_allows_still_makes_a_card(story: Story) -> None:
    name = "t" * 96
    story.begin(**{name: "RUNNING"})
    story.stage(name, "RUNTIME_ERROR", "boom").sweep().expect_card(name, "boom")


def test_why_shows_the_space_history(story: Story) -> None:
    story.begin(team_a="RUNNING")
    story.stage("team-a", "RUNTIME_ERROR").sweep().type_command("why team-a")
    (blocks,) = [str(message.blocks) for _, message in story.slack.ephemeral_messages]
    assert "Confirmed twice: `RUNTIME_ERROR`" in blocks
    assert "running → crashed" in blocks
    assert "Alert posted in <#C0OPS>" in blocks.replace("\u2060", "")
    assert "Alert is in <#C0OPS>." in blocks


def test_why_does_not_claim_unposted_cards(story: Story) -> None:
    story.begin(team_a="RUNNING").slack_rejects_call("post", "message_limit_exceeded")
    story.stage("team-a", "RUNTIME_ERROR").sweep().type_command("why team-a")
    (reply,) = [str(message.blocks) for _, message in story.slack.ephemeral_messages]
    assert "<#C0OPS>: not delivered yet: Slack says message_limit_exceeded." in reply
    assert "told in" not in reply.lower()


def test_why_reports_a_rejected_edit(story: Story) -> None:
    story.begin(team_a="RUNNING").stage("team-a", "RUNTIME_ERROR").sweep()
    story.slack_rejects_call("update", "update_failed").stage("team-a", "RUNNING").sweep()
    story.type_command("why team-a")
    (reply,) = [str(message.blocks) for _, message in story.slack.ephemeral_messages]
    assert "<#C0OPS>: not delivered yet: Slack says update_failed." in reply
