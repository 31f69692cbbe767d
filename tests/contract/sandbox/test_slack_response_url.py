"""response_url: thirty minutes, five uses, ephemeral by default."""

import pytest
from slack_sdk import WebClient
from slack_sdk.webhook import WebhookClient

from bot.sandbox.server import Sandbox
from bot.sandbox.slack.messages import Draft
from bot.sandbox.slack.payloads import format_response_url
from tests.contract.sandbox.clock import FakeTime
from tests.contract.sandbox.conftest import button


@pytest.fixture
def response_url(sandbox: Sandbox) -> WebhookClient:
    made = sandbox.workspace.ephemeral_ids.create_response_url("U0TA01", "C0SEC1")
    return WebhookClient(format_response_url(sandbox.workspace, made))


def test_response_is_ephemeral_by_default_and_needs_no_membership(
    sandbox: Sandbox, response_url: WebhookClient
) -> None:
    assert response_url.send(text="only you").status_code == 200
    assert response_url.send(text="all", response_type="in_channel").status_code == 200
    assert [m.text for m in sandbox.ta.visible_messages("C0SEC1")] == ["only you", "all"]
    assert [m.text for m in sandbox.student.visible_messages("C0SEC1")] == ["all"]


def test_response_url_rejects_the_sixth_use(sandbox: Sandbox, response_url: WebhookClient) -> None:
    answers = [response_url.send(text=str(n)) for n in range(6)]
    assert [a.status_code for a in answers] == [200] * 5 + [404]
    assert "used_url" in answers[-1].body
    assert len(sandbox.ta.visible_messages("C0SEC1")) == 5


def test_response_url_expires_after_thirty_minutes(
    response_url: WebhookClient, clock: FakeTime
) -> None:
    clock.tick(30 * 60 + 1)
    answer = response_url.send(text="late")
    assert (answer.status_code, "expired_url" in answer.body) == (404, True)


def test_response_url_validates_messages(response_url: WebhookClient) -> None:
    nothing = response_url.send(response_type="ephemeral")
    assert (nothing.status_code, "no_text" in nothing.body) == (400, True)
    invalid = response_url.send(text="x", blocks=[{"type": "nonsense"}])
    assert (invalid.status_code, "invalid_blocks" in invalid.body) == (400, True)


def test_click_response_url_replaces_and_deletes_its_message(
    sandbox: Sandbox, api: WebClient
) -> None:
    api.chat_postMessage(channel="C0OPS", text="Sure?", blocks=button("Yes", "y"))
    [question] = sandbox.ta.visible_messages("C0OPS")
    made = sandbox.workspace.ephemeral_ids.create_response_url("U0TA01", "C0OPS", source=question)
    hook = WebhookClient(format_response_url(sandbox.workspace, made))
    hook.send(text="Doing it.", replace_original=True)
    assert [(m.ts, m.text) for m in sandbox.ta.visible_messages("C0OPS")] == [
        (question.ts, "Doing it.")
    ]
    hook.send(delete_original=True)
    assert sandbox.ta.visible_messages("C0OPS") == ()


def test_command_response_url_has_no_message_to_replace(
    sandbox: Sandbox, response_url: WebhookClient
) -> None:
    sandbox.workspace.message_store.post("C0SEC1", "U0TA01", Draft("/space status"))
    response_url.send(text="12 up", replace_original=True)
    assert [m.text for m in sandbox.ta.visible_messages("C0SEC1")] == ["/space status", "12 up"]


def test_command_response_url_replaces_its_last_reply(sandbox: Sandbox) -> None:
    ids = sandbox.workspace.ephemeral_ids
    made = ids.create_response_url("U0TA01", "C0SEC1", command="/space status")
    hook = WebhookClient(format_response_url(sandbox.workspace, made))

    assert hook.send(delete_original=True).status_code == 400
    hook.send(text="Fetching…")
    hook.send(text="12 running", replace_original=True)

    assert [m.text for m in sandbox.ta.visible_messages("C0SEC1")] == ["12 running"]
