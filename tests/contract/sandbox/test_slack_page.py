"""The page's contract: its state, its requests, and the control panel."""

import json
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from http.client import HTTPConnection, RemoteDisconnected
from pathlib import Path
from time import time
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest
from slack_bolt import Ack, App
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect as open_socket

from bot.sandbox.clock import SandboxClock
from bot.sandbox.server import Sandbox
from bot.sandbox.slack import faults
from bot.sandbox.slack.model import Json
from tests.contract.sandbox.conftest import Connect, button, client, modal

SAM = {"person": "U0STUD", "channel": "C0OPS"}


def get(sandbox: Sandbox, path: str) -> Any:
    with urlopen(sandbox.url + path) as response:
        return json.load(response)


def post(sandbox: Sandbox, verb: str, **body: Any) -> tuple[int, Json]:
    request = Request(f"{sandbox.url}/sandbox/{verb}", json.dumps(body).encode())
    try:
        with urlopen(request) as response:
            return response.status, json.load(response)
    except HTTPError as refused:
        with refused:
            return refused.code, json.load(refused)


def state(sandbox: Sandbox, person: str = "U0STUD", channel: str = "C0OPS", after: int = 0) -> Json:
    found: Json = get(sandbox, f"/sandbox/state?person={person}&channel={channel}&after={after}")
    return found


def test_the_state_is_all_the_page_needs(sandbox: Sandbox, api: WebClient) -> None:
    ts = api.chat_postMessage(channel="C0OPS", text="card", blocks=button("Wake", "w"))["ts"]
    api.chat_postMessage(channel="C0OPS", text="reply", thread_ts=ts)
    page_state = state(sandbox)
    assert page_state["me"] == {"id": "U0STUD", "name": "Sam", "title": "Student"}
    assert [c["name"] for c in page_state["channels"]] == ["space-ops", "section-1", "Spacebot"]
    assert (page_state["command"], page_state["view"]) == ("/space", None)
    [card] = page_state["messages"]
    assert (card["name"], card["bot"], card["reply_count"]) == ("Spacebot", True, 1)
    assert card["blocks"][0]["elements"][0]["text"]["text"] == "Wake"
    assert card["replies"][0]["text"] == "reply"
    assert [p["text"] for p in page_state["pushes"]] == ["card"]


def test_channel_is_unread_until_opened(sandbox: Sandbox, api: WebClient) -> None:
    api.chat_postMessage(channel="C0OPS", text="card")
    unread = {c["id"]: c["unread"] for c in state(sandbox, channel="C0SEC1")["channels"]}
    assert unread["C0OPS"] == 1
    assert {c["unread"] for c in state(sandbox)["channels"]} == {0}


def test_long_poll_returns_on_the_next_change(sandbox: Sandbox) -> None:
    version = state(sandbox)["version"]
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(state, sandbox, after=version)
        sandbox.lead.type("C0OPS", "news")
        page_state = waiting.result(10)
    assert page_state["version"] > version
    assert page_state["messages"][0]["text"] == "news"


def test_typing_clicking_and_sending_a_modal_reach_the_app(
    sandbox: Sandbox, app: App, api: WebClient, connect: Connect
) -> None:
    done = threading.Event()
    sent: list[str] = []

    @app.action("run")
    def run(ack: Ack, body: Json, client: WebClient) -> None:
        ack()
        client.views_open(trigger_id=body["trigger_id"], view=modal())

    @app.view("rename")
    def rename(ack: Ack, view: Json) -> None:
        ack()
        sent.append(view["state"]["values"]["name"]["text"]["value"])
        done.set()

    connect(app)
    api.chat_postEphemeral(channel="C0OPS", user="U0STUD", text="x", blocks=button("Go", "g"))
    [card] = state(sandbox)["messages"]
    assert card["ephemeral"]
    block = card["blocks"][0]
    click = {"ts": card["ts"], "block_id": block["block_id"], "action_id": "run", "type": "button"}
    assert post(sandbox, "click", **SAM, **click, value="g") == (200, {"ok": True})
    sandbox.student.wait_for_view("Rename")
    view = state(sandbox)["view"]
    assert (view["title"], view["submit"], view["close"]) == ("Rename", "Send", "Cancel")
    values = {"name": {"text": {"type": "plain_text_input", "value": ""}}}
    post(sandbox, "submit", person="U0STUD", view_id=view["id"], values=values)
    assert state(sandbox)["view"]["errors"] == {"name": "Please complete this required field."}
    values["name"]["text"]["value"] = "good"
    post(sandbox, "submit", person="U0STUD", view_id=view["id"], values=values)
    assert done.wait(5)
    assert sent == ["good"]


def test_a_click_inside_a_modal_names_the_view(
    sandbox: Sandbox, app: App, connect: Connect
) -> None:
    seen: list[Json] = []
    done = threading.Event()

    @app.action("run")
    def run(ack: Ack, body: Json) -> None:
        ack()
        seen.append(body)
        done.set()

    connect(app)
    view = sandbox.workspace.modals.open("U0STUD", modal(blocks=button("More", "m")))
    block_id = view.blocks[0]["block_id"]
    click = {"view_id": view.id, "ts": None, "block_id": block_id, "action_id": "run"}
    post(sandbox, "click", **SAM, **click)
    assert done.wait(5)
    assert (seen[0]["container"]["view_id"], seen[0]["actions"][0]["value"]) == (view.id, "m")


def test_a_file_dropped_on_the_page_is_sent_and_downloaded_as_a_file(sandbox: Sandbox) -> None:
    part = b'Content-Disposition: form-data; name="file"; filename="<x>.html"\r\n\r\n<script>\r\n'
    body = b"--b\r\n" + part + b"--b--\r\n"
    headers = {"Content-Type": "multipart/form-data; boundary=b"}
    with urlopen(Request(f"{sandbox.url}/sandbox/files?person=U0STUD", body, headers)) as answer:
        file = json.load(answer)
    assert (file["name"], file["size"]) == ("<x>.html", 8)
    post(sandbox, "type", **SAM, text="", files=[file["id"]])
    [shown] = state(sandbox)["messages"][0]["files"]
    with urlopen(sandbox.url + shown["url"]) as download:
        assert download.read() == b"<script>"
        assert download.headers["Content-Type"] == "application/octet-stream"


MISTAKES: list[tuple[str, str, Json, str]] = [
    ("typing nothing", "type", {**SAM, "text": " "}, "nothing to send"),
    ("typing elsewhere", "type", {**SAM, "channel": "C0NO", "text": "x"}, "no channel C0NO"),
    (
        "clicking what is gone",
        "click",
        {**SAM, "ts": "1.1", "block_id": "b", "action_id": "a"},
        "no longer exists",
    ),
    ("sending what is closed", "submit", {"person": "U0STUD", "view_id": "V"}, "no longer open"),
    ("forgetting a field", "type", {"person": "U0STUD"}, "unexpected"),
    ("an unknown action", "control", {"do": "dance"}, "has no action"),
    ("killing no bot", "control", {"do": "kill_bot"}, "didn't start the bot"),
    ("breaking no Hub", "control", {"do": "hub_down"}, "has no Hub"),
]


@pytest.mark.parametrize(
    ("verb", "body", "words"), [m[1:] for m in MISTAKES], ids=[m[0] for m in MISTAKES]
)
def test_a_mistake_is_answered_with_a_sentence(
    sandbox: Sandbox, verb: str, body: Json, words: str
) -> None:
    status, answer = post(sandbox, verb, **body)
    assert status == 400
    assert words in answer["error"]


def test_a_shortcut_of_the_manifest_is_offered_and_runs() -> None:
    shortcut = {"name": "Upload", "type": "message", "callback_id": "upload"}
    manifest: Json = {
        "features": {"shortcuts": [shortcut], "slash_commands": [{"command": "/fleet"}]},
        "oauth_config": {"scopes": {"bot": []}},
    }
    with Sandbox(manifest=manifest) as sandbox:
        assert get(sandbox, "/sandbox/shortcuts") == [shortcut]
        assert state(sandbox)["command"] == "/fleet"


def test_control_panel_takes_slack_down_and_kills_the_bot(sandbox: Sandbox) -> None:
    killed: list[bool] = []
    sandbox.on_kill_bot = lambda: killed.append(True)
    post(sandbox, "control", do="slack_down")
    panel = get(sandbox, "/sandbox/hub")
    expected = {"spaces": [], "hub": "up", "slack": "down", "bot": "—", "waiting": 0}
    assert {name: panel[name] for name in expected} == expected
    post(sandbox, "control", do="slack_up")
    post(sandbox, "control", do="kill_bot")
    assert (get(sandbox, "/sandbox/hub")["slack"], killed) == ("up", [True])


def test_control_panel_moves_the_clock_of_slack_and_the_bot(tmp_path: Path) -> None:
    clock = SandboxClock(tmp_path / "clock")
    with Sandbox(clock=clock) as sandbox:
        post(sandbox, "control", do="clock", seconds=600)
        sandbox.find_next_schedule = lambda: clock() + 60
        post(sandbox, "control", do="next_schedule")

        assert float((tmp_path / "clock").read_text()) == pytest.approx(660, abs=1)
        assert get(sandbox, "/sandbox/hub")["clock"] == pytest.approx(time() + 660, abs=5)
        sandbox.find_next_schedule = lambda: None
        status, refusal = post(sandbox, "control", do="next_schedule")
        assert (status, "Nothing is scheduled" in str(refusal)) == (400, True)


def test_control_panel_leaves_a_fixed_clock_alone(sandbox: Sandbox) -> None:
    status, refusal = post(sandbox, "control", do="clock", seconds=600)

    assert (status, "can't be moved" in str(refusal)) == (400, True)


def test_control_panel_plans_a_fault_of_one_method(sandbox: Sandbox, api: WebClient) -> None:
    for kind in ("stored_dropped", "is_archived"):
        post(sandbox, "control", do="slack_fault", method="chat.postMessage", kind=kind)
    with pytest.raises(RemoteDisconnected):
        api.chat_postMessage(channel="C0OPS", text="stored all the same")
    with pytest.raises(SlackApiError, match="is_archived"):
        api.chat_postMessage(channel="C0OPS", text="refused")
    assert [m["text"] for m in state(sandbox)["messages"]] == ["stored all the same"]


def test_control_panel_starts_and_clears_faults() -> None:
    from bot.sandbox.hub.seed import classroom

    with Sandbox(classroom()) as sandbox:
        found = get(sandbox, "/sandbox/hub")["scenarios"]
        faults = [scenario for scenario in found if scenario["group"] in ("Slack", "Hub")]
        for scenario in faults:
            start_scenario(sandbox, scenario["id"])
        assert get(sandbox, "/sandbox/hub")["waiting"] >= len(faults) - 6  # six don't wait
        with pytest.raises(SlackApiError, match="message_limit_exceeded"):
            client(sandbox).chat_postMessage(channel="C0OPS", text="refused")

        post(sandbox, "control", do="clear_faults")
        assert get(sandbox, "/sandbox/hub")["waiting"] == 0
        client(sandbox).chat_postMessage(channel="C0OPS", text="posted")


def test_control_panel_without_a_hub_offers_no_hub_faults(sandbox: Sandbox) -> None:
    groups = {scenario["group"] for scenario in get(sandbox, "/sandbox/hub")["scenarios"]}
    assert groups == {"Slack", "Slack app", "Alert channel"}
    assert post(sandbox, "control", do="scenario", scenario="list_fails")[0] == 400


def test_control_panel_changes_the_alert_channel_and_back(sandbox: Sandbox, api: WebClient) -> None:
    for away, code, back in (
        ("channel_archived", "is_archived", "channel_unarchived"),
        ("bot_removed", "not_in_channel", "bot_added"),
    ):
        start_scenario(sandbox, away)
        with pytest.raises(SlackApiError, match=code):
            api.chat_postMessage(channel="C0OPS", text="refused")
        assert channel_note(sandbox)
        start_scenario(sandbox, back)
        assert not channel_note(sandbox)
        api.chat_postMessage(channel="C0OPS", text="posted")
    for name in ("space-ops-2", "space-ops"):
        start_scenario(sandbox, "channel_renamed")
        assert api.conversations_info(channel="C0OPS")["channel"]["name"] == name


def channel_note(sandbox: Sandbox) -> str:
    (ops,) = (c for c in state(sandbox)["channels"] if c["id"] == "C0OPS")
    return str(ops["note"])


# (the fault, the later result of auth.test: an error, its scopes)
@pytest.mark.parametrize(
    ("scenario", "error", "scopes"),
    [
        ("token_revoked", "token_revoked", "chat:write"),
        ("may_not_write", "", "commands"),
        ("scopes_hidden", "", ""),
    ],
)
def test_control_panel_revokes_the_token_and_its_scopes(
    sandbox: Sandbox, api: WebClient, scenario: str, error: str, scopes: str
) -> None:
    start_scenario(sandbox, scenario)
    try:
        response = api.auth_test()
    except SlackApiError as refused:
        response = refused.response
    headers = {name.lower(): value for name, value in response.headers.items()}
    assert response.get("error", "") == error
    assert scopes in str(headers.get("x-oauth-scopes", ""))
    assert ("x-oauth-scopes" in headers) is bool(scopes)
    if scenario == "may_not_write":
        assert "chat:write" not in str(headers["x-oauth-scopes"])
        with pytest.raises(SlackApiError, match="missing_scope"):
            api.chat_postMessage(channel="C0OPS", text="refused")

    post(sandbox, "control", do="clear_faults")
    api.chat_postMessage(channel="C0OPS", text="posted")


# (the fault, the first frame on a new socket)
@pytest.mark.parametrize(
    ("scenario", "frame"),
    [
        ("too_many_sockets", {"type": "disconnect", "reason": "too_many_websockets"}),
        ("sockets_closed", {"type": "hello", "num_connections": 1}),
        ("ghosts", {"type": "hello", "num_connections": 3}),
    ],
)
def test_control_panel_closes_and_counts_sockets(
    sandbox: Sandbox, scenario: str, frame: dict[str, Any]
) -> None:
    start_scenario(sandbox, scenario)
    token = sandbox.workspace.installation.app_token
    url = client(sandbox, token).apps_connections_open(app_token=token)["url"]
    with open_socket(url, proxy=None) as socket:
        assert frame.items() <= json.loads(socket.recv(5)).items()


def start_scenario(sandbox: Sandbox, scenario: str) -> None:
    assert post(sandbox, "control", do="scenario", scenario=scenario)[0] == 200


def test_control_panel_renames_and_archives_the_alert_channel(sandbox: Sandbox) -> None:
    def room() -> tuple[str, bool, bool]:
        found = sandbox.workspace.directory.by_id("C0OPS")
        return found.name, found.is_archived, "U0BOT" in found.members

    seen = []
    for scenario in (
        "channel_renamed",
        "channel_archived",
        "channel_unarchived",
        "bot_removed",
        "bot_added",
    ):
        start_scenario(sandbox, scenario)
        seen.append(room())

    assert seen == [
        ("space-ops-2", False, True),
        ("space-ops-2", True, True),
        ("space-ops-2", False, True),
        ("space-ops-2", False, False),
        ("space-ops-2", False, True),
    ]
    start_scenario(sandbox, "channel_renamed")
    assert room()[0] == "space-ops"


def test_control_panel_shows_whether_the_bot_is_connected(
    sandbox: Sandbox, app: App, connect: Connect
) -> None:
    connect(app).client.default_auto_reconnect_enabled = False
    assert get(sandbox, "/sandbox/hub")["bot"] == "up"
    post(sandbox, "control", do="slack_down")
    sandbox.workspace.wait_for(lambda: not sandbox.slack.sockets.open_sockets)
    assert get(sandbox, "/sandbox/hub")["bot"] == "down"


def test_control_panel_breaks_and_heals_a_space() -> None:
    from bot.sandbox.hub.seed import classroom

    with Sandbox(classroom()) as sandbox:
        first = get(sandbox, "/sandbox/hub")["spaces"][0]
        assert post(sandbox, "control", do="break", space=first["id"])[0] == 200
        assert get(sandbox, "/sandbox/hub")["spaces"][0]["stage"] == "RUNTIME_ERROR"
        post(sandbox, "control", do="hub_limited")
        assert get(sandbox, "/sandbox/hub")["hub"] == "limited"
        assert "no Space" in post(sandbox, "control", do="heal", space="a/b")[1]["error"]


def test_the_page_loads_nothing_from_outside(sandbox: Sandbox) -> None:
    with urlopen(sandbox.url) as page:
        policy = page.headers["Content-Security-Policy"]
        assert "default-src 'self'" in policy
        assert "http" not in policy
        assert b"<html" in page.read().lower()


def test_sandbox_stops_while_requests_and_sockets_are_open() -> None:
    with ExitStack() as stack:
        sandbox = stack.enter_context(Sandbox())
        app_api = client(sandbox, "xapp-1-A0SPACEBOT-1-sandbox")
        url = app_api.apps_connections_open(app_token="xapp-1-A0SPACEBOT-1-sandbox")["url"]
        link = stack.enter_context(open_socket(url, proxy=None))
        sandbox.slack.faults.plan("api.test", faults.no_response())
        polling = open_request(
            stack, sandbox, "/sandbox/state?person=U0TA01&channel=C0OPS&after=9999"
        )
        hanging = open_request(stack, sandbox, "/slack/api/api.test")
        get(sandbox, "/sandbox/hub")  # answered after the two above have arrived
        sandbox.stop()
        assert json.load(polling.getresponse())["me"]["name"] == "Tomás"
        with pytest.raises(RemoteDisconnected):
            hanging.getresponse()
        with pytest.raises(ConnectionClosed):
            [link.recv(5) for _ in range(2)]
    assert not [t for t in threading.enumerate() if t.name == "sandbox"]


def open_request(stack: ExitStack, sandbox: Sandbox, path: str) -> HTTPConnection:
    """A request whose response is still unread."""
    connection = HTTPConnection(sandbox.url.removeprefix("http://"), timeout=10)
    stack.callback(connection.close)
    connection.request("GET", path)
    return connection
