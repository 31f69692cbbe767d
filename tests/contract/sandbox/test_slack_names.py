"""The bot's name on the page: the manifest's, in a mention without regard to case."""

import json
from collections.abc import Iterator
from typing import Any
from urllib.request import urlopen

import pytest

from bot.manifest import manifest
from bot.sandbox.server import Sandbox


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    named = manifest()
    named["features"]["bot_user"]["display_name"] = "Classbot"
    with Sandbox(manifest=named) as running:
        yield running


def state(sandbox: Sandbox) -> Any:
    with urlopen(f"{sandbox.url}/sandbox/state?person=U0STUD&channel=C0OPS") as response:
        return json.load(response)


def test_the_bot_has_the_name_of_its_manifest(sandbox: Sandbox) -> None:
    sandbox.slack.channels.remove_bot("C0OPS")
    sandbox.ta.type("C0OPS", "/invite @CLASSBOT")
    found = state(sandbox)
    assert [m["name"] for m in found["messages"]] == ["Classbot"]
    assert found["channels"][-1] == {
        "id": "D0STUD", "name": "Classbot", "kind": "dm", "unread": 0, "note": ""
    }  # fmt: skip


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("@Classbot status", "<@U0BOT> status"),
        ("@classbot status", "<@U0BOT> status"),
        ("hey @CLASSBOT, wake @sam", "hey <@U0BOT>, wake <@U0STUD>"),
        ("@Classbots and @Samantha", "@Classbots and @Samantha"),
        ("mail@sam.example", "mail@sam.example"),
    ],
)
def test_mention_ignores_case_and_ends_with_the_name(
    sandbox: Sandbox, typed: str, stored: str
) -> None:
    sandbox.ta.type("C0OPS", typed)
    assert sandbox.workspace.messages("C0OPS")[-1].text == stored


def test_a_bot_that_is_absent_is_invited_by_the_name_shown(sandbox: Sandbox) -> None:
    sandbox.ta.type("C0SEC1", "@classbot status")
    notice = sandbox.workspace.messages("C0SEC1", sandbox.ta.id)[-1]
    assert "/invite @Classbot" in notice.text
