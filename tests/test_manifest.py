"""The manifest is what Slack accepts, and asks for no more than it argues for."""

import json
import re
from pathlib import Path

import pytest

from bot import manifest as app
from bot.manifest import EVENTS, SCOPES, manifest
from bot.sandbox.slack import methods, web_api

SLACK = Path(app.__file__).parent / "slack"
GOLDEN = Path(__file__).parent / "golden" / "manifest.json"

# What Slack wants before it delivers an event.
SCOPE_OF_EVENT = {"app_mention": "app_mentions:read", "message.im": "im:history"}
UPLOAD = {
    "name": "Upload to a Space",
    "type": "message",
    "callback_id": "upload_files",
    "description": "Put the files of a message into a Space",
}


def test_the_manifest_is_as_the_golden_file() -> None:
    assert manifest() == json.loads(GOLDEN.read_text())


def test_the_command_is_the_one_of_the_settings() -> None:
    (entry,) = manifest("/ifcore-space")["features"]["slash_commands"]
    assert entry["command"] == "/ifcore-space"


def test_every_event_has_its_scope() -> None:
    assert {SCOPE_OF_EVENT[event] for event in EVENTS} <= SCOPES.keys()


def test_whatever_is_asked_of_slack_has_its_scope() -> None:
    assert web_api.FAMILIES  # importing them declares the methods
    source = "".join(path.read_text() for path in SLACK.glob("*.py"))
    called = {name.casefold() for name in re.findall(r"client\.([a-z]+_\w+)", source)}
    declared = {name.replace(".", "_").casefold(): how for name, how in methods.METHODS.items()}
    needed = {name: declared[name].scopes for name in called & declared.keys()}

    assert "conversations_open" in needed
    assert {n: s for n, s in needed.items() if s and not SCOPES.keys() & set(s)} == {}
    assert called - declared.keys() == {"files_upload_v2", "base_url"}


def test_every_scope_and_event_has_its_argument() -> None:
    for why in [*SCOPES.values(), *EVENTS.values()]:
        assert why.endswith(".")
        assert "|" not in why  # it stands in a table of the README


@pytest.mark.parametrize("shortcuts", [(), (UPLOAD,)])
def test_slacks_limits_hold(
    shortcuts: tuple[dict[str, str], ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(app, "SHORTCUTS", shortcuts)
    shown = manifest("/" + "a" * 31)
    assert len(shown["display_information"]["name"]) <= 35
    assert len(shown["display_information"]["description"]) <= 140
    assert len(shown["features"]["bot_user"]["display_name"]) <= 80
    for command in shown["features"]["slash_commands"]:
        assert len(command["command"]) <= 32
        assert len(command["description"]) <= 2000
        assert len(command["usage_hint"]) <= 1000
    listed = shown["features"].get("shortcuts", [])
    assert listed == list(shortcuts)
    assert len(listed) <= 10
    assert all(len(shortcut["description"]) <= 150 for shortcut in listed)


def test_socket_mode_needs_no_address() -> None:
    assert manifest()["settings"]["socket_mode_enabled"] is True
    text = json.dumps(manifest())
    assert '"url"' not in text
    assert "request_url" not in text
