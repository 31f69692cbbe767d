"""Stories of outages: who loses or repeats what, row by row, and what else can fail.

The rows are those of the comparison of alerting systems: crash after noticing and before
sending, crash after sending and before recording, kill -9 with a recovery meanwhile, Slack
refusing, a message deleted by a human, and changes while silenced.
"""

import pytest

from tests.alerts.timeline import Timeline, words

BROKEN = "RUNTIME_ERROR"


def begun(story: Timeline) -> Timeline:
    return story.begin(team_a="RUNNING", team_b="RUNNING")


# -- row 1: crash after noticing, before sending


def test_a_crash_between_noticing_and_sending_loses_nothing(story: Timeline) -> None:
    begun(story).stage("team-a", BROKEN, "boom")
    assert story.bot
    story.bot.sweep()
    story.kill().restart().deliver().expect_card("team-a", "boom").expect_pings(1)


# -- row 2: crash after sending, before recording


def test_a_post_whose_answer_was_lost_is_found_and_not_repeated(story: Timeline) -> None:
    begun(story).stage("team-a", BROKEN, "boom")
    story.slack.swallow = 1
    story.sweep().kill().restart().after(minutes=1)
    story.expect_card("team-a", "boom").expect_pings(1)


def test_a_post_that_never_arrived_is_posted_again(story: Timeline) -> None:
    begun(story).stage("team-a", BROKEN, "boom").slack_down().sweep()
    story.slack_up().after(minutes=1).expect_card("team-a", "boom").expect_pings(1)


# -- row 3: kill -9, recovers during downtime


def test_a_recovery_while_the_bot_was_dead_closes_the_card(story: Timeline) -> None:
    begun(story).stage("team-a", BROKEN).sweep().kill().stage("team-a", "RUNNING")
    story.after(minutes=20).restart().sweep()
    story.expect_card("team-a", "fixed while I was away, between", buttons="")
    story.expect_reply("while I was away").expect_pings(2)


def test_a_break_and_a_recovery_while_the_bot_was_dead_is_not_told(story: Timeline) -> None:
    begun(story).kill().stage("team-a", BROKEN).after(minutes=5).stage("team-a", "RUNNING")
    story.restart().sweep().expect_cards(0).expect_pings(0)


def test_a_restart_repeats_nothing(story: Timeline) -> None:
    begun(story).stage("team-a", BROKEN).sweep().kill().after(minutes=5).restart()
    story.sweep().after(minutes=5).expect_cards(1).expect_pings(1)


def test_a_restart_says_no_second_hello(story: Timeline) -> None:
    begun(story).kill().restart().sweep().expect_pings(0)


# -- row 4: Slack 429/5xx, or down


def test_an_hour_without_slack_ends_in_one_correct_message(story: Timeline) -> None:
    begun(story).slack_down().stage("team-a", "SLEEPING").sweep()
    story.stage("team-a", BROKEN, "boom").after(minutes=60).slack_up().after(minutes=1)
    story.expect_card("team-a", "crashed: boom").expect_pings(1)


def test_trouble_that_came_and_went_without_slack_is_one_message(story: Timeline) -> None:
    begun(story).slack_down().stage("team-a", BROKEN).sweep()
    story.after(minutes=10).stage("team-a", "RUNNING").sweep().slack_up().after(minutes=2)
    story.expect_card("team-a", "fixed after 10 min", buttons="").expect_pings(1)


def test_a_recovery_during_a_slack_outage_is_not_lost(story: Timeline) -> None:
    begun(story).stage("team-a", BROKEN).sweep().slack_down().stage("team-a", "RUNNING")
    story.after(minutes=10).slack_up().after(minutes=1).expect_card("team-a", "fixed")


def test_what_became_worse_and_is_over_by_then_is_told_by_its_end_alone(story: Timeline) -> None:
    begun(story).stage("team-a", "SLEEPING").sweep().slack_down()
    story.stage("team-a", BROKEN, "boom").after(minutes=10).stage("team-a", "RUNNING").sweep()
    story.slack_up().after(minutes=2).expect_card("team-a", "fixed").expect_reply("fixed")
    story.expect_pings(2)


def test_what_became_worse_and_is_better_by_then_is_an_edit(story: Timeline) -> None:
    begun(story).stage("team-a", "SLEEPING").sweep().slack_down()
    story.stage("team-a", BROKEN, "boom").after(minutes=10).stage("team-a", "SLEEPING").sweep()
    story.slack_up().after(minutes=2).expect_card("team-a", "asleep").expect_no_reply()


def test_what_became_worse_and_is_unstable_by_then_is_an_edit(story: Timeline) -> None:
    begun(story)
    for stage in (BROKEN, "RUNNING", "SLEEPING"):
        story.stage("team-a", stage).after(minutes=2)
    story.slack_down().stage("team-a", BROKEN).sweep().stage("team-a", "RUNNING").sweep()
    story.slack_up().after(minutes=2).expect_card("unstable", "now up").expect_pings(3)


def test_what_became_worse_twice_without_slack_is_told_once(story: Timeline) -> None:
    begun(story).stage("team-a", "SLEEPING").sweep().slack_down()
    story.stage("team-a", "DREAMING").sweep().stage("team-a", BROKEN, "boom").sweep()
    story.slack_up().after(minutes=2).expect_reply("crashed: boom").expect_pings(2)


def test_what_became_worse_and_fails_otherwise_by_then_is_still_told(story: Timeline) -> None:
    begun(story).stage("team-a", "SLEEPING").sweep().slack_down()
    story.stage("team-a", BROKEN, "boom").sweep().stage("team-a", BROKEN, "bang").sweep()
    story.slack_up().after(minutes=2).expect_card("team-a", "bang").expect_reply("is worse")


FOUR = [f"team-{n}" for n in range(1, 5)]


def herd(story: Timeline) -> Timeline:
    story.begin(**{f"team_{n}": "RUNNING" for n in range(1, 7)})
    return story.stages(FOUR, "SLEEPING").sweep()


def worsened(story: Timeline) -> Timeline:
    """A herd falls asleep, and breaks one by one while Slack is away."""
    herd(story).slack_down()
    for name in FOUR[:3]:
        story.stage(name, BROKEN, "boom").sweep()
    return story


def test_a_group_that_became_worse_bit_by_bit_without_slack_says_so_once(story: Timeline) -> None:
    worsened(story).slack_up().after(minutes=2).expect_reply(
        "team-1, team-2 and team-3 are worse"
    ).expect_pings(2)


def test_a_group_does_not_say_worse_of_those_that_are_better_by_then(story: Timeline) -> None:
    worsened(story).stage("team-1", "RUNNING").stage("team-2", "SLEEPING").sweep()
    story.slack_up().after(minutes=2).expect_reply("team-3 is worse").expect_pings(2)


def test_a_group_that_was_worse_and_is_over_by_then_is_told_by_its_end_alone(
    story: Timeline,
) -> None:
    worsened(story).stages(FOUR, "RUNNING").sweep()
    story.slack_up().after(minutes=2).expect_reply("All 4 over").expect_pings(2)


def test_the_hello_that_was_worse_and_is_over_by_then_is_told_by_its_end_alone(
    story: Timeline,
) -> None:
    story.begin(team_a="SLEEPING", team_b="SLEEPING").slack_down()
    story.stage("team-a", BROKEN, "boom").sweep().stages(["team-a", "team-b"], "RUNNING").sweep()
    story.slack_up().after(minutes=2).expect_pings(1)


def test_half_a_day_without_slack_ends_in_the_card_alone(story: Timeline) -> None:
    story.poll *= 10
    begun(story).slack_down().stage("team-a", BROKEN, "boom").after(hours=13)
    story.slack_up().after(minutes=20).expect_card("team-a", "boom").expect_pings(1)
    story.after(hours=4).expect_card("still in trouble").expect_pings(2)


def test_of_reminders_that_could_not_be_posted_the_newest_is(story: Timeline) -> None:
    story.poll *= 10
    begun(story).stage("team-a", BROKEN, "boom").sweep().slack_down().after(hours=13)
    story.slack_up().after(minutes=20).expect_card("still in trouble, the oldest for 12 h")
    story.expect_pings(2).after(hours=20).expect_pings(4)  # three have been read


def test_a_reminder_of_what_is_over_by_then_is_not_posted(story: Timeline) -> None:
    story.poll *= 10
    begun(story).stage("team-a", BROKEN, "boom").sweep().slack_down().after(hours=9)
    story.stage("team-a", "RUNNING").sweep().slack_up().after(minutes=20)
    story.expect_card("team-a", "fixed").expect_pings(2)


@pytest.mark.parametrize("code", ["ratelimited", "account_inactive", "invalid_auth"])
def test_a_refusal_that_may_pass_delays_and_loses_nothing(story: Timeline, code: str) -> None:
    begun(story).slack_says(code).stage("team-a", BROKEN, "boom").after(minutes=5)
    story.slack_up().after(minutes=3).expect_card("team-a", "boom").expect_pings(1)


IN_DOUBT = ["fatal_error", "internal_error", "http_503"]


@pytest.mark.parametrize("code", IN_DOUBT)
def test_a_post_that_slack_failed_at_is_looked_for_and_posted_once(
    story: Timeline, code: str
) -> None:
    begun(story).slack_says(code).stage("team-a", BROKEN, "boom").after(minutes=5)
    story.slack_up().after(minutes=3).expect_card("team-a", "boom").expect_pings(1)


@pytest.mark.parametrize("code", IN_DOUBT)
def test_a_post_that_slack_failed_at_and_showed_is_not_repeated(story: Timeline, code: str) -> None:
    begun(story).slack.swallow = 1
    story.stage("team-a", BROKEN, "boom").sweep().slack_says(code).after(minutes=5)
    story.slack_up().after(minutes=3).expect_card("team-a", "boom").expect_pings(1)


@pytest.mark.parametrize("code", IN_DOUBT)
def test_an_edit_that_slack_failed_at_is_made_again(story: Timeline, code: str) -> None:
    begun(story).stage("team-a", BROKEN, "boom").sweep().slack_says(code)
    story.stage("team-a", "RUNNING").after(minutes=5).slack_up().after(minutes=3)
    story.expect_card("team-a", "fixed", buttons="").expect_reply("fixed").expect_pings(2)


# -- row 5: a message is deleted by a human


def test_a_deleted_card_comes_back_once_if_the_trouble_is_still_there(story: Timeline) -> None:
    begun(story).stage("team-a", "SLEEPING").sweep().delete_card("team-a")
    story.stage("team-a", BROKEN, "boom").sweep().after(minutes=5)
    story.expect_card("team-a", "boom")


def test_a_deleted_card_is_missed_within_the_hour_though_nothing_changes(story: Timeline) -> None:
    story.poll *= 5
    begun(story).stage("team-a", BROKEN, "boom").sweep().delete_card("team-a").after(minutes=60)
    story.expect_card("team-a", "boom").expect_pings(2)


def test_a_card_of_many_is_missed_as_well(story: Timeline) -> None:
    story.poll *= 5
    names = [f"team-{n}" for n in range(1, 5)]
    story.begin(**{f"team_{n}": "RUNNING" for n in range(1, 6)}).stages(names, "SLEEPING").sweep()
    story.delete_card("4 of 5 asleep").after(minutes=60).expect_card("4 of 5 asleep")


def test_a_card_is_looked_after_by_few_edits(story: Timeline) -> None:
    begun(story).stage("team-a", BROKEN, "boom").sweep().after(minutes=95)
    (card,) = story._about("team-a")
    assert card.edits == 2  # the same again


def test_many_cards_are_not_looked_after_all_at_once(story: Timeline) -> None:
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


def test_a_card_that_is_deleted_again_stays_away_until_it_is_worse(story: Timeline) -> None:
    story.poll *= 5
    begun(story).stage("team-a", "SLEEPING").sweep().delete_card("team-a").after(minutes=60)
    story.delete_card("team-a").after(minutes=120).expect_no_card("team-a")
    story.stage("team-a", "STOPPED").sweep().expect_no_card("team-a").expect_pings(2)
    story.stage("team-a", BROKEN, "boom").sweep().expect_card("team-a", "boom").expect_pings(3)


def test_worse_is_told_though_nobody_had_found_out_that_its_card_was_deleted_again(
    story: Timeline,
) -> None:
    story.poll *= 5
    begun(story).stage("team-a", "SLEEPING").sweep().delete_card("team-a").after(minutes=60)
    story.delete_card("team-a").stage("team-a", BROKEN, "boom").after(minutes=10)
    story.expect_card("team-a", "boom").expect_pings(3)


def test_who_joins_a_card_that_was_deleted_again_brings_it_back(story: Timeline) -> None:
    story.poll *= 5
    names = [f"team-{n}" for n in range(1, 5)]
    story.begin(**{f"team_{n}": "RUNNING" for n in range(1, 7)})
    story.stages(names, "BUILD_ERROR", "no module named 'x'").sweep()
    for _ in range(2):
        story.delete_card("4 of 6").after(minutes=60)
    story.expect_cards(0).stage("team-5", "BUILD_ERROR", "no module named 'x'").sweep()
    story.expect_card("5 of 6 broken with the same error")


def test_cards_do_not_come_together_on_one_that_was_deleted_again(story: Timeline) -> None:
    story.poll *= 5
    names = [f"team-{n}" for n in range(1, 5)]
    story.begin(**{f"team_{n}": "RUNNING" for n in range(1, 7)})
    for name in names[:3]:
        story.stage(name, "BUILD_ERROR", "no module named 'x'").sweep()
    story.stage("team-4", "BUILD_ERROR", "no torch 9.9").sweep()
    for _ in range(2):
        story.delete_card("no torch").after(minutes=60)
    story.stage("team-4", "BUILD_ERROR", "no module named 'x'").sweep()
    story.expect_card("4 of 6 broken with the same error")


LOST = ["edit_window_closed", "cant_update_message", "is_inactive"]


@pytest.mark.parametrize("code", LOST)
def test_a_card_that_may_not_be_edited_any_more_gives_way_to_a_new_one(
    story: Timeline, code: str
) -> None:
    begun(story).stage("team-a", "SLEEPING").sweep().slack_refuses("update", code)
    story.stage("team-a", BROKEN, "boom").after(minutes=5).expect_card("team-a", "crashed: boom")
    story.expect_card("team-a", "replaces an earlier message").expect_pings(2)
    story.stage("team-a", "RUNNING").after(minutes=5).expect_card("team-a", "fixed", buttons="")
    story.expect_cards(1).expect_pings(3)


def test_a_card_that_may_not_be_edited_stays_as_long_as_it_is_true(story: Timeline) -> None:
    story.poll *= 5
    begun(story).stage("team-a", BROKEN, "boom").sweep().after(minutes=5)
    story.slack_refuses("update", "edit_window_closed").after(minutes=95)
    story.expect_card("team-a", "boom").expect_pings(1)


def test_a_card_that_was_replaced_and_cannot_be_deleted_is_left_alone(story: Timeline) -> None:
    begun(story).stage("team-a", "SLEEPING").sweep().slack_refuses("update", "cant_update_message")
    story.slack_refuses("delete", "cant_delete_message")
    story.stage("team-a", BROKEN, "boom").after(minutes=5).expect_cards(2)
    story.slack.refuses.clear()
    story.stage("team-a", "RUNNING").after(minutes=5).expect_card("fixed").expect_cards(2)


def test_a_muted_card_that_may_not_be_edited_turns_true_all_the_same(story: Timeline) -> None:
    begun(story).stage("team-a", BROKEN, "boom").sweep().says("mute team-a for 5h")
    story.slack_refuses("update", "edit_window_closed").stage("team-a", "RUNNING")
    story.after(minutes=5).expect_card("fixed", buttons="").expect_no_card("crashed: boom")


def test_an_edit_that_fails_once_is_made_again(story: Timeline) -> None:
    begun(story).stage("team-a", BROKEN, "boom").sweep().slack_refuses("update", "update_failed")
    story.stage("team-a", "RUNNING").sweep().expect_card("team-a", "crashed: boom")
    story.slack.refuses.clear()
    story.after(minutes=1).expect_card("team-a", "fixed", buttons="")


@pytest.mark.parametrize("code", ["message_limit_exceeded", "something_new"])
def test_a_post_that_is_refused_for_a_reason_of_the_hour_is_made_later(
    story: Timeline, code: str
) -> None:
    begun(story).slack_refuses("post", code).stage("team-a", BROKEN, "boom").after(minutes=30)
    story.expect_cards(0).slack_up().after(minutes=6).expect_card("team-a", "boom").expect_pings(1)


def test_a_restart_waits_for_no_pause(story: Timeline) -> None:
    begun(story).slack_refuses("post", "message_limit_exceeded").stage("team-a", BROKEN, "boom")
    story.after(minutes=30).slack_up().restart().deliver().expect_card("team-a", "boom")


@pytest.mark.parametrize("call", ["post", "update"])
def test_a_card_whose_blocks_are_refused_is_shown_as_plain_text(
    story: Timeline, call: str, caplog: pytest.LogCaptureFixture
) -> None:
    begun(story).stage("team-a", "SLEEPING")
    if call == "update":
        story.sweep()
    story.slack_refuses(call, "invalid_blocks").stage("team-a", BROKEN, "boom").sweep()
    story.expect_card("team-a", "crashed: boom")
    (card,) = story._about("team-a")
    assert not card.message.blocks
    (shape,) = (r.getMessage() for r in caplog.records if "its shape" in r.getMessage())
    assert "section" in shape
    assert "boom" not in shape
    assert "team-a" not in shape


def test_a_card_that_was_shown_as_plain_text_gets_its_blocks_back(story: Timeline) -> None:
    story.poll *= 5
    begun(story).slack_refuses("post", "invalid_blocks").stage("team-a", BROKEN, "boom").sweep()
    story.slack_up().after(minutes=60).expect_card("team-a", "restart team-a")


def test_one_card_that_slack_fails_at_does_not_hold_up_the_others(story: Timeline) -> None:
    begun(story).stage("team-a", BROKEN, "boom").sweep()
    story.slack_refuses("update", "internal_error").stage("team-a", "RUNNING")
    story.stage("team-b", BROKEN, "bang").after(minutes=2).expect_card("team-b", "bang")


def test_a_send_of_unknown_outcome_says_that_it_may_repeat_whatever_happens_between(
    story: Timeline,
) -> None:
    begun(story).stage("team-a", BROKEN, "boom").slack.swallow = 1
    story.sweep().slack_refuses("find", "missing_scope").slack_refuses("post", "something_new")
    story.after(minutes=1).says("mute team-a for 1h").says("unmute team-a").slack_up()
    story.after(minutes=10)
    assert [("may repeat" in words(card)) for card in story._about("boom")] == [False, True]
    story.stage("team-a", "RUNNING").after(minutes=1).expect_card("fixed", "may repeat")


def test_a_card_that_is_deleted_again_does_not_come_back_to_tell_the_end(story: Timeline) -> None:
    story.poll *= 5
    begun(story).stage("team-a", BROKEN).sweep().delete_card("team-a").after(minutes=60)
    story.delete_card("team-a").after(minutes=60).stage("team-a", "RUNNING").after(minutes=60)
    story.expect_no_card("team-a").expect_pings(2)


def test_a_deleted_card_is_not_posted_anew_when_the_trouble_is_over_by_then(
    story: Timeline,
) -> None:
    begun(story).stage("team-a", "SLEEPING").sweep().delete_card("team-a")
    story.stage("team-a", "STOPPED")
    assert story.bot
    story.bot.sweep()
    story.bot.deliver()  # finds out that it is deleted, and is cut off before it posts again
    story.slack_down().stage("team-a", "RUNNING").after(minutes=3).slack_up().after(minutes=3)
    story.expect_no_card("team-a").expect_pings(1)


def test_a_deleted_card_stays_away_when_the_trouble_is_over(story: Timeline) -> None:
    begun(story).stage("team-a", BROKEN).sweep().delete_card("team-a")
    story.stage("team-a", "RUNNING").sweep().after(minutes=5).expect_no_card("team-a")


# -- row 6: changes while silenced, in maintenance


def test_a_recovery_while_muted_is_shown(story: Timeline) -> None:
    begun(story).stage("team-a", BROKEN).sweep().tap("team-a", "Mute for 1 hour")
    story.stage("team-a", "RUNNING").sweep().expect_card("team-a", "fixed", buttons="")


def test_a_new_break_after_a_muted_recovery_is_told_when_the_mute_is_over(
    story: Timeline,
) -> None:
    begun(story).stage("team-a", BROKEN, "one").sweep().tap("team-a", "Mute for 1 hour")
    story.stage("team-a", "RUNNING").sweep().after(minutes=70)
    story.stage("team-a", BROKEN, "two").sweep().expect_card("two").expect_pings(2)


# -- the Hub is silent


def test_one_failed_look_is_not_worth_a_word(story: Timeline) -> None:
    begun(story).hub_down().sweep().hub_up().after(minutes=1).sweep().expect_pings(0)


def test_a_second_failed_look_is_told_once_with_since_when(story: Timeline) -> None:
    begun(story).hub_down().sweep().after(minutes=20)
    story.expect_card("I cannot see", "Blind since").expect_cards(1).expect_pings(1)


def test_the_blind_card_is_edited_when_sight_returns(story: Timeline) -> None:
    begun(story).hub_down().after(minutes=18).hub_up().sweep()
    story.expect_card("I can see the Spaces of acme again", "Blind from").expect_pings(1)


def test_nothing_is_concluded_while_blind(story: Timeline) -> None:
    begun(story).stage("team-a", BROKEN).sweep().hub_down().stage("team-a", "RUNNING")
    story.after(minutes=10).expect_card("team-a", "crashed")


def test_who_is_gone_is_not_let_go_while_blind(story: Timeline) -> None:
    story.poll *= 60
    begun(story).remove("team-a").sweep().hub_down().after(hours=26)
    story.expect_card("team-a", "gone: deleted").hub_up().sweep()
    story.expect_card("team-a", "gone for good")


def test_what_recovered_while_blind_is_told_as_such(story: Timeline) -> None:
    begun(story).stage("team-a", BROKEN).sweep().hub_down().stage("team-a", "RUNNING")
    story.after(minutes=10).hub_up().sweep().expect_card("team-a", "fixed while I was away")


def test_blindness_survives_a_restart(story: Timeline) -> None:
    begun(story).hub_down().after(minutes=5).kill().restart().after(minutes=5)
    story.expect_cards(1).hub_up().sweep().expect_card("I can see").expect_pings(1)


def test_a_second_blindness_is_a_card_of_its_own(story: Timeline) -> None:
    begun(story).hub_down().after(minutes=5).hub_up().after(minutes=30)
    story.hub_down().after(minutes=5).expect_card("I cannot see").expect_pings(2)


def test_a_hub_that_comes_and_goes_is_one_card_and_one_ping(story: Timeline) -> None:
    begun(story)
    for _ in range(12):
        story.hub_down().after(minutes=3).hub_up().after(minutes=2)
    story.expect_card("I can see", "comes and goes: 12 times since").expect_pings(1)
    story.hub_down().after(minutes=3).expect_card("I cannot see").expect_pings(1)


def test_a_blind_card_that_was_deleted_does_not_come_back_once_it_is_over(story: Timeline) -> None:
    begun(story).hub_down().after(minutes=5).delete_card("I cannot see")
    story.hub_up().after(minutes=5).expect_cards(0).expect_pings(1)


def test_a_blind_card_that_was_deleted_comes_back_when_the_hub_is_away_again(
    story: Timeline,
) -> None:
    begun(story).hub_down().after(minutes=5).delete_card("I cannot see").hub_up()
    story.after(minutes=5).hub_down().after(minutes=5).expect_card("I cannot see").expect_pings(2)


def test_one_blind_owner_does_not_hide_the_other(story: Timeline) -> None:
    story.environ["SPACEBOT_OWNER"] = "acme,other"
    story.hub.put("other/team-x", "RUNNING")
    begun(story).hub.unanswered = {"other"}
    story.stage("team-a", BROKEN, "boom").stage("other/team-x", BROKEN).sweep().sweep()
    story.expect_card("team-a", "boom").expect_card("I cannot see the Spaces of other")
    story.expect_cards(2)


def classroom(story: Timeline, number: int = 40) -> Timeline:
    return story.begin(**{f"team_{n}": "RUNNING" for n in range(1, number + 1)})


def test_a_list_that_leaves_out_more_than_can_be_looked_up_is_blindness(story: Timeline) -> None:
    classroom(story).hub.unlisted = {f"acme/team-{n}" for n in range(30, 41)}
    story.stage("team-40", BROKEN, "boom").sweep().sweep()
    story.expect_card("I cannot see", "leaves out 11 Spaces").expect_no_card("boom")
    story.hub.unlisted = set()
    story.sweep().expect_card("I can see").expect_card("team-40", "boom")


def test_each_of_many_missing_is_looked_up_in_its_turn(story: Timeline) -> None:
    classroom(story).hub.unanswered = {f"space acme/team-{n}" for n in range(11, 19)}
    for n in range(11, 21):
        story.remove(f"team-{n}")
    story.restart().sweep().expect_cards(0).restart().sweep()
    story.expect_card("team-19", "gone").expect_card("team-20", "gone").expect_cards(2)


def test_one_that_is_left_out_for_ever_does_not_hide_that_others_were_deleted(
    story: Timeline,
) -> None:
    classroom(story).hub.unlisted = {"acme/team-1"}
    for n in range(10, 41):
        story.remove(f"team-{n}")
    story.after(minutes=10).stage("team-1", BROKEN, "boom").sweep()
    story.expect_card("team-1 ", "boom").expect_no_card("I cannot see")


def test_a_gone_space_that_cannot_be_looked_up_is_not_concluded_gone(story: Timeline) -> None:
    begun(story).remove("team-a").hub.unanswered = {"space"}
    story.sweep().expect_cards(0).hub.unanswered = set()
    story.sweep().expect_card("team-a", "gone")


def test_a_log_that_cannot_be_read_leaves_the_card_as_it_is(story: Timeline) -> None:
    begun(story).hub.unanswered = {"logs"}
    story.stage("team-a", BROKEN, "boom").sweep().sweep().expect_card("team-a", "boom")
    assert sum(call.startswith("logs") for call in story.hub.calls) == 1


# -- channels


@pytest.mark.parametrize("code", ["not_in_channel", "channel_not_found", "is_archived"])
def test_a_channel_that_will_not_have_us_does_not_hold_up_the_others(
    story: Timeline, code: str
) -> None:
    begun(story).says("watch error", channel="C1LAB")
    story.slack.missing.add("C0OPS")
    story.stage("team-a", BROKEN, "boom").sweep().expect_card("boom", channel="C1LAB")


@pytest.mark.parametrize("code", ["not_in_channel", "channel_not_found", "is_archived"])
def test_a_channel_that_lets_us_in_again_reads_the_truth_within_a_minute(
    story: Timeline, code: str
) -> None:
    begun(story).slack_says(code).stage("team-a", BROKEN, "boom").after(minutes=10)
    story.slack_up().after(minutes=1).expect_card("team-a", "boom").expect_pings(1)


def test_a_bot_that_was_invited_late_says_what_it_found(story: Timeline) -> None:
    story.slack_says("not_in_channel").begin(team_a=BROKEN).after(minutes=10)
    story.slack_up().after(minutes=1)
    assert [card.text for card in story.slack.cards] == ["Watching 1 Space: 1 broken (0/1 up)"]


def test_what_was_over_before_we_were_let_in_is_not_told(story: Timeline) -> None:
    begun(story).slack_says("not_in_channel").stage("team-a", BROKEN, "boom").after(minutes=10)
    story.stage("team-a", "RUNNING").after(minutes=10)
    story.slack_up().after(minutes=10).expect_no_card("team-a").expect_pings(0)


def test_a_card_in_a_channel_that_was_archived_for_a_while_turns_true(story: Timeline) -> None:
    begun(story).stage("team-a", BROKEN, "boom").sweep().slack_says("is_archived")
    story.stage("team-a", "RUNNING").after(minutes=10).slack_up().after(minutes=2)
    story.expect_card("team-a", "fixed", buttons="")


def test_a_card_that_was_adopted_is_edited_where_the_channel_is_set_by_name(
    story: Timeline,
) -> None:
    story.environ = {"SPACEBOT_ALERT_CHANNEL": "#ops"}
    begun(story).slack.swallow = 1
    story.stage("team-a", BROKEN, "boom").after(minutes=1).expect_pings(1)
    story.stage("team-a", "RUNNING").after(minutes=1).expect_card("team-a", "fixed")


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
def test_a_history_that_cannot_be_read_for_a_while_makes_no_second_card(
    story: Timeline, code: str
) -> None:
    begun(story).slack.swallow = 1
    story.stage("team-a", BROKEN, "boom").sweep()
    story.slack_says(code).after(minutes=3).slack_up().after(minutes=3)
    story.expect_card("team-a", "boom").expect_pings(1)


def test_news_below_a_card_that_was_deleted_is_told_by_the_card_itself(story: Timeline) -> None:
    begun(story).stage("team-a", "SLEEPING").sweep().delete_card("team-a")
    story.stage("team-a", BROKEN, "boom").after(minutes=5)
    story.expect_card("team-a", "boom").expect_no_reply().expect_pings(2)
