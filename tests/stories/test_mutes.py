"""A mute of more than one Space is announced where it silences alerts, and reads show it."""

import re

import pytest

from bot.alerts.problems import ProblemKind
from bot.alerts.routing import Route, RoutingTable
from bot.model import Source
from tests.fakes import PostedMessage
from tests.stories.scenario import OPS, Story, commands_by_label, rendered_text

LAB = "C0LAB"
TEAMS = {"team_1": "RUNNING", "team_2": "RUNNING", "team_3": "RUNNING", "guest": "RUNNING"}


def texts_with(story: Story, channel: str, what: str) -> list[PostedMessage]:
    return [s for s in story.slack.messages if s.channel == channel and what in rendered_text(s)]


def click(story: Story, command: str, channel: str, user: str = "UTA") -> Story:
    return story.ask(command, user, channel, Source.BUTTON)


def test_mute_by_button_is_announced_with_an_unmute_button(story: Story) -> None:
    story.begin(**TEAMS)
    click(story, "mute all for 1h", OPS)

    [announced] = texts_with(story, OPS, "muted")
    assert "<@UTA> muted" in rendered_text(announced)
    assert "*guest and team-1..3* (4 Spaces) until" in rendered_text(announced)
    assert story.slack.ephemeral_messages == [], "who tapped sees it in the channel"

    click(story, commands_by_label(announced)["Unmute"], OPS, user="UTA")
    [back] = texts_with(story, OPS, "unmuted")
    assert "(4 Spaces)" in rendered_text(back)


def test_each_affected_channel_lists_its_muted_spaces(story: Story) -> None:
    story.begin(**TEAMS).type_command("watch error team-1 team-2", channel=LAB)
    story.type_command("mute team-* for 1h", channel="C0ELSE")

    assert len(texts_with(story, "C0ELSE", "muted")) == 1, "who typed it is answered there"
    [ops] = texts_with(story, OPS, "muted")
    [lab] = texts_with(story, LAB, "muted")
    assert "(3 Spaces)" in rendered_text(ops)
    assert "team-1 and team-2" in rendered_text(lab)
    assert commands_by_label(lab)["Unmute"] == "unmute team-1 team-2"


def test_mute_visible_on_its_card_is_not_announced(story: Story) -> None:
    story.begin(**TEAMS).stage("team-1", "RUNTIME_ERROR").sweep()
    before = len(story.slack.messages)
    story.click("team-1", "Mute for 1 hour").expect_card("team-1", "muted until")

    assert len(story.slack.messages) == before
    story.expect_ephemeral("muted")


def test_mute_typed_in_a_thread_is_announced_in_the_channel(story: Story) -> None:
    story.begin(**TEAMS)
    story.ask("mute team-1 team-2 for 1h", "UTA", OPS, Source.MENTION, thread="17.0")

    [announced] = texts_with(story, OPS, "muted")
    assert announced.thread is None


def test_unmute_without_a_mute_is_not_announced(story: Story) -> None:
    story.begin(**TEAMS).type_command("unmute all")

    assert texts_with(story, OPS, "muted") == []
    story.expect_ephemeral("None of those were muted")


def test_mute_is_announced_once_across_an_outage_and_a_crash(story: Story) -> None:
    story.begin(**TEAMS).slack_down()
    click(story, "mute all for 1h", OPS)
    story.restart().slack_up().after(minutes=2)

    assert len(texts_with(story, OPS, "muted")) == 1


@pytest.mark.parametrize(
    ("spaces", "announced"),
    [
        (["a"], {}),
        (["a", "b"], {OPS: ["a", "b"], LAB: ["a", "b"]}),
        (["a", "c"], {OPS: ["a", "c"]}),
        ([], {}),
    ],
)
def test_mute_is_announced_where_several_watched_spaces_are_muted(
    spaces: list[str], announced: dict[str, list[str]]
) -> None:
    error = frozenset({ProblemKind.FAILED})
    routes = [Route(OPS, error), Route(LAB, error, frozenset({"a", "b"}))]

    assert RoutingTable.of(routes).mute_announcements(spaces) == announced


# -- mutes and acks in reads


def test_status_marks_muted_and_acked_spaces(story: Story) -> None:
    story.begin(**TEAMS).stage("team-1", "RUNTIME_ERROR").stage("team-2", "SLEEPING").sweep()
    story.type_command("ack team-1", user="UTA").type_command("mute team-2 team-3 for 1h")
    story.type_command("status", user="USTUDENT")

    message = story.slack.ephemeral_messages[-1][1]
    head, lines = (block["text"]["text"] for block in message.blocks[:2])
    assert head.endswith("2 muted · 1 acknowledged by <@UTA>")
    assert message.text.endswith("2 muted · 1 acknowledged")
    by_name = {re.findall(r"\|([\w-]+)>\*", line)[0]: line for line in lines.splitlines()}
    assert "<@UTA> is on it" in by_name["team-1"]
    assert ":no_bell: muted until" in by_name["team-2"]
    assert ":no_bell: muted until" in by_name["team-3"]
    assert "muted" not in by_name["guest"]


def test_space_details_name_who_muted_and_who_acked(story: Story) -> None:
    story.begin(**TEAMS).stage("team-1", "RUNTIME_ERROR").sweep()
    story.type_command("ack team-1").type_command("mute team-1 for 1h").type_command(
        "status team-1"
    )

    story.expect_ephemeral("muted until").expect_ephemeral("by <@UTA>").expect_ephemeral("is on it")


def test_expired_mute_and_ack_are_not_marked(story: Story) -> None:
    story.begin(**TEAMS).stage("team-1", "RUNTIME_ERROR").sweep()
    story.type_command("ack team-1").type_command("mute team-2 for 10 min")
    story.stage("team-1", "RUNNING").after(minutes=15).type_command("status")

    assert "muted" not in str(story.slack.ephemeral_messages[-1][1])
    assert "acknowledged" not in str(story.slack.ephemeral_messages[-1][1])


# -- updates of an announcement


def unmute_buttons(story: Story, channel: str = OPS) -> list[str]:
    shown = [message for message in story.slack.messages if message.channel == channel]
    return [button for message in shown for button in message.buttons.values()]


def test_button_of_a_mute_goes_away_when_it_is_unmuted(story: Story) -> None:
    story.begin(**TEAMS).type_command("mute team-1 team-2 for 1h").after(minutes=2)
    assert unmute_buttons(story) == ["unmute team-1 team-2"]

    story.type_command("unmute all")
    assert unmute_buttons(story) == []
    assert len(texts_with(story, OPS, "muted *team-1 and team-2*")) == 2, "the first line stays"


def test_button_of_a_mute_goes_away_when_the_mute_is_over(story: Story) -> None:
    story.begin(**TEAMS).type_command("mute team-1 team-2 for 10 min").after(minutes=12)

    assert unmute_buttons(story) == []


def test_button_of_a_mute_goes_away_when_it_is_replaced(story: Story) -> None:
    story.begin(**TEAMS).type_command("mute team-1 team-2 for 1h").after(minutes=2)
    story.type_command("mute all for 3h")

    assert unmute_buttons(story) == ["unmute guest team-1..3"]


def test_button_of_a_mute_stays_while_a_part_of_it_lasts(story: Story) -> None:
    story.begin(**TEAMS).type_command("mute team-1 team-2 for 1h").after(minutes=2)
    story.type_command("unmute team-1")

    assert unmute_buttons(story) == ["unmute team-1 team-2"]


def test_mutes_within_a_minute_are_one_message(story: Story) -> None:
    story.begin(**TEAMS)
    for name in ("team-1", "team-2", "team-3"):
        story.type_command(f"mute {name} for 1h")

    (announced,) = texts_with(story, OPS, "muted")
    assert "*team-1..3* (3 Spaces)" in rendered_text(announced) or (
        "team-1" in rendered_text(announced) and "team-3" in rendered_text(announced)
    )
    assert unmute_buttons(story) == ["unmute team-1..3"]
    story.expect_pings(1)


def test_mutes_of_two_people_or_a_minute_apart_are_two_messages(story: Story) -> None:
    story.begin(**TEAMS).type_command("mute team-1 for 1h", user="UTA")
    story.type_command("mute team-2 for 1h", user="ULEAD").after(minutes=2)
    story.type_command("mute team-3 for 1h", user="UTA")

    assert len(texts_with(story, OPS, "muted")) == 3
