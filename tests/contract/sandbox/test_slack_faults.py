"""Every failure of Slack, as the real slack_sdk reports it."""

from collections.abc import Callable
from http.client import RemoteDisconnected
from typing import Any

import pytest
from slack_bolt import App
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.webhook import WebhookClient

from bot.sandbox.server import Sandbox
from bot.sandbox.slack import faults
from bot.sandbox.slack.payloads import format_response_url
from tests.contract.sandbox.clock import FakeTime
from tests.contract.sandbox.conftest import Connect, client

POST = "chat.postMessage"


def post(api: WebClient, text: str = "card", **more: Any) -> Any:
    return api.chat_postMessage(channel="C0OPS", text=text, **more)


def texts(sandbox: Sandbox) -> list[str]:
    return [m.text for m in sandbox.lead.visible_messages("C0OPS")]


def test_a_429_says_how_long_to_wait_and_stores_nothing(sandbox: Sandbox, api: WebClient) -> None:
    sandbox.slack.faults.plan(POST, faults.rate_limited(30))
    with pytest.raises(SlackApiError) as refused:
        post(api)
    answer = refused.value.response
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "30")
    post(api, "second try")
    assert texts(sandbox) == ["second try"]


@pytest.mark.parametrize(
    "code",
    [
        "ratelimited",
        "message_not_found",
        "not_in_channel",
        "channel_not_found",
        "is_archived",
        "account_inactive",
        "token_revoked",
        "fatal_error",
    ],
)
def test_a_refusal_inside_a_200(sandbox: Sandbox, api: WebClient, code: str) -> None:
    sandbox.slack.faults.plan(POST, faults.api_error(code))
    with pytest.raises(SlackApiError) as refused:
        post(api)
    assert (refused.value.response["error"], refused.value.response.status_code) == (code, 200)
    assert texts(sandbox) == []


def test_a_missing_scope_is_named_in_a_fault_too(sandbox: Sandbox, api: WebClient) -> None:
    sandbox.slack.faults.plan(POST, faults.api_error("missing_scope"))
    with pytest.raises(SlackApiError) as refused:
        post(api)
    assert refused.value.response["needed"] == "chat:write"


STORED: list[tuple[str, bool, Callable[..., faults.Fault], type[Exception]]] = [
    ("a 503, nothing done", False, faults.server_error, SlackApiError),
    ("a 503 after all", True, lambda: faults.server_error(stored=True), SlackApiError),
    ("hung up, nothing done", False, faults.drop_connection, RemoteDisconnected),
    ("hung up after all", True, lambda: faults.drop_connection(stored=True), RemoteDisconnected),
    ("silent, nothing done", False, faults.no_response, TimeoutError),
    ("silent after all", True, lambda: faults.no_response(stored=True), TimeoutError),
]


@pytest.mark.parametrize(
    ("stored", "fault", "error"), [r[1:] for r in STORED], ids=[r[0] for r in STORED]
)
def test_lost_response_looks_the_same_stored_or_not(
    sandbox: Sandbox,
    stored: bool,
    fault: Callable[[], faults.Fault],
    error: type[Exception],
) -> None:
    sandbox.slack.faults.plan(POST, fault())
    with pytest.raises(error):
        post(client(sandbox, timeout=1))
    assert texts(sandbox) == (["card"] if stored else [])


def test_a_send_of_unknown_outcome_is_found_by_its_nonce_in_the_history(
    sandbox: Sandbox, api: WebClient
) -> None:
    nonce = {"event_type": "card", "event_payload": {"id": "n-42"}}
    sandbox.slack.faults.plan(POST, faults.drop_connection(stored=True))
    with pytest.raises(RemoteDisconnected):
        post(api, metadata=nonce)
    found = api.conversations_history(channel="C0OPS", include_all_metadata=True, oldest="0")
    adopted = [m["ts"] for m in found["messages"] if m.get("metadata") == nonce]
    api.chat_update(channel="C0OPS", ts=adopted[0], text="recovered")
    assert texts(sandbox) == ["recovered"]


def test_the_default_retry_of_the_sdk_posts_twice_after_a_hang_up(sandbox: Sandbox) -> None:
    sandbox.slack.faults.plan(POST, faults.drop_connection(stored=True))
    post(WebClient("xoxb-sandbox", base_url=sandbox.slack_api_url))
    assert texts(sandbox) == ["card", "card"]


def test_a_fault_may_last_and_may_hit_every_method(sandbox: Sandbox, api: WebClient) -> None:
    sandbox.slack.faults.plan(faults.EVERY_METHOD, faults.api_error("account_inactive"), times=None)
    for ask in (api.auth_test, lambda: post(api)):
        with pytest.raises(SlackApiError, match="account_inactive"):
            ask()
    sandbox.slack.faults.clear()
    assert post(api)["ok"]


def test_channel_rate_limit_is_opt_in(sandbox: Sandbox, api: WebClient, clock: FakeTime) -> None:
    for _ in range(3):
        post(api)
    sandbox.slack.faults.enforces_message_rate = True
    post(api)
    with pytest.raises(SlackApiError) as refused:
        post(api)
    assert refused.value.response.status_code == 429
    api.chat_postMessage(channel="U0TA01", text="elsewhere")
    clock.tick(1)
    post(api)


def test_a_response_url_may_fail_too(sandbox: Sandbox) -> None:
    made = sandbox.workspace.ephemeral_ids.create_response_url("U0TA01", "C0OPS")
    sandbox.slack.faults.plan(faults.RESPONSE_URL, faults.server_error(500))
    hook = WebhookClient(format_response_url(sandbox.workspace, made))
    assert hook.send(text="x").status_code == 500
    assert hook.send(text="x").status_code == 200


def test_slack_outage_leaves_calls_unanswered_until_it_ends(
    sandbox: Sandbox, api: WebClient, app: App, connect: Connect
) -> None:
    handler = connect(app)
    handler.client.auto_reconnect_enabled = False
    sandbox.slack.go_down()
    sandbox.workspace.wait_for(lambda: not sandbox.slack.sockets.open_sockets)
    with pytest.raises(TimeoutError):
        post(client(sandbox, timeout=1))
    sandbox.slack.come_up()
    assert post(api)["ok"]
    assert texts(sandbox) == ["card"]


@pytest.mark.parametrize(
    ("fault", "stored"),
    [
        (faults.html_page(), False),
        (faults.invalid_answer("[]"), False),
        (faults.invalid_answer('{"ok": tr'), False),
    ],
)
def test_answer_that_does_not_come_from_slack(
    sandbox: Sandbox, api: WebClient, fault: faults.Fault, *, stored: bool
) -> None:
    sandbox.slack.faults.plan(POST, fault)
    with pytest.raises((SlackApiError, AttributeError)):
        post(api)
    assert (texts(sandbox) != []) == stored


@pytest.mark.parametrize("fault", [faults.answer_without_ts(), faults.answer_of_another_channel()])
def test_answer_without_channel_or_ts(
    sandbox: Sandbox, api: WebClient, fault: faults.Fault
) -> None:
    sandbox.slack.faults.plan(POST, fault)
    said = post(api)
    assert said.get("ts") != sandbox.lead.visible_messages("C0OPS")[0].ts
    assert texts(sandbox) == ["card"]


def test_a_method_can_be_refused_for_a_time(sandbox: Sandbox, api: WebClient) -> None:
    now = 100.0
    sandbox.slack.faults.clock = lambda: now
    sandbox.slack.faults.plan(POST, faults.api_error("invalid_blocks"), times=None, seconds=60)
    for _ in range(3):
        with pytest.raises(SlackApiError, match="invalid_blocks"):
            post(api)
    now += 60
    post(api)
    assert texts(sandbox) == ["card"]
