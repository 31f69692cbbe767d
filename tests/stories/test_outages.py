"""Stories of outages, row by row: no alert is lost or repeated.

The rows are those of the comparison of alerting systems: crash after noticing and before
sending, crash after sending and before recording, kill -9 with a recovery meanwhile, Slack
refusing, a message deleted by a human, and changes while silenced.
"""

import pytest

from tests.stories.scenario import Story, rendered_text

BROKEN = "RUNTIME_ERROR"


def start_story(story: Story) -> Story:
    return story.begin(team_a="RUNNING", team_b="RUNNING")


# -- row 1: crash after noticing, before sending


def test_crash_before_delivery_loses_no_card(story: Story) -> None:
    start_story(story).stage("team-a", BROKEN, "boom")
    assert story.bot
    story.bot.sweep()
    story.kill().restart().deliver().expect_card("team-a", "boom").expect_pings(1)


# -- row 2: crash after sending, before recording


def test_unanswered_post_is_adopted(story: Story) -> None:
    start_story(story).stage("team-a", BROKEN, "boom")
    story.slack.lost_post_answers = 1
    story.sweep().kill().restart().after(minutes=1)
    story.expect_card("team-a", "boom").expect_pings(1)


def test_a_post_that_never_arrived_is_posted_again(story: Story) -> None:
    start_story(story).stage("team-a", BROKEN, "boom").slack_down().sweep()
    story.slack_up().after(minutes=1).expect_card("team-a", "boom").expect_pings(1)


# -- row 3: kill -9, recovers during downtime


def test_a_recovery_while_the_bot_was_dead_closes_the_card(story: Story) -> None:
    start_story(story).stage("team-a", BROKEN).sweep().kill().stage("team-a", "RUNNING")
    story.after(minutes=20).restart().sweep()
    story.expect_card("team-a", "recovered while I was offline between", buttons="")
    story.expect_reply("while I was offline").expect_pings(2)


def test_problem_resolved_during_downtime_is_not_reported(story: Story) -> None:
    start_story(story).kill().stage("team-a", BROKEN).after(minutes=5).stage("team-a", "RUNNING")
    story.restart().sweep().expect_cards(0).expect_pings(0)


def test_a_restart_repeats_nothing(story: Story) -> None:
    start_story(story).stage("team-a", BROKEN).sweep().kill().after(minutes=5).restart()
    story.sweep().after(minutes=5).expect_cards(1).expect_pings(1)


def test_restart_posts_no_second_initial_scan(story: Story) -> None:
    start_story(story).kill().restart().sweep().expect_pings(0)


# -- row 4: Slack 429/5xx, or down


def test_an_hour_without_slack_ends_in_one_correct_message(story: Story) -> None:
    start_story(story).slack_down().stage("team-a", "SLEEPING").sweep()
    story.stage("team-a", BROKEN, "boom").after(minutes=60).slack_up().after(minutes=1)
    story.expect_card("team-a", "crashed: boom").expect_pings(1)


def test_problem_resolved_during_a_slack_outage_is_one_message(story: Story) -> None:
    start_story(story).slack_down().stage("team-a", BROKEN).sweep()
    story.after(minutes=10).stage("team-a", "RUNNING").sweep().slack_up().after(minutes=2)
    story.expect_card("team-a", "recovered after 10 min", buttons="").expect_pings(1)


def test_a_recovery_during_a_slack_outage_is_not_lost(story: Story) -> None:
    start_story(story).stage("team-a", BROKEN).sweep().slack_down().stage("team-a", "RUNNING")
    story.after(minutes=10).slack_up().after(minutes=1).expect_card("team-a", "recovered")


def test_escalation_resolved_during_an_outage_posts_only_recovery(story: Story) -> None:
    start_story(story).stage("team-a", "SLEEPING").sweep().slack_down()
    story.stage("team-a", BROKEN, "boom").after(minutes=10).stage("team-a", "RUNNING").sweep()
    story.slack_up().after(minutes=2).expect_card("team-a", "recovered").expect_reply("recovered")
    story.expect_pings(2)


def test_escalation_improved_during_an_outage_is_an_edit(story: Story) -> None:
    start_story(story).stage("team-a", "SLEEPING").sweep().slack_down()
    story.stage("team-a", BROKEN, "boom").after(minutes=10).stage("team-a", "SLEEPING").sweep()
    story.slack_up().after(minutes=2).expect_card("team-a", "asleep").expect_no_reply()


def test_escalation_flapping_after_an_outage_is_an_edit(story: Story) -> None:
    start_story(story)
    for stage in (BROKEN, "RUNNING", "SLEEPING"):
        story.stage("team-a", stage).after(minutes=2)
    story.slack_down().stage("team-a", BROKEN).sweep().stage("team-a", "RUNNING").sweep()
    story.slack_up().after(minutes=2).expect_card("flapping", "currently ").expect_pings(3)


def test_two_escalations_during_an_outage_post_one_reply(story: Story) -> None:
    start_story(story).stage("team-a", "SLEEPING").sweep().slack_down()
    story.stage("team-a", "DREAMING").sweep().stage("team-a", BROKEN, "boom").sweep()
    story.slack_up().after(minutes=2).expect_reply("crashed: boom").expect_pings(2)


def test_escalation_with_a_newer_error_is_still_posted(story: Story) -> None:
    start_story(story).stage("team-a", "SLEEPING").sweep().slack_down()
    story.stage("team-a", BROKEN, "boom").sweep().stage("team-a", BROKEN, "bang").sweep()
    story.slack_up().after(minutes=2).expect_card("team-a", "bang").expect_reply("got worse")


FOUR = [f"team-{n}" for n in range(1, 5)]


def make_group(story: Story) -> Story:
    story.begin(**{f"team_{n}": "RUNNING" for n in range(1, 7)})
    return story.stages(FOUR, "SLEEPING").sweep()


def worsen_during_outage(story: Story) -> Story:
    """Many Spaces fall asleep, and break one by one during a Slack outage."""
    make_group(story).slack_down()
    for name in FOUR[:3]:
        story.stage(name, BROKEN, "boom").sweep()
    return story


def test_group_escalations_during_an_outage_post_one_reply(story: Story) -> None:
    worsen_during_outage(story).slack_up().after(minutes=2).expect_reply(
        "team-1, team-2 and team-3 got worse"
    ).expect_pings(2)


def test_group_escalation_reply_omits_improved_members(story: Story) -> None:
    worsen_during_outage(story).stage("team-1", "RUNNING").stage("team-2", "SLEEPING").sweep()
    story.slack_up().after(minutes=2).expect_reply("team-3 got worse").expect_pings(2)


def test_group_resolved_during_an_outage_posts_only_recovery(
    story: Story,
) -> None:
    worsen_during_outage(story).stages(FOUR, "RUNNING").sweep()
    story.slack_up().after(minutes=2).expect_reply("All 4 resolved").expect_pings(2)


def test_initial_scan_resolved_during_an_outage_posts_only_recovery(
    story: Story,
) -> None:
    story.begin(team_a="SLEEPING", team_b="SLEEPING").slack_down()
    story.stage("team-a", BROKEN, "boom").sweep().stages(["team-a", "team-b"], "RUNNING").sweep()
    story.slack_up().after(minutes=2).expect_pings(1)


def test_long_slack_outage_ends_with_only_the_card(story: Story) -> None:
    story.poll *= 10
    start_story(story).slack_down().stage("team-a", BROKEN, "boom").after(hours=13)
    story.slack_up().after(minutes=20).expect_card("team-a", "boom").expect_pings(1)
    story.after(hours=4).expect_card("still needs attention").expect_pings(2)


def test_only_the_newest_unposted_reminder_is_posted(story: Story) -> None:
    story.poll *= 10
    start_story(story).stage("team-a", BROKEN, "boom").sweep().slack_down().after(hours=13)
    story.slack_up().after(minutes=20).expect_card("still needs attention after 12 h")
    story.expect_pings(2).after(hours=20).expect_pings(4)  # three have been posted


def test_reminder_of_a_resolved_incident_is_not_posted(story: Story) -> None:
    story.poll *= 10
    start_story(story).stage("team-a", BROKEN, "boom").sweep().slack_down().after(hours=9)
    story.stage("team-a", "RUNNING").sweep().slack_up().after(minutes=20)
    story.expect_card("team-a", "recovered").expect_pings(2)


@pytest.mark.parametrize("code", ["ratelimited", "account_inactive", "invalid_auth"])
def test_temporary_error_delays_delivery(story: Story, code: str) -> None:
    start_story(story).slack_rejects(code).stage("team-a", BROKEN, "boom").after(minutes=5)
    story.slack_up().after(minutes=3).expect_card("team-a", "boom").expect_pings(1)


AMBIGUOUS_ERRORS = ["fatal_error", "internal_error", "http_503"]


@pytest.mark.parametrize("code", AMBIGUOUS_ERRORS)
def test_failed_post_is_verified_and_posted_once(story: Story, code: str) -> None:
    start_story(story).slack_rejects(code).stage("team-a", BROKEN, "boom").after(minutes=5)
    story.slack_up().after(minutes=3).expect_card("team-a", "boom").expect_pings(1)


@pytest.mark.parametrize("code", AMBIGUOUS_ERRORS)
def test_failed_post_that_arrived_is_not_repeated(story: Story, code: str) -> None:
    start_story(story).slack.lost_post_answers = 1
    story.stage("team-a", BROKEN, "boom").sweep().slack_rejects(code).after(minutes=5)
    story.slack_up().after(minutes=3).expect_card("team-a", "boom").expect_pings(1)


@pytest.mark.parametrize("code", AMBIGUOUS_ERRORS)
def test_failed_edit_is_retried(story: Story, code: str) -> None:
    start_story(story).stage("team-a", BROKEN, "boom").sweep().slack_rejects(code)
    story.stage("team-a", "RUNNING").after(minutes=5).slack_up().after(minutes=3)
    story.expect_card("team-a", "recovered", buttons="").expect_reply("recovered").expect_pings(2)


# -- row 5: a message is deleted by a human


def test_deleted_card_of_an_open_incident_is_reposted_once(story: Story) -> None:
    start_story(story).stage("team-a", "SLEEPING").sweep().delete_card("team-a")
    story.stage("team-a", BROKEN, "boom").sweep().after(minutes=5)
    story.expect_card("team-a", "boom")


def test_deleted_card_is_detected_within_an_hour(story: Story) -> None:
    story.poll *= 5
    start_story(story).stage("team-a", BROKEN, "boom").sweep().delete_card("team-a").after(
        minutes=60
    )
    story.expect_card("team-a", "boom").expect_pings(2)


def test_deleted_group_card_is_detected(story: Story) -> None:
    story.poll *= 5
    names = [f"team-{n}" for n in range(1, 5)]
    story.begin(**{f"team_{n}": "RUNNING" for n in range(1, 6)}).stages(names, "SLEEPING").sweep()
    story.delete_card("4 Spaces asleep").after(minutes=60).expect_card("4 Spaces asleep")


def test_card_verification_needs_few_edits(story: Story) -> None:
    start_story(story).stage("team-a", BROKEN, "boom").sweep().after(minutes=105)
    (card,) = story._cards_about("team-a")
    assert card.edits == 2  # the same again


def test_card_verification_is_spread_over_time(story: Story) -> None:
    names = [f"team-{n}" for n in range(1, 25)]
    story.begin(**{name.replace("-", "_"): "RUNNING" for name in names})
    for n, name in enumerate(names):
        story.stage(name, "BUILD_ERROR", f"{'abcdefghijklmnopqrstuvwxyz'[n] * 9} is missing")
        if n % 3 == 2:
            story.sweep()
    story.after(minutes=40)
    before = {shown.ts: shown.edits for shown in story._cards()}
    most, edits = 0, sum(before.values())
    for _ in range(10):
        story.after(minutes=1)
        now = sum(shown.edits for shown in story._cards())
        most, edits = max(most, now - edits), now
    assert most <= 10
    assert all(shown.edits == before[shown.ts] + 1 for shown in story._cards())


def test_card_deleted_twice_returns_on_escalation_only(story: Story) -> None:
    story.poll *= 5
    start_story(story).stage("team-a", "SLEEPING").sweep().delete_card("team-a").after(minutes=60)
    story.delete_card("team-a").after(minutes=120).expect_no_card("team-a")
    story.stage("team-a", "STOPPED").sweep().expect_no_card("team-a").expect_pings(2)
    story.stage("team-a", BROKEN, "boom").sweep().expect_card("team-a", "boom").expect_pings(3)


def test_escalation_reposts_a_card_deleted_unnoticed(
    story: Story,
) -> None:
    story.poll *= 5
    start_story(story).stage("team-a", "SLEEPING").sweep().delete_card("team-a").after(minutes=60)
    story.delete_card("team-a").stage("team-a", BROKEN, "boom").after(minutes=10)
    story.expect_card("team-a", "boom").expect_pings(3)


def test_new_member_reposts_a_group_card_deleted_twice(story: Story) -> None:
    story.poll *= 5
    names = [f"team-{n}" for n in range(1, 5)]
    story.begin(**{f"team_{n}": "RUNNING" for n in range(1, 7)})
    story.stages(names, "BUILD_ERROR", "no module named 'x'").sweep()
    for _ in range(2):
        story.delete_card("4 Spaces").after(minutes=60)
    story.expect_cards(0).stage("team-5", "BUILD_ERROR", "no module named 'x'").sweep()
    story.expect_card("5 Spaces failed with the same error")


def test_cards_do_not_merge_into_one_deleted_twice(story: Story) -> None:
    story.poll *= 5
    names = [f"team-{n}" for n in range(1, 5)]
    story.begin(**{f"team_{n}": "RUNNING" for n in range(1, 7)})
    for name in names[:3]:
        story.stage(name, "BUILD_ERROR", "no module named 'x'").sweep()
    story.stage("team-4", "BUILD_ERROR", "no torch 9.9").sweep()
    for _ in range(2):
        story.delete_card("no torch").after(minutes=60)
    story.stage("team-4", "BUILD_ERROR", "no module named 'x'").sweep()
    story.expect_card("4 Spaces failed with the same error")


LOST = ["edit_window_closed", "cant_update_message", "is_inactive"]


@pytest.mark.parametrize("code", LOST)
def test_uneditable_card_is_replaced_by_a_new_one(story: Story, code: str) -> None:
    start_story(story).stage("team-a", "SLEEPING").sweep().slack_rejects_call("update", code)
    story.stage("team-a", BROKEN, "boom").after(minutes=5).expect_card("team-a", "crashed: boom")
    story.expect_card("team-a", "replaces an earlier message").expect_pings(2)
    story.stage("team-a", "RUNNING").after(minutes=5).expect_card("team-a", "recovered", buttons="")
    story.expect_cards(1).expect_pings(3)


def test_uneditable_card_stays_while_it_is_correct(story: Story) -> None:
    story.poll *= 5
    start_story(story).stage("team-a", BROKEN, "boom").sweep().after(minutes=5)
    story.slack_rejects_call("update", "edit_window_closed").after(minutes=95)
    story.expect_card("team-a", "boom").expect_pings(1)


def test_undeletable_replaced_card_is_ignored(story: Story) -> None:
    start_story(story).stage("team-a", "SLEEPING").sweep().slack_rejects_call(
        "update", "cant_update_message"
    )
    story.slack_rejects_call("delete", "cant_delete_message")
    story.stage("team-a", BROKEN, "boom").after(minutes=5).expect_cards(2)
    story.slack.rejections.clear()
    story.stage("team-a", "RUNNING").after(minutes=5).expect_card("recovered").expect_cards(2)


def test_uneditable_muted_card_is_replaced(story: Story) -> None:
    start_story(story).stage("team-a", BROKEN, "boom").sweep().type_command("mute team-a for 5h")
    story.slack_rejects_call("update", "edit_window_closed").stage("team-a", "RUNNING")
    story.after(minutes=5).expect_card("recovered", buttons="").expect_no_card("crashed: boom")


def test_edit_that_fails_once_is_retried(story: Story) -> None:
    start_story(story).stage("team-a", BROKEN, "boom").sweep().slack_rejects_call(
        "update", "update_failed"
    )
    story.stage("team-a", "RUNNING").sweep().expect_card("team-a", "crashed: boom")
    story.slack.rejections.clear()
    story.after(minutes=1).expect_card("team-a", "recovered", buttons="")


@pytest.mark.parametrize("code", ["message_limit_exceeded", "something_new"])
def test_temporarily_rejected_post_is_retried_later(story: Story, code: str) -> None:
    start_story(story).slack_rejects_call("post", code).stage("team-a", BROKEN, "boom").after(
        minutes=30
    )
    story.expect_cards(0).slack_up().after(minutes=6).expect_card("team-a", "boom").expect_pings(1)


def test_restart_ignores_retry_pauses(story: Story) -> None:
    start_story(story).slack_rejects_call("post", "message_limit_exceeded").stage(
        "team-a", BROKEN, "boom"
    )
    story.after(minutes=30).slack_up().restart().deliver().expect_card("team-a", "boom")


@pytest.mark.parametrize("call", ["post", "update"])
def test_card_with_rejected_blocks_is_posted_as_plain_text(
    story: Story, call: str, caplog: pytest.LogCaptureFixture
) -> None:
    start_story(story).stage("team-a", "SLEEPING")
    if call == "update":
        story.sweep()
    story.slack_rejects_call(call, "invalid_blocks").stage("team-a", BROKEN, "boom").sweep()
    story.expect_card("team-a", "crashed: boom")
    (card,) = story._cards_about("team-a")
    assert not card.message.blocks
    (shape,) = (r.getMessage() for r in caplog.records if "its shape" in r.getMessage())
    assert "section" in shape
    assert "boom" not in shape
    assert "team-a" not in shape


def test_plain_text_card_gets_its_blocks_back(story: Story) -> None:
    story.poll *= 5
    start_story(story).slack_rejects_call("post", "invalid_blocks").stage(
        "team-a", BROKEN, "boom"
    ).sweep()
    story.slack_up().after(minutes=60).expect_card("team-a", "restart team-a")


def test_failing_card_does_not_delay_others(story: Story) -> None:
    start_story(story).stage("team-a", BROKEN, "boom").sweep()
    story.slack_rejects_call("update", "internal_error").stage("team-a", "RUNNING")
    story.stage("team-b", BROKEN, "bang").after(minutes=2).expect_card("team-b", "bang")


def test_post_of_unknown_outcome_is_marked_as_possibly_repeated(
    story: Story,
) -> None:
    start_story(story).stage("team-a", BROKEN, "boom").slack.lost_post_answers = 1
    story.sweep().slack_rejects_call("find", "missing_scope").slack_rejects_call(
        "post", "something_new"
    )
    story.after(minutes=1).type_command("mute team-a for 1h").type_command(
        "unmute team-a"
    ).slack_up()
    story.after(minutes=10)
    assert [("may repeat" in rendered_text(card)) for card in story._cards_about("boom")] == [
        False,
        True,
    ]
    story.stage("team-a", "RUNNING").after(minutes=1).expect_card("recovered", "may repeat")


def test_card_deleted_twice_is_not_reposted_on_recovery(story: Story) -> None:
    story.poll *= 5
    start_story(story).stage("team-a", BROKEN).sweep().delete_card("team-a").after(minutes=60)
    story.delete_card("team-a").after(minutes=60).stage("team-a", "RUNNING").after(minutes=60)
    story.expect_no_card("team-a").expect_pings(2)


def test_deleted_card_is_not_reposted_once_resolved(
    story: Story,
) -> None:
    start_story(story).stage("team-a", "SLEEPING").sweep().delete_card("team-a")
    story.stage("team-a", "STOPPED")
    assert story.bot
    story.bot.sweep()
    story.bot.deliver()  # detects the deletion, and loses Slack before it posts again
    story.slack_down().stage("team-a", "RUNNING").after(minutes=3).slack_up().after(minutes=3)
    story.expect_no_card("team-a").expect_pings(1)


def test_deleted_card_stays_deleted_on_recovery(story: Story) -> None:
    start_story(story).stage("team-a", BROKEN).sweep().delete_card("team-a")
    story.stage("team-a", "RUNNING").sweep().after(minutes=5).expect_no_card("team-a")


# -- row 6: changes while silenced, in maintenance


def test_a_recovery_while_muted_is_shown(story: Story) -> None:
    start_story(story).stage("team-a", BROKEN).sweep().click("team-a", "Mute for 1 hour")
    story.stage("team-a", "RUNNING").sweep().expect_card("team-a", "recovered", buttons="")


def test_failure_after_a_muted_recovery_is_posted_after_the_mute(
    story: Story,
) -> None:
    start_story(story).stage("team-a", BROKEN, "one").sweep().click("team-a", "Mute for 1 hour")
    story.stage("team-a", "RUNNING").sweep().after(minutes=70)
    story.stage("team-a", BROKEN, "two").sweep().expect_card("two").expect_pings(2)


# -- Hub outages


def test_one_failed_sweep_is_not_reported(story: Story) -> None:
    start_story(story).hub_down().sweep().hub_up().after(minutes=1).sweep().expect_pings(0)


def test_second_failed_sweep_is_reported_with_its_start(story: Story) -> None:
    start_story(story).hub_down().sweep().after(minutes=20)
    story.expect_card("Can't reach", "Alerts are paused").expect_cards(1).expect_pings(1)


def test_outage_card_is_edited_when_the_hub_is_back(story: Story) -> None:
    start_story(story).hub_down().after(minutes=18).hub_up().sweep()
    story.expect_card("Hugging Face is reachable again", "down 17 min").expect_pings(1)


def test_hub_outage_changes_no_incident(story: Story) -> None:
    start_story(story).stage("team-a", BROKEN).sweep().hub_down().stage("team-a", "RUNNING")
    story.after(minutes=10).expect_card("team-a", "crashed")


def test_missing_space_does_not_expire_during_a_hub_outage(story: Story) -> None:
    story.poll *= 60
    start_story(story).remove("team-a").sweep().hub_down().after(hours=26)
    story.expect_card("team-a", "missing: deleted").hub_up().sweep()
    story.expect_card("team-a", "no longer on Hugging Face")


def test_recovery_during_a_hub_outage_is_reported_with_its_gap(story: Story) -> None:
    start_story(story).stage("team-a", BROKEN).sweep().hub_down().stage("team-a", "RUNNING")
    story.after(minutes=10).hub_up().sweep().expect_card("team-a", "recovered while I was offline")


def test_hub_outage_survives_a_restart(story: Story) -> None:
    start_story(story).hub_down().after(minutes=5).kill().restart().after(minutes=5)
    story.expect_cards(1).hub_up().sweep().expect_card("Hugging Face is reachable").expect_pings(1)


def test_second_hub_outage_has_its_own_card(story: Story) -> None:
    start_story(story).hub_down().after(minutes=5).hub_up().after(minutes=30)
    story.hub_down().after(minutes=5).expect_card("Can't reach").expect_pings(2)


def test_intermittent_hub_outage_is_one_card(story: Story) -> None:
    start_story(story)
    for _ in range(12):
        story.hub_down().after(minutes=3).hub_up().after(minutes=2)
    story.expect_card("Hugging Face is reachable", "12 outages since").expect_pings(1)
    story.hub_down().after(minutes=3).expect_card("Can't reach").expect_pings(1)


def test_deleted_outage_card_is_not_reposted_after_the_outage(story: Story) -> None:
    start_story(story).hub_down().after(minutes=5).delete_card("Can't reach")
    story.hub_up().after(minutes=5).expect_cards(0).expect_pings(1)


def test_deleted_outage_card_is_reposted_at_the_next_outage(
    story: Story,
) -> None:
    start_story(story).hub_down().after(minutes=5).delete_card("Can't reach").hub_up()
    story.after(minutes=5).hub_down().after(minutes=5).expect_card("Can't reach").expect_pings(2)


def test_outage_of_one_owner_does_not_affect_another(story: Story) -> None:
    story.environ["SPACEBOT_OWNER"] = "acme,other"
    story.hub.put("other/team-x", "RUNNING")
    start_story(story).hub.unanswered = {"other"}
    story.stage("team-a", BROKEN, "boom").stage("other/team-x", BROKEN).sweep().sweep()
    story.expect_card("team-a", "boom").expect_card("Can't reach the Spaces of other")
    story.expect_cards(2)


def classroom(story: Story, number: int = 40) -> Story:
    return story.begin(**{f"team_{n}": "RUNNING" for n in range(1, number + 1)})


def test_list_with_too_many_missing_spaces_is_an_outage(story: Story) -> None:
    classroom(story).hub.unlisted = {f"acme/team-{n}" for n in range(30, 41)}
    story.stage("team-40", BROKEN, "boom").sweep().sweep()
    story.expect_card("Can't reach", "leaves out 11 Spaces").expect_no_card("boom")
    story.hub.unlisted = set()
    story.sweep().expect_card("Hugging Face is reachable").expect_card("team-40", "boom")


def test_many_missing_spaces_are_looked_up_in_rotation(story: Story) -> None:
    classroom(story).hub.unanswered = {f"space acme/team-{n}" for n in range(11, 19)}
    for n in range(11, 21):
        story.remove(f"team-{n}")
    story.restart().sweep().expect_cards(0).restart().sweep()
    story.expect_card("team-19", "missing").expect_card("team-20", "missing").expect_cards(2)


def test_permanently_unlisted_space_does_not_hide_deletions(
    story: Story,
) -> None:
    classroom(story).hub.unlisted = {"acme/team-1"}
    for n in range(10, 41):
        story.remove(f"team-{n}")
    story.after(minutes=10).stage("team-1", BROKEN, "boom").sweep()
    story.expect_card("team-1 ", "boom").expect_no_card("Can't reach")


def test_missing_space_without_a_lookup_is_not_reported(story: Story) -> None:
    start_story(story).remove("team-a").hub.unanswered = {"space"}
    story.sweep().expect_cards(0).hub.unanswered = set()
    story.sweep().expect_card("team-a", "missing")


def test_unreadable_log_leaves_the_card_unchanged(story: Story) -> None:
    start_story(story).hub.unanswered = {"logs"}
    story.stage("team-a", BROKEN, "boom").sweep().sweep().expect_card("team-a", "boom")
    assert sum(call.startswith("logs") for call in story.hub.calls) == 1


# -- channels


@pytest.mark.parametrize("code", ["not_in_channel", "channel_not_found", "is_archived"])
def test_blocked_channel_does_not_delay_others(story: Story, code: str) -> None:
    start_story(story).type_command("watch error", channel="C1LAB")
    story.slack.channels_without_bot.add("C0OPS")
    story.stage("team-a", BROKEN, "boom").sweep().expect_card("boom", channel="C1LAB")


@pytest.mark.parametrize("code", ["not_in_channel", "channel_not_found", "is_archived"])
def test_unblocked_channel_is_current_within_a_minute(story: Story, code: str) -> None:
    start_story(story).slack_rejects(code).stage("team-a", BROKEN, "boom").after(minutes=10)
    story.slack_up().after(minutes=1).expect_card("team-a", "boom").expect_pings(1)


def test_late_invitation_posts_the_initial_scan(story: Story) -> None:
    story.slack_rejects("not_in_channel").begin(team_a=BROKEN).after(minutes=10)
    story.slack_up().after(minutes=1)
    assert [card.text for card in story.slack.cards] == ["Watching 1 Space: 1 failed"]


def test_incident_resolved_before_the_invitation_is_not_posted(story: Story) -> None:
    start_story(story).slack_rejects("not_in_channel").stage("team-a", BROKEN, "boom").after(
        minutes=10
    )
    story.stage("team-a", "RUNNING").after(minutes=10)
    story.slack_up().after(minutes=10).expect_no_card("team-a").expect_pings(0)


def test_card_is_updated_after_its_channel_is_unarchived(story: Story) -> None:
    start_story(story).stage("team-a", BROKEN, "boom").sweep().slack_rejects("is_archived")
    story.stage("team-a", "RUNNING").after(minutes=10).slack_up().after(minutes=2)
    story.expect_card("team-a", "recovered", buttons="")


def test_adopted_card_is_editable_with_a_channel_name(
    story: Story,
) -> None:
    story.environ = {"SPACEBOT_ALERT_CHANNEL": "#ops"}
    start_story(story).slack.lost_post_answers = 1
    story.stage("team-a", BROKEN, "boom").after(minutes=1).expect_pings(1)
    story.stage("team-a", "RUNNING").after(minutes=1).expect_card("team-a", "recovered")


@pytest.mark.parametrize(
    "code",
    [
        "account_inactive",
        "token_expired",
        "invalid_auth",
        "not_in_channel",
        "channel_not_found",
        "is_archived",
    ],
)
def test_unreadable_history_causes_no_second_card(story: Story, code: str) -> None:
    start_story(story).slack.lost_post_answers = 1
    story.stage("team-a", BROKEN, "boom").sweep()
    story.slack_rejects(code).after(minutes=3).slack_up().after(minutes=3)
    story.expect_card("team-a", "boom").expect_pings(1)


def test_reply_to_a_deleted_card_becomes_part_of_the_new_card(story: Story) -> None:
    start_story(story).stage("team-a", "SLEEPING").sweep().delete_card("team-a")
    story.stage("team-a", BROKEN, "boom").after(minutes=5)
    story.expect_card("team-a", "boom").expect_no_reply().expect_pings(2)
