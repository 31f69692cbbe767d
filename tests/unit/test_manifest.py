"""Slack accepts the manifest, and each of its scopes has a reason."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from bot import manifest as app
from bot.__main__ import main
from bot.manifest import EVENTS, SCOPES, manifest, request_url
from bot.sandbox.slack import methods, web_api
from tests.slack_manifest import complaints

SLACK = Path(app.__file__).parent / "slack"
GOLDEN = Path(__file__).parents[1] / "golden" / "manifest.json"

# What Slack wants before it delivers an event.
SCOPE_OF_EVENT = {"app_mention": "app_mentions:read", "message.im": "im:history"}
# One event is for public channels, the other for private ones.
CHANNEL_SCOPES = {"channel": ["channels:read"], "group": ["groups:read"]}
EITHER_SCOPE = ("channel_id_changed", "member_joined_channel", "member_left_channel")
UPLOAD = {
    "name": "Upload to a Space",
    "type": "message",
    "callback_id": "upload_files",
    "description": "Put the files of a message into a Space",
}


def scopes_of(event: str) -> list[str]:
    if event in EITHER_SCOPE:
        return ["channels:read", "groups:read"]
    return CHANNEL_SCOPES.get(event.partition("_")[0]) or [SCOPE_OF_EVENT[event]]


def test_manifest_equals_the_golden_file() -> None:
    assert manifest() == json.loads(GOLDEN.read_text())


def test_command_comes_from_the_settings() -> None:
    (entry,) = manifest("/ifcore-space")["features"]["slash_commands"]
    assert entry["command"] == "/ifcore-space"


def test_every_event_has_its_scope() -> None:
    assert {needed for event in EVENTS for needed in scopes_of(event)} <= SCOPES.keys()


def test_every_called_method_has_its_scope() -> None:
    assert web_api.METHOD_MODULES  # importing them declares the methods
    source = "".join(path.read_text() for path in SLACK.glob("*.py"))
    called = {name.casefold() for name in re.findall(r"client\.([a-z]+_\w+)", source)}
    declared = {name.replace(".", "_").casefold(): how for name, how in methods.METHODS.items()}
    needed = {name: declared[name].scopes for name in called & declared.keys()}

    assert "conversations_open" in needed
    assert {n: s for n, s in needed.items() if s and not SCOPES.keys() & set(s)} == {}
    assert called - declared.keys() == {"files_upload_v2", "base_url"}


def test_every_scope_and_event_has_a_reason() -> None:
    for why in [*SCOPES.values(), *EVENTS.values()]:
        assert why.endswith(".")
        assert "|" not in why  # it is in a table of the README


@pytest.mark.parametrize("url", ["", request_url("https://my.host")])
def test_manifest_matches_the_schema_of_slack(url: str) -> None:
    assert complaints(manifest("/" + "a" * 31, url)) == []


@pytest.mark.parametrize(
    ("wrong", "where"),
    [
        ({"display_information": {"name": "x" * 36}}, "display_information.name"),
        ({"display_information": {}}, "display_information.name"),
        ({"features": {"shortcuts": []}}, "features.shortcuts"),
        (
            {"features": {"shortcuts": [{**UPLOAD, "name": "x" * 25}]}},
            "features.shortcuts.0.name",
        ),
        (
            {"features": {"slash_commands": [{"command": "space", "description": "x"}]}},
            "features.slash_commands.0.command",
        ),
        (
            {"settings": {"event_subscriptions": {"request_url": "ftp://x"}}},
            "settings.event_subscriptions.request_url",
        ),
        ({"settings": {"interactivity": {"request_url": "https://x"}}}, "is_enabled"),
        ({"settings": {"socket_mode": True}}, "settings.socket_mode"),
    ],
)
def test_schema_of_slack_rejects_errors(wrong: dict[str, Any], where: str) -> None:
    (complaint,) = complaints({**manifest(), **wrong})
    assert where in complaint


def test_http_manifest_differs_only_in_its_urls() -> None:
    url = "https://my.host/slack/events"
    expected = manifest("/space")
    expected["settings"]["socket_mode_enabled"] = False
    expected["settings"]["interactivity"]["request_url"] = url
    expected["settings"]["event_subscriptions"]["request_url"] = url
    expected["features"]["slash_commands"][0]["url"] = url

    assert manifest("/space", request_url("https://my.host")) == expected


# (the given URL, the request URL in the manifest)
@pytest.mark.parametrize(
    ("given", "url"),
    [
        ("https://my.host", "https://my.host/slack/events"),
        (" https://my.host/ ", "https://my.host/slack/events"),
        ("https://my.host:8443/bot", "https://my.host:8443/bot/slack/events"),
        # a complete request URL is accepted as well
        ("https://my.host/slack/events", "https://my.host/slack/events"),
        ("https://my.host/slack/events/", "https://my.host/slack/events"),
    ],
)
def test_request_url_is_below_the_public_url(given: str, url: str) -> None:
    assert request_url(given) == url


@pytest.mark.parametrize(
    "given",
    [
        "",
        "my.host",
        "http://my.host",
        "https://",
        "https:///slack/events",
        "https://me:pw@my.host",
        "https://my.host?x=1",
        "https://my.host#x",
        "https://my.host:port",
        "https://[::1",
    ],
)
def test_invalid_url_is_a_command_line_error(given: str) -> None:
    said = CliRunner().invoke(main, ["manifest", "--http", given])

    assert said.exit_code == 2
    assert "--http" in said.output
    assert "{" not in said.output


def test_socket_mode_needs_no_url() -> None:
    assert manifest()["settings"]["socket_mode_enabled"] is True
    text = json.dumps(manifest())
    assert '"url"' not in text
    assert "request_url" not in text
