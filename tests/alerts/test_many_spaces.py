"""Stories of many Spaces: what shares a card, what joins it, and what it costs in pings."""

import pytest

from tests.alerts.timeline import Timeline

TEN = [f"team-{n}" for n in range(1, 11)]


def class_of(story: Timeline, number: int = 10, stage: str = "RUNNING") -> Timeline:
    return story.begin(**{f"team_{n}": stage for n in range(1, number + 1)})


def test_three_at_once_have_a_card_each(story: Timeline) -> None:
    class_of(story).stages(TEN[:3], "SLEEPING").sweep()
    story.expect_cards(3).expect_pings(3)


def test_four_that_change_alike_in_one_sweep_share_a_card(story: Timeline) -> None:
    class_of(story).stages(TEN[:4], "SLEEPING").sweep()
    story.expect_cards(1).expect_pings(1)
    story.expect_card("4 of 10 asleep", "6/10 up", buttons="wake team-1..4")


def test_four_of_different_kinds_do_not_share_a_card(story: Timeline) -> None:
    class_of(story).stages(TEN[:2], "SLEEPING").stages(TEN[2:4], "RUNTIME_ERROR").sweep()
    story.expect_cards(4)


def test_more_of_the_same_kind_join_within_ten_minutes_by_an_edit(story: Timeline) -> None:
    class_of(story).stages(TEN[:4], "SLEEPING").sweep()
    story.after(minutes=8).stage("team-9", "SLEEPING").sweep()
    story.expect_pings(1).expect_card("5 of 10 asleep", buttons="wake team-1..4 team-9")


def test_after_ten_minutes_it_is_news_again(story: Timeline) -> None:
    class_of(story).stages(TEN[:4], "SLEEPING").sweep()
    story.after(minutes=12).stage("team-9", "SLEEPING").sweep()
    story.expect_cards(2).expect_pings(2)


def test_another_kind_does_not_join(story: Timeline) -> None:
    class_of(story).stages(TEN[:4], "SLEEPING").sweep()
    story.stage("team-9", "RUNTIME_ERROR", "boom").sweep()
    story.expect_cards(2).expect_card("team-9", "boom")


def test_the_score_stays_true_as_a_group_recovers(story: Timeline) -> None:
    class_of(story).stages(TEN[:5], "SLEEPING").sweep()
    story.stages(TEN[:2], "RUNNING").sweep()
    story.expect_card("3 of 10 asleep, 2 back", "7/10 up", buttons="wake team-3..5")
    story.expect_pings(1)


def test_a_group_answers_once_when_all_of_it_is_over(story: Timeline) -> None:
    class_of(story).stages(TEN[:5], "SLEEPING").sweep()
    for name in TEN[:5]:
        story.stage(name, "RUNNING").sweep()
    story.expect_card("All 5 awake", "10/10 up", buttons="")
    story.expect_reply("All 5 awake").expect_pings(2)


@pytest.mark.parametrize("quiet", ["ack team-4", "mute team-4 for 1h"])
def test_a_group_answers_though_the_last_to_recover_is_silent(story: Timeline, quiet: str) -> None:
    class_of(story).stages(TEN[:4], "SLEEPING").sweep().says(quiet)
    for name in TEN[:4]:
        story.stage(name, "RUNNING").sweep()
    story.expect_reply("All 4 awake")


def test_a_group_that_was_muted_as_it_recovered_ends_in_silence(story: Timeline) -> None:
    class_of(story).stages(TEN[:4], "SLEEPING").sweep().says("mute team-1..4 for 1h")
    story.stages(TEN[:3], "RUNNING").sweep().after(minutes=61)
    story.says("ack team-4").stage("team-4", "RUNNING").sweep()
    story.expect_card("All 4 awake").expect_no_reply()


def test_worse_in_a_group_is_told_in_its_thread(story: Timeline) -> None:
    class_of(story).stages(TEN[:5], "SLEEPING").sweep()
    story.stage("team-2", "RUNTIME_ERROR", "boom").sweep()
    story.expect_cards(1).expect_reply("team-2 is worse").expect_pings(2)


def test_who_comes_back_to_trouble_after_leaving_a_group_is_news(story: Timeline) -> None:
    class_of(story).stages(TEN[:4], "SLEEPING").sweep()
    story.stage("team-1", "RUNNING").sweep().after(minutes=15)
    story.stage("team-1", "RUNTIME_ERROR", "boom").sweep()
    story.expect_cards(2).expect_pings(2)


def test_the_same_error_in_four_spaces_names_the_cause(story: Timeline) -> None:
    class_of(story)
    for n, name in enumerate(TEN[:4]):
        story.stage(name, "BUILD_ERROR", f"No matching distribution for torch in /tmp/{n}")
    story.sweep().expect_cards(1)
    story.expect_card("4 of 10 broken with the same error", "No matching distribution for torch")


def test_the_same_error_is_found_though_it_comes_one_by_one(story: Timeline) -> None:
    class_of(story)
    for n, name in enumerate(TEN[:4]):
        story.stage(name, "BUILD_ERROR", f"no module named 'x' in layer {n}").sweep()
        story.after(minutes=15)
    story.expect_card("4 of 10 broken with the same error").expect_pings(4)
    assert sum("told with 3 others" in text for text in story.texts) == 3


def test_who_shares_the_cause_joins_by_an_edit_however_late(story: Timeline) -> None:
    class_of(story).stages(TEN[:4], "BUILD_ERROR", "no module named 'x'").sweep()
    story.after(minutes=40).stage("team-9", "BUILD_ERROR", "no module named 'x'").sweep()
    story.expect_cards(1).expect_pings(1).expect_card("5 of 10 broken with the same error")


def test_whose_next_build_fails_otherwise_is_not_said_to_have_the_same_error(
    story: Timeline,
) -> None:
    class_of(story).stages(TEN[:5], "BUILD_ERROR", "no module named 'x'").sweep()
    story.stage("team-1", "BUILDING").sweep().expect_card("5 of 10 in trouble with the same error")
    story.stage("team-1", "BUILD_ERROR", "no torch 9.9").sweep()
    story.expect_card("5 of 10 broken, 4 with the same error (5/10 up): no module named 'x'")
    story.expect_card("team-1|team-1>* build failed · `no torch 9.9`", "*team-2..5* build failed")
    story.stages(TEN[:4], "BUILD_ERROR", "no torch 9.9").sweep()
    story.expect_card("5 of 10 broken (5/10 up)", "*team-1..4* build failed · `no torch 9.9`")
    story.expect_card("team-5|team-5>* build failed · `no module named 'x'`").expect_pings(1)
    assert story.texts == ["5 of 10 broken (5/10 up)"]


def test_a_log_that_calls_the_same_error_otherwise_takes_no_cause_away(story: Timeline) -> None:
    for name in TEN:
        story.hub.lines[f"acme/{name}"] = ("ModuleNotFoundError: No module named 'x'",)
    class_of(story).stages(TEN[:9], "BUILD_ERROR", "the thing is broken").sweep().sweep()
    story.expect_card("9 of 10 broken with the same error (1/10 up): the thing is broken")


def test_who_fails_anew_for_a_reason_that_only_the_log_knows_says_that(story: Timeline) -> None:
    class_of(story).stages(TEN[:4], "BUILD_ERROR", "no module named 'x'").sweep()
    story.hub.lines["acme/team-1"] = ("KeyError: 'FOO'",)
    story.stage("team-1", "RUNTIME_ERROR", "Exit code: 1").sweep().sweep()
    story.expect_card("4 of 10 broken, 3 with the same error", "* crashed · `KeyError: 'FOO'`")


def test_logs_that_show_the_same_error_bring_cards_together_without_a_ping(
    story: Timeline,
) -> None:
    class_of(story)
    for name in TEN[:4]:
        story.hub.lines[f"acme/{name}"] = ("ImportError: cannot import name 'Y'",)
        story.stage(name, "RUNTIME_ERROR", "Exit code: 1").sweep()
    story.expect_pings(4).expect_card("4 of 10 broken with the same error", "'Y'")


def test_a_card_that_was_deleted_does_not_come_back_to_say_where_its_news_went(
    story: Timeline,
) -> None:
    class_of(story)
    for name in TEN[:3]:
        story.stage(name, "BUILD_ERROR", "no module named 'x'").sweep()
    story.delete_card("team-1").stage("team-4", "BUILD_ERROR", "no module named 'x'").sweep()
    story.after(minutes=5).expect_card("4 of 10 broken with the same error").expect_pings(4)
    assert sum("told with 3 others" in text for text in story.texts) == 2


def test_cards_that_come_together_in_one_channel_stay_true_in_the_other(story: Timeline) -> None:
    class_of(story).says("watch error team-1", channel="C1LAB")
    story.stage("team-1", "BUILD_ERROR", "no module named 'x'").sweep().after(minutes=15)
    story.stages(TEN[:4], "RUNTIME_ERROR", "no module named 'x'").sweep()
    story.expect_card("team-1 crashed: no module", channel="C1LAB")


def test_an_error_that_says_nothing_is_no_cause(story: Timeline) -> None:
    class_of(story)
    for name in TEN[:4]:
        story.stage(name, "RUNTIME_ERROR", "Exit code: 1").sweep()
    story.expect_cards(4)


def test_of_a_group_only_a_few_logs_are_read(story: Timeline) -> None:
    class_of(story).stages(TEN, "RUNTIME_ERROR", "Exit code: 1").sweep().sweep()
    assert sum(call.startswith("logs") for call in story.hub.calls) == 4


def test_a_mass_change_is_confirmed_by_a_second_list_and_not_one_by_one(story: Timeline) -> None:
    class_of(story, 120)
    story.hub.calls.clear()
    story.stages([f"team-{n}" for n in range(1, 121)], "SLEEPING").sweep()
    assert [call for call in story.hub.calls if not call.startswith("logs")] == ["list", "list"]
    story.expect_card("120 of 120 asleep", buttons="wake team-1..120").expect_pings(1)


@pytest.mark.parametrize(
    ("stages", "buttons"),
    [
        (["SLEEPING", "SLEEPING"], {"Wake all 4": "wake team-1..4"}),
        (["STOPPED", "SLEEPING"], {"Wake all 4": "wake team-1..4"}),
        (["RUNTIME_ERROR", "RUNTIME_ERROR"], {"Restart all 4": "restart team-1..4"}),
        (["BUILD_ERROR", "CONFIG_ERROR"], {"Rebuild all 4": "rebuild team-1..4"}),
        # Waking starts whatever is down, so it is what a mixed group is offered.
        (["RUNTIME_ERROR", "BUILD_ERROR"], {"Wake all 4": "wake team-1..4"}),
        (["BUILD_ERROR", "SLEEPING"], {"Wake all 4": "wake team-1..4"}),
        # What is on its way is left alone.
        (["RUNTIME_ERROR", "BUILDING"], {"Restart all 2": "restart team-1 team-2"}),
    ],
)
def test_the_button_of_a_group_does_what_mends_its_stage(
    story: Timeline, stages: list[str], buttons: dict[str, str]
) -> None:
    class_of(story).stages(TEN[:4], "BUILD_ERROR", "no module named 'x'").sweep()
    for half, stage in zip((TEN[:2], TEN[2:4]), stages, strict=True):
        story.stages(half, stage, "no module named 'x'")
    (card,) = story.sweep()._cards()
    assert card.buttons == buttons


def long_named(story: Timeline, stage: str, error: str = "") -> list[str]:
    """Sixty whose names no button holds, in trouble, and one that is broken by itself."""
    names = [f"{'a' * 40}-{n}x" for n in range(60)]
    story.hub.set(team_1="RUNTIME_ERROR")
    for name in names:
        story.hub.put(f"acme/{name}", "RUNNING")
    story.begin().stages(names, stage, error).sweep()
    return names


def acted(story: Timeline) -> list[tuple[str, str]]:
    """Return what the Hub was asked to do, once the operation has come round."""
    assert story.bot
    for _ in range(10):
        story.bot.advance()
        story.clock.tick(seconds=2)
    return sorted(story.hub.sent)


def test_names_too_many_for_a_button_become_a_word_for_the_group(story: Timeline) -> None:
    names = long_named(story, "BUILD_ERROR", "no module named 'x'")
    story.tap("60 of 61", "Rebuild all 60")
    assert acted(story) == [("rebuild", f"acme/{name}") for name in sorted(names)]


def test_the_word_for_a_group_means_who_is_down_when_it_is_tapped(story: Timeline) -> None:
    names = long_named(story, "SLEEPING")
    story.stages(names[:20], "RUNNING").stages(names[20:40], "BUILDING").sweep()
    story.tap("40 of 61", "Wake all 20")
    assert acted(story) == [("restart", f"acme/{name}") for name in sorted(names[40:])]


def test_the_word_for_a_group_that_is_over_means_nobody(story: Timeline) -> None:
    names = long_named(story, "SLEEPING")
    (card,) = story._about("60 of 61")
    command = card.buttons["Wake all 60"]
    story.stages(names, "RUNNING").sweep().says(command)
    story.expect_whisper("Nothing of that card is in trouble any more")
    assert not acted(story)


def test_the_word_for_a_group_asks_for_the_role_of_its_verb(story: Timeline) -> None:
    long_named(story, "SLEEPING")
    story.tap("60 of 61", "Wake all 60", user="USTUDENT").expect_whisper("Only an operator")


def test_a_list_cut_short_is_not_believed(story: Timeline) -> None:
    class_of(story, 20)
    story.hub.unlisted = {f"acme/team-{n}" for n in range(1, 15)}
    story.sweep().sweep()
    story.expect_cards(1).expect_card("I cannot see", "leaves out 14 Spaces")
    story.hub.unlisted.clear()
    story.sweep().expect_card("I can see", "again")


def test_many_that_are_really_gone_share_a_card(story: Timeline) -> None:
    class_of(story, 20)
    for n in range(1, 13):
        story.remove(f"team-{n}")
    story.sweep().sweep().expect_pings(1).expect_card("12 gone")


def test_the_hello_says_what_a_new_bot_finds_in_one_message(story: Timeline) -> None:
    story.hub.put("acme/team-11", "RUNTIME_ERROR", error="boom")
    class_of(story, 10, "SLEEPING").expect_pings(0)
    (hello,) = story.slack.cards
    assert hello.text.startswith("Watching 11 Spaces: 1 broken · 10 asleep (0/11 up)")
    assert hello.buttons == {"Wake all 11": "wake team-1..11"}


def test_what_the_hello_told_is_not_told_again(story: Timeline) -> None:
    class_of(story, 6, "SLEEPING").after(minutes=20).expect_pings(0)
    story.stages(TEN[:6], "RUNNING").sweep().expect_reply("All 6 awake")


def test_a_hello_to_a_fleet_without_trouble_says_so(story: Timeline) -> None:
    class_of(story)
    assert "nothing in trouble" in story.slack.cards[0].text


def test_four_changes_in_half_an_hour_are_one_card_that_says_unstable(story: Timeline) -> None:
    story.begin(team_1="RUNNING", team_2="RUNNING")
    for stage in ("RUNTIME_ERROR", "RUNNING") * 4:
        story.after(minutes=3).stage("team-1", stage).sweep()
    assert sum("unstable" in text for text in story.texts) == 1
    story.expect_pings(3)  # the first card, its end, the second card


def test_an_unstable_space_is_steady_after_half_an_hour_without_a_ping(story: Timeline) -> None:
    story.begin(team_1="RUNNING")
    for stage in ("RUNTIME_ERROR", "RUNNING") * 3:
        story.after(minutes=3).stage("team-1", stage).sweep()
    pings = story.pings
    story.after(minutes=29).expect_card("unstable")
    story.after(minutes=3).expect_card("steady again", buttons="").expect_pings(pings)


def test_an_unstable_space_that_stays_broken_is_told_as_broken(story: Timeline) -> None:
    story.begin(team_1="RUNNING")
    for stage in (*("RUNTIME_ERROR", "RUNNING") * 3, "RUNTIME_ERROR"):
        story.after(minutes=3).stage("team-1", stage).sweep()
    story.after(minutes=33).expect_reply("is worse: crashed")


def test_three_changes_in_half_an_hour_are_not_flapping(story: Timeline) -> None:
    story.begin(team_1="RUNNING")
    for stage in ("RUNTIME_ERROR", "RUNNING", "RUNTIME_ERROR"):
        story.after(minutes=3).stage("team-1", stage).sweep()
    assert not any("unstable" in text for text in story.texts)


def test_a_fix_that_takes_many_builds_is_not_flapping(story: Timeline) -> None:
    story.begin(team_1="RUNNING")
    for stage in ("BUILD_ERROR", "BUILDING") * 5:
        story.after(minutes=2).stage("team-1", stage, "no").sweep()
    story.expect_cards(1).expect_pings(1)


def test_the_reason_of_a_shared_card_comes_first_whether_the_hub_or_the_log_tells_it(
    story: Timeline,
) -> None:
    said = "Job failed with exit code: 1. Reason: error building image: ERROR: No torch==9.9"
    story.hub.lines["acme/team-a"] = (said,)
    story.stage("team-a", "BUILD_ERROR", said).stages(["team-b", "team-c"], "SLEEPING")
    story.begin(team_d="RUNNING").sweep().stage("team-b", "RUNNING").sweep()
    story.stage("team-c", "RUNNING").sweep()

    (card,) = story.slack.cards
    assert card.text == "1 of 4 broken, 2 back (3/4 up): No torch==9.9"
