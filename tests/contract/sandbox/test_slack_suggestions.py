"""The lines that the page offers: those that work for this person in this channel."""

import json
from collections.abc import Iterator
from typing import Any
from urllib.request import urlopen

import pytest

from bot.manifest import manifest
from bot.sandbox.server import Sandbox
from bot.sandbox.slack.installation import Subcommand
from tests.contract.sandbox.clock import FakeTime

WAKE = Subcommand("wake", "wake <targets>", "Start what is down")


@pytest.fixture
def sandbox(clock: FakeTime) -> Iterator[Sandbox]:
    with Sandbox(clock=clock, manifest=manifest("/fleet")) as running:
        running.complete([WAKE])
        yield running


def state(sandbox: Sandbox, person: str, channel: str) -> Any:
    with urlopen(f"{sandbox.url}/sandbox/state?person={person}&channel={channel}") as response:
        return json.load(response)


@pytest.mark.parametrize(
    ("person", "channel", "examples"),
    [
        ("U0LEAD", "C0OPS", ["/fleet status", "/fleet wake all", "/fleet help"]),
        ("U0TA01", "D0TA01", ["/fleet status", "/fleet wake all", "/fleet help"]),
        ("U0STUD", "C0OPS", ["/fleet status", "/fleet url all", "/fleet help"]),
        ("U0TA01", "C0SEC1", ["/invite @Spacebot"]),
    ],
)
def test_examples_are_lines_that_work_for_this_person_here(
    sandbox: Sandbox, person: str, channel: str, examples: list[str]
) -> None:
    assert state(sandbox, person, channel)["examples"] == examples


def test_nothing_is_offered_in_an_archived_channel(sandbox: Sandbox) -> None:
    sandbox.slack.channels.archive("C0OPS")
    assert state(sandbox, "U0TA01", "C0OPS")["examples"] == []


def test_completions_are_the_commands_and_the_invitation(sandbox: Sandbox) -> None:
    invitation = {
        "line": "/invite @Spacebot",
        "usage": "/invite @Spacebot",
        "help": "Add the bot to this channel",
    }
    wake = {"line": "/fleet wake", "usage": "/fleet wake <targets>", "help": "Start what is down"}
    assert state(sandbox, "U0TA01", "C0OPS")["completions"] == [wake, invitation]
    assert state(sandbox, "U0TA01", "D0TA01")["completions"] == [wake]
