"""A mute of more than one Space is announced where it silences alerts, and a look says so."""

import pytest

from bot.alerts.hearing import Audience, Hearing
from bot.alerts.troubles import Trouble
from bot.model import Source
from tests.alerts.timeline import OPS, Timeline, taps, words
from tests.fakes import Shown

LAB = "C0LAB"
TEAMS = {"team_1": "RUNNING", "team_2": "RUNNING", "team_3": "RUNNING", "guest": "RUNNING"}


def said(story: Timeline, channel: str, what: str) -> list[Shown]:
    return [s for s in story.slack.shown if s.channel == channel and what in words(s)]


def tap(story: Timeline, command: str, channel: str, user: str = "UTA") -> Timeline:
    return story.ask(command, user, channel, Source.BUTTON)


def test_a_mute_by_a_button_is_announced_with_a_way_back(story: Timeline) -> None:
    story.begin(**TEAMS)
    tap(story, "mute all for 1h", OPS)

    [announced] = said(story, OPS, "muted")
    assert "<@UTA> muted" in words(announced)
    assert "*guest and team-1..3* (4 Spaces) until" in words(announced)
    assert story.slack.whispers == [], "who tapped sees it in the channel"

    tap(story, taps(announced)["Unmute"], OPS, user="UTA")
    [back] = said(story, OPS, "unmuted")
    assert "(4 Spaces)" in words(back)


def test_every_channel_whose_alerts_are_silenced_is_told_of_its_own(story: Timeline) -> None:
    story.begin(**TEAMS).says("watch error team-1 team-2", channel=LAB)
    story.says("mute team-* for 1h", channel="C0ELSE")

    assert len(said(story, "C0ELSE", "muted")) == 1, "who typed it is answered there"
    [ops] = said(story, OPS, "muted")
    [lab] = said(story, LAB, "muted")
    assert "(3 Spaces)" in words(ops)
    assert "team-1 and team-2" in words(lab)
    assert taps(lab)["Unmute"] == "unmute team-1 team-2"


def test_a_mute_that_one_card_shows_is_announced_nowhere_else(story: Timeline) -> None:
    story.begin(**TEAMS).stage("team-1", "RUNTIME_ERROR").sweep()
    before = len(story.slack.shown)
    story.tap("team-1", "Mute for 1 hour").expect_card("team-1", "muted until")

    assert len(story.slack.shown) == before
    story.expect_whisper("muted")


def test_a_mute_typed_in_a_thread_is_announced_in_the_channel_itself(story: Timeline) -> None:
    story.begin(**TEAMS)
    story.ask("mute team-1 team-2 for 1h", "UTA", OPS, Source.MENTION, thread="17.0")

    [announced] = said(story, OPS, "muted")
    assert announced.thread is None


def test_an_unmute_of_nothing_is_told_to_nobody_else(story: Timeline) -> None:
    story.begin(**TEAMS).says("unmute all")

    assert said(story, OPS, "muted") == []
    story.expect_whisper("Nothing of that was muted")


def test_a_mute_is_announced_once_although_slack_was_away_and_the_bot_died(story: Timeline) -> None:
    story.begin(**TEAMS).slack_down()
    tap(story, "mute all for 1h", OPS)
    story.restart().slack_up().after(minutes=2)

    assert len(said(story, OPS, "muted")) == 1


@pytest.mark.parametrize(
    ("spaces", "told"),
    [
        (["a"], {}),
        (["a", "b"], {OPS: ["a", "b"], LAB: ["a", "b"]}),
        (["a", "c"], {OPS: ["a", "c"]}),
        ([], {}),
    ],
)
def test_a_channel_is_told_where_more_than_one_space_of_its_own_is_silenced(
    spaces: list[str], told: dict[str, list[str]]
) -> None:
    error = frozenset({Trouble.BROKEN})
    hearings = [Hearing(OPS, error), Hearing(LAB, error, frozenset({"a", "b"}))]

    assert Audience.of(hearings).told_of_silence(spaces) == told


# -- what a look says of it


def test_status_marks_what_is_muted_and_who_is_on_it(story: Timeline) -> None:
    story.begin(**TEAMS).stage("team-1", "RUNTIME_ERROR").stage("team-2", "SLEEPING").sweep()
    story.says("ack team-1", user="UTA").says("mute team-2 team-3 for 1h")
    story.says("status", user="USTUDENT")

    message = story.slack.whispers[-1][1]
    head, lines = (block["text"]["text"] for block in message.blocks[:2])
    assert head.endswith("2 muted · 1 acknowledged by <@UTA>")
    assert message.text.endswith("2 muted · 1 acknowledged")
    by_name = {line.split("*")[1]: line for line in lines.splitlines()}
    assert "<@UTA> is on it" in by_name["team-1"]
    assert ":no_bell: muted until" in by_name["team-2"]
    assert ":no_bell: muted until" in by_name["team-3"]
    assert "muted" not in by_name["guest"]


def test_a_closer_look_says_who_muted_it_and_who_is_on_it(story: Timeline) -> None:
    story.begin(**TEAMS).stage("team-1", "RUNTIME_ERROR").sweep()
    story.says("ack team-1").says("mute team-1 for 1h").says("status team-1")

    story.expect_whisper("muted until").expect_whisper("by <@UTA>").expect_whisper("is on it")


def test_what_is_over_is_not_marked(story: Timeline) -> None:
    story.begin(**TEAMS).stage("team-1", "RUNTIME_ERROR").sweep()
    story.says("ack team-1").says("mute team-2 for 10 min")
    story.stage("team-1", "RUNNING").after(minutes=15).says("status")

    assert "muted" not in str(story.slack.whispers[-1][1])
    assert "acknowledged" not in str(story.slack.whispers[-1][1])
