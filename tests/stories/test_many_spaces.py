"""Stories of many Spaces: which incidents share a card or join one, and the pings they cost."""

import pytest

from tests.stories.scenario import Story

TEN = [f"team-{n}" for n in range(1, 11)]


def class_of(story: Story, number: int = 10, stage: str = "RUNNING") -> Story:
    return story.begin(**{f"team_{n}": stage for n in range(1, number + 1)})


def test_three_at_once_have_a_card_each(story: Story) -> None:
    class_of(story).stages(TEN[:3], "SLEEPING").sweep()
    story.expect_cards(3).expect_pings(3)


def test_four_equal_changes_in_one_sweep_share_a_card(story: Story) -> None:
    class_of(story).stages(TEN[:4], "SLEEPING").sweep()
    story.expect_cards(1).expect_pings(1)
    story.expect_card("4 Spaces asleep", "6/10 running", buttons="wake team-1..4 status team-1..4")


def test_four_of_different_kinds_do_not_share_a_card(story: Story) -> None:
    class_of(story).stages(TEN[:2], "SLEEPING").stages(TEN[2:4], "RUNTIME_ERROR").sweep()
    story.expect_cards(4)


def test_more_of_the_same_kind_join_within_ten_minutes_by_an_edit(story: Story) -> None:
    class_of(story).stages(TEN[:4], "SLEEPING").sweep()
    story.after(minutes=8).stage("team-9", "SLEEPING").sweep()
    story.expect_pings(1).expect_card(
        "5 Spaces asleep", buttons="wake team-1..4 team-9 status team-1..4 team-9"
    )


def test_same_problem_after_ten_minutes_is_a_new_card(story: Story) -> None:
    class_of(story).stages(TEN[:4], "SLEEPING").sweep()
    story.after(minutes=12).stage("team-9", "SLEEPING").sweep()
    story.expect_cards(2).expect_pings(2)


def test_other_problem_does_not_join_a_group(story: Story) -> None:
    class_of(story).stages(TEN[:4], "SLEEPING").sweep()
    story.stage("team-9", "RUNTIME_ERROR", "boom").sweep()
    story.expect_cards(2).expect_card("team-9", "boom")


def test_group_card_counts_stay_correct_during_recovery(story: Story) -> None:
    class_of(story).stages(TEN[:5], "SLEEPING").sweep()
    story.stages(TEN[:2], "RUNNING").sweep()
    story.expect_card(
        "team-3, team-4 and team-5 asleep · 2 recovered",
        "7/10 running",
        buttons="wake team-3..5 status team-3..5",
    )
    story.expect_pings(1)


def test_group_has_one_recovery_reply(story: Story) -> None:
    class_of(story).stages(TEN[:5], "SLEEPING").sweep()
    for name in TEN[:5]:
        story.stage(name, "RUNNING").sweep()
    story.expect_card("All 5 awake", "10/10 running", buttons="")
    story.expect_reply("All 5 awake").expect_pings(2)


@pytest.mark.parametrize("quiet", ["ack team-4", "mute team-4 for 1h"])
def test_group_recovery_reply_is_posted_though_the_last_member_is_muted(
    story: Story, quiet: str
) -> None:
    class_of(story).stages(TEN[:4], "SLEEPING").sweep().type_command(quiet)
    for name in TEN[:4]:
        story.stage(name, "RUNNING").sweep()
    story.expect_reply("All 4 awake")


def test_group_recovered_while_muted_has_no_reply(story: Story) -> None:
    class_of(story).stages(TEN[:4], "SLEEPING").sweep().type_command("mute team-1..4 for 1h")
    story.stages(TEN[:3], "RUNNING").sweep().after(minutes=61)
    story.type_command("ack team-4").stage("team-4", "RUNNING").sweep()
    story.expect_card("All 4 awake").expect_no_reply()


def test_escalation_in_a_group_is_a_thread_reply(story: Story) -> None:
    class_of(story).stages(TEN[:5], "SLEEPING").sweep()
    story.stage("team-2", "RUNTIME_ERROR", "boom").sweep()
    story.expect_cards(1).expect_reply("team-2 got worse").expect_pings(2)


def test_new_problem_after_leaving_a_group_is_a_new_card(story: Story) -> None:
    class_of(story).stages(TEN[:4], "SLEEPING").sweep()
    story.stage("team-1", "RUNNING").sweep().after(minutes=15)
    story.stage("team-1", "RUNTIME_ERROR", "boom").sweep()
    story.expect_cards(2).expect_pings(2)


def test_the_same_error_in_four_spaces_names_the_cause(story: Story) -> None:
    class_of(story)
    for n, name in enumerate(TEN[:4]):
        story.stage(name, "BUILD_ERROR", f"No matching distribution for torch in /tmp/{n}")
    story.sweep().expect_cards(1)
    story.expect_card("4 Spaces failed with the same error", "No matching distribution for torch")


def test_same_error_is_grouped_when_failures_come_one_by_one(story: Story) -> None:
    class_of(story)
    for n, name in enumerate(TEN[:4]):
        story.stage(name, "BUILD_ERROR", f"no module named 'x' in layer {n}").sweep()
        story.after(minutes=15)
    story.expect_card("4 Spaces failed with the same error").expect_pings(4)
    assert sum("moved to the card with 3 others" in text for text in story.texts) == 3


def test_same_cause_joins_the_group_at_any_time(story: Story) -> None:
    class_of(story).stages(TEN[:4], "BUILD_ERROR", "no module named 'x'").sweep()
    story.after(minutes=40).stage("team-9", "BUILD_ERROR", "no module named 'x'").sweep()
    story.expect_cards(1).expect_pings(1).expect_card("5 Spaces failed with the same error")


def test_different_next_error_leaves_the_shared_cause(
    story: Story,
) -> None:
    class_of(story).stages(TEN[:5], "BUILD_ERROR", "no module named 'x'").sweep()
    story.stage("team-1", "BUILDING").sweep().expect_card(
        "5 Spaces with the same error (4 failed, 1 starting)"
    )
    story.stage("team-1", "BUILD_ERROR", "no torch 9.9").sweep()
    story.expect_card("5 Spaces failed, 4 with the same error · 5/10 running · no module named 'x'")
    story.expect_card("team-1|team-1>* build failed · `no torch 9.9`", "*team-2..5* build failed")
    story.stages(TEN[:4], "BUILD_ERROR", "no torch 9.9").sweep()
    story.expect_card("5 Spaces failed · 5/10 running", "*team-1..4* build failed · `no torch 9.9`")
    story.expect_card("team-5|team-5>* build failed · `no module named 'x'`").expect_pings(1)
    assert story.texts == ["5 Spaces failed · 5/10 running"]


def test_log_with_other_wording_keeps_the_shared_cause(story: Story) -> None:
    for name in TEN:
        story.hub.log_lines[f"acme/{name}"] = ("ModuleNotFoundError: No module named 'x'",)
    class_of(story).stages(TEN[:9], "BUILD_ERROR", "the thing is broken").sweep().sweep()
    story.expect_card("9 Spaces failed with the same error · 1/10 running · the thing is broken")


def test_new_failure_shows_its_log_line(story: Story) -> None:
    class_of(story).stages(TEN[:4], "BUILD_ERROR", "no module named 'x'").sweep()
    story.hub.log_lines["acme/team-1"] = ("KeyError: 'FOO'",)
    story.stage("team-1", "RUNTIME_ERROR", "Exit code: 1").sweep().sweep()
    story.expect_card("4 Spaces failed, 3 with the same error", "* crashed · `KeyError: 'FOO'`")


def test_cards_merge_silently_when_logs_show_the_same_error(
    story: Story,
) -> None:
    class_of(story)
    for name in TEN[:4]:
        story.hub.log_lines[f"acme/{name}"] = ("ImportError: cannot import name 'Y'",)
        story.stage(name, "RUNTIME_ERROR", "Exit code: 1").sweep()
    story.expect_pings(4).expect_card("4 Spaces failed with the same error", "'Y'")


def test_deleted_card_is_not_reposted_after_a_merge(
    story: Story,
) -> None:
    class_of(story)
    for name in TEN[:3]:
        story.stage(name, "BUILD_ERROR", "no module named 'x'").sweep()
    story.delete_card("team-1").stage("team-4", "BUILD_ERROR", "no module named 'x'").sweep()
    story.after(minutes=5).expect_card("4 Spaces failed with the same error").expect_pings(4)
    assert sum("moved to the card with 3 others" in text for text in story.texts) == 2


def test_merged_cards_stay_correct_in_other_channels(story: Story) -> None:
    class_of(story).type_command("watch error team-1", channel="C1LAB")
    story.stage("team-1", "BUILD_ERROR", "no module named 'x'").sweep().after(minutes=15)
    story.stages(TEN[:4], "RUNTIME_ERROR", "no module named 'x'").sweep()
    story.expect_card("team-1 crashed: no module", channel="C1LAB")


def test_generic_error_is_not_a_shared_cause(story: Story) -> None:
    class_of(story)
    for name in TEN[:4]:
        story.stage(name, "RUNTIME_ERROR", "Exit code: 1").sweep()
    story.expect_cards(4)


def test_group_reads_only_a_few_logs(story: Story) -> None:
    class_of(story).stages(TEN, "RUNTIME_ERROR", "Exit code: 1").sweep().sweep()
    assert sum(call.startswith("logs") for call in story.hub.calls) == 4


def test_mass_change_is_confirmed_by_one_second_list(story: Story) -> None:
    class_of(story, 120)
    story.hub.calls.clear()
    story.stages([f"team-{n}" for n in range(1, 121)], "SLEEPING").sweep()
    assert [call for call in story.hub.calls if not call.startswith("logs")] == ["list", "list"]
    story.expect_card(
        "120 Spaces asleep", buttons="wake team-1..120 status team-1..120"
    ).expect_pings(1)


@pytest.mark.parametrize(
    ("stages", "buttons"),
    [
        (["SLEEPING", "SLEEPING"], {"Wake 4 asleep": "wake team-1..4"}),
        (["STOPPED", "SLEEPING"], {"Wake 4 asleep": "wake team-1..4"}),
        (["RUNTIME_ERROR", "RUNTIME_ERROR"], {"Restart 4 crashed": "restart team-1..4"}),
        (["BUILD_ERROR", "CONFIG_ERROR"], {"Rebuild 4 failed": "rebuild team-1..4"}),
        # Each kind has its own button, which acts on that kind alone.
        (
            ["RUNTIME_ERROR", "BUILD_ERROR"],
            {
                "Restart 2 crashed": "restart team-1 team-2",
                "Rebuild 2 failed": "rebuild team-3 team-4",
            },
        ),
        (
            ["BUILD_ERROR", "SLEEPING"],
            {"Wake 2 asleep": "wake team-3 team-4", "Rebuild 2 failed": "rebuild team-1 team-2"},
        ),
        # The button leaves starting Spaces alone.
        (["RUNTIME_ERROR", "BUILDING"], {"Restart 2 crashed": "restart team-1 team-2"}),
    ],
)
def test_group_button_matches_its_stage(
    story: Story, stages: list[str], buttons: dict[str, str]
) -> None:
    class_of(story).stages(TEN[:4], "BUILD_ERROR", "no module named 'x'").sweep()
    for half, stage in zip((TEN[:2], TEN[2:4]), stages, strict=True):
        story.stages(half, stage, "no module named 'x'")
    (card,) = story.sweep()._cards()
    details = {"Details": "status team-1..4"} if len(buttons) == 1 else {}
    assert card.buttons == buttons | details


def long_named(story: Story, stage: str, error: str = "") -> list[str]:
    """Break sixty Spaces whose names don't fit on a button, and one of another cause."""
    names = [f"{'a' * 40}-{n}x" for n in range(60)]
    story.hub.set(team_1="RUNTIME_ERROR")
    for name in names:
        story.hub.put(f"acme/{name}", "RUNNING")
    story.begin().stages(names, stage, error).sweep()
    return names


def run_and_list_calls(story: Story) -> list[tuple[str, str]]:
    """Return the calls to the Hub after the operation has run."""
    assert story.bot
    for _ in range(10):
        story.bot.advance()
        story.clock.tick(seconds=2)
    return sorted(story.hub.writes)


def test_many_names_become_a_group_token_on_the_button(story: Story) -> None:
    names = long_named(story, "BUILD_ERROR", "no module named 'x'")
    story.click("60 Spaces", "Rebuild 60 failed")
    assert run_and_list_calls(story) == [("rebuild", f"acme/{name}") for name in sorted(names)]


def test_group_token_resolves_at_click_time(story: Story) -> None:
    names = long_named(story, "SLEEPING")
    story.stages(names[:20], "RUNNING").stages(names[20:40], "BUILDING").sweep()
    story.click("40 Spaces", "Wake 20 asleep")
    assert run_and_list_calls(story) == [("restart", f"acme/{name}") for name in sorted(names[40:])]


def test_group_token_of_a_resolved_group_is_empty(story: Story) -> None:
    names = long_named(story, "SLEEPING")
    (card,) = story._cards_about("60 Spaces")
    command = card.buttons["Wake 60 asleep"]
    story.stages(names, "RUNNING").sweep().type_command(command)
    story.expect_ephemeral("Everything on that card has recovered")
    assert not run_and_list_calls(story)


def test_group_token_requires_the_role_of_its_command(story: Story) -> None:
    long_named(story, "SLEEPING")
    story.click("60 Spaces", "Wake 60 asleep", user="USTUDENT").expect_ephemeral(
        "You can't wake Spaces"
    )


def test_truncated_list_is_not_trusted(story: Story) -> None:
    class_of(story, 20)
    story.hub.unlisted = {f"acme/team-{n}" for n in range(1, 15)}
    story.sweep().sweep()
    story.expect_cards(1).expect_card("Can't reach", "leaves out 14 Spaces")
    story.hub.unlisted.clear()
    story.sweep().expect_card("Hugging Face is reachable", "again")


def test_many_deleted_spaces_share_a_card(story: Story) -> None:
    class_of(story, 20)
    for n in range(1, 13):
        story.remove(f"team-{n}")
    story.sweep().sweep().expect_pings(1).expect_card("12 Spaces missing")


def test_initial_scan_posts_one_message(story: Story) -> None:
    story.hub.put("acme/team-11", "RUNTIME_ERROR", error="boom")
    class_of(story, 10, "SLEEPING").expect_pings(0)
    (card,) = story.slack.cards
    assert card.text.startswith("Watching 11 Spaces: 1 failed · 10 asleep")
    assert card.buttons == {
        "Wake 10 asleep": "wake team-1..10",
        "Restart 1 crashed": "restart team-11",
    }


def test_problems_of_the_initial_scan_are_not_posted_again(story: Story) -> None:
    class_of(story, 6, "SLEEPING").after(minutes=20).expect_pings(0)
    story.stages(TEN[:6], "RUNNING").sweep().expect_reply("All 6 awake")


def test_initial_scan_without_problems_says_so(story: Story) -> None:
    class_of(story)
    assert "all running" in story.slack.cards[0].text


def test_four_changes_in_half_an_hour_are_one_unstable_card(story: Story) -> None:
    story.begin(team_1="RUNNING", team_2="RUNNING")
    for stage in ("RUNTIME_ERROR", "RUNNING") * 4:
        story.after(minutes=3).stage("team-1", stage).sweep()
    assert sum("flapping" in text for text in story.texts) == 1
    story.expect_pings(3)  # the first card, its end, the second card


@pytest.mark.parametrize(("crashes", "is_flapping"), [(3, False), (4, True)])
def test_restarts_by_people_do_not_make_a_space_unstable(
    story: Story, crashes: int, *, is_flapping: bool
) -> None:
    story.begin(team_1="RUNNING")
    assert story.bot
    for _ in range(crashes):
        story.after(minutes=3).stage("team-1", "RUNTIME_ERROR").sweep()
        story.type_command("wake team-1")
        story.bot.advance()
        story.after(minutes=1).stage("team-1", "RUNNING").sweep()
        story.bot.advance()
    assert any("flapping" in text for text in story.texts) is is_flapping


def test_unstable_space_settles_silently_after_half_an_hour(story: Story) -> None:
    story.begin(team_1="RUNNING")
    for stage in ("RUNTIME_ERROR", "RUNNING") * 3:
        story.after(minutes=3).stage("team-1", stage).sweep()
    pings = story.pings
    story.after(minutes=29).expect_card("flapping")
    story.after(minutes=3).expect_card("stable", buttons="").expect_pings(pings)


def test_unstable_space_that_stays_broken_is_shown_as_broken(story: Story) -> None:
    story.begin(team_1="RUNNING")
    for stage in (*("RUNTIME_ERROR", "RUNNING") * 3, "RUNTIME_ERROR"):
        story.after(minutes=3).stage("team-1", stage).sweep()
    story.after(minutes=33).expect_reply("got worse: crashed")


def test_three_changes_in_half_an_hour_are_not_flapping(story: Story) -> None:
    story.begin(team_1="RUNNING")
    for stage in ("RUNTIME_ERROR", "RUNNING", "RUNTIME_ERROR"):
        story.after(minutes=3).stage("team-1", stage).sweep()
    assert not any("flapping" in text for text in story.texts)


def test_a_fix_that_takes_many_builds_is_not_flapping(story: Story) -> None:
    story.begin(team_1="RUNNING")
    for stage in ("BUILD_ERROR", "BUILDING") * 5:
        story.after(minutes=2).stage("team-1", stage, "no").sweep()
    story.expect_cards(1).expect_pings(1)


def test_shared_cause_comes_first_on_the_card(
    story: Story,
) -> None:
    error = "Job failed with exit code: 1. Reason: error building image: ERROR: No torch==9.9"
    story.hub.log_lines["acme/team-a"] = (error,)
    story.stage("team-a", "BUILD_ERROR", error).stages(["team-b", "team-c"], "SLEEPING")
    story.begin(team_d="RUNNING").sweep().stage("team-b", "RUNNING").sweep()
    story.stage("team-c", "RUNNING").sweep()

    (card,) = story.slack.cards
    assert card.text == "team-a failed · 2 recovered · 3/4 running · No torch==9.9"
