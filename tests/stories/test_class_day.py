"""The number of pings on one day of a class of 60, on a virtual clock."""

import sys
from datetime import timedelta

import pytest

from tests.stories.scenario import Story

CLASS = [f"team-{n}" for n in range(1, 61)]
FLAPPERS = ["team-7", "team-42"]
MAX_PINGS = 12


def morning(story: Story) -> None:
    """At 09:00 a bad template is pushed to all Spaces; at 09:40 the fix is."""
    for n, name in enumerate(CLASS):
        story.stage(name, "BUILD_ERROR", f"No module named 'torhc' (layer {n})")
    story.at("09:40").stages(CLASS, "BUILDING").at("09:46").stages(CLASS, "RUNNING")


def noon(story: Story) -> None:
    """At 12:00 many Spaces fall asleep within minutes; at 12:50 they are woken."""
    for minute, group in enumerate((CLASS[:9], CLASS[9:21], CLASS[21:24])):
        story.at(f"12:{minute:02}").stages(group, "SLEEPING")
    story.at("12:50").stages(CLASS[:24], "BUILDING").at("12:55").stages(CLASS, "RUNNING")


def afternoon(story: Story) -> None:
    """At 15:00 the Hub is out for 25 minutes; from 16:00 two Spaces flap for an hour."""
    story.at("15:00").hub_down().at("15:25").hub_up().at("16:00").poll = timedelta(minutes=1)
    for minute in range(0, 60, 4):
        story.at(f"16:{minute:02}").stages(FLAPPERS, "RUNTIME_ERROR", "Exit code: 137")
        story.at(f"16:{minute + 2:02}").stages(FLAPPERS, "RUNNING")


def test_a_class_of_60_costs_few_pings_a_day(
    story: Story, capsys: pytest.CaptureFixture[str]
) -> None:
    story.clock.time = story.clock.time.replace(hour=8, minute=58)
    story.poll = timedelta(minutes=2)
    story.begin(**{name.replace("-", "_"): "RUNNING" for name in CLASS})
    morning(story.at("09:00"))
    noon(story)
    afternoon(story)
    story.at("17:40")

    edits = sum(shown.edits for shown in story.slack.messages)
    texts = "\n".join(f"  {shown.text}" for shown in story.slack.messages)
    with capsys.disabled():
        sys.stdout.write(f"\na day of a class of 60: {story.pings} pings, {edits} edits\n{texts}\n")
    assert story.pings <= MAX_PINGS
    for name in CLASS:
        assert not any(name in str(card.buttons) for card in story.slack.cards)
