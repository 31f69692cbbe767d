"""The emulator of Slack's Web API as a process, and the tests' own calls to it."""

import json
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2

from bot.manifest import SCOPES
from bot.network.connections import tls_context
from tests import npm
from tests.e2e.process import Child

BOT_TOKEN = "xoxb-emulated"
BOT_USER = "U0SPACEBOT"
APP = "A0SPACEBOT"
#: Made by the emulator itself: an admin of the workspace.
ADMIN = "U000000001"
_ADMIN_TOKEN, _ASSISTANT_TOKEN = "xoxp-admin", "xoxp-assistant"
_CHANNEL = "space-ops"
# The scopes of the test itself: it reads, invites the bot and shares files.
_TEST_SCOPES = ["channels:manage", "channels:read", "channels:history", "im:history", "files:write"]

Json = dict[str, Any]


@dataclass(frozen=True)
class Emulator:
    """A workspace with an admin, an assistant, a channel and our app, which is in the channel."""

    url: str
    channel: str
    assistant: str

    def call(self, method: str, token: str = _ADMIN_TOKEN, **arguments: str) -> Json:
        return _call(self.url, method, token, **arguments)

    def history(self, channel: str = "", token: str = _ADMIN_TOKEN) -> list[Json]:
        """Return the messages outside threads, newest first."""
        response = self.call("conversations.history", token, channel=channel or self.channel)
        return list(response["messages"])

    def replies(self, message: Json) -> list[Json]:
        """Return the replies in the thread of *message*."""
        found = self.call("conversations.replies", channel=self.channel, ts=message["ts"])
        return [reply for reply in found["messages"] if reply["ts"] != message["ts"]]

    def trigger(self, user: str) -> str:
        """Return a trigger id, as in a command or a click of *user*."""
        response = self.call("views.generateTriggerId", BOT_TOKEN, user_id=user)
        return str(response["trigger_id"])

    def content(self, file: Json) -> str:
        """Return the content of a file that the bot has shared."""
        headers = {"Authorization": f"Bearer {BOT_TOKEN}"}
        return httpx2.get(
            file["url_private"], headers=headers, trust_env=False, verify=tls_context()
        ).text

    def share(self, name: str, content: bytes) -> Json:
        """Let the assistant upload a file into the channel, and return its message."""
        length = str(len(content))
        made = self.call(
            "files.getUploadURLExternal", _ASSISTANT_TOKEN, filename=name, length=length
        )
        httpx2.post(
            made["upload_url"], content=content, trust_env=False, verify=tls_context()
        ).raise_for_status()
        files = json.dumps([{"id": made["file_id"]}])
        self.call(
            "files.completeUploadExternal", _ASSISTANT_TOKEN, files=files, channel_id=self.channel
        )
        return self.history()[0]


@contextmanager
def run_emulator(folder: Path, address: str) -> Iterator[Emulator]:
    """Run the emulator, with strict scopes: the bot has those of its manifest and no other.

    It names files by *address*, which must be the Web API's: the bot's token goes nowhere else.
    """
    seed = folder / "seed.json"
    seed.write_text(json.dumps({"slack": _seed()}))
    port = _free_port()
    words = ["--service", "slack", "--port", str(port), "--base-url", address]
    command = [*npm.node("emulate/dist/index.js"), "start", *words, "--seed", str(seed)]
    process = Child(command, folder)
    try:
        process.wait_for_line("Ready.")
        yield _set_up_workspace(f"http://127.0.0.1:{port}")
    finally:
        process.discard()


def _seed() -> Json:
    tokens = [
        {"token": _ADMIN_TOKEN, "type": "user", "user": "admin", "scopes": _TEST_SCOPES},
        {"token": _ASSISTANT_TOKEN, "type": "user", "user": "maria", "scopes": _TEST_SCOPES},
    ]
    identity = {"app_id": APP, "bot_id": "B0SPACEBOT", "bot_user_id": BOT_USER}
    bot = {"token": BOT_TOKEN, "type": "bot", "user_id": BOT_USER, "scopes": [*SCOPES], **identity}
    app = {"name": "Spacebot", "client_id": "1.1", "client_secret": "-", "redirect_uris": []}
    return {
        "strict_scopes": True,
        "users": [{"name": "maria", "real_name": "Maria"}],
        "channels": [{"name": _CHANNEL}],
        "oauth_apps": [{**app, **identity, "scopes": [*SCOPES]}],
        "tokens": [*tokens, bot],
    }


def _set_up_workspace(url: str) -> Emulator:
    channels = _call(url, "conversations.list", _ADMIN_TOKEN)["channels"]
    (channel,) = [channel["id"] for channel in channels if channel["name"] == _CHANNEL]
    _call(url, "conversations.invite", _ADMIN_TOKEN, channel=channel, users=BOT_USER)
    assistant = _call(url, "auth.test", _ASSISTANT_TOKEN)["user_id"]
    return Emulator(url, channel, assistant)


def _call(url: str, method: str, token: str, **arguments: str) -> Json:
    headers = {"Authorization": f"Bearer {token}"}
    answer = httpx2.post(
        f"{url}/api/{method}",
        data=arguments,
        headers=headers,
        trust_env=False,
        verify=tls_context(),
    )
    response: Json = answer.json()
    assert response.get("ok"), f"{method}: {response}"
    return response


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        return int(listening.getsockname()[1])
