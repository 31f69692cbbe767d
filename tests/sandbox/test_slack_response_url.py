"""response_url: thirty minutes, five uses, ephemeral unless told otherwise."""

import pytest
from slack_sdk import WebClient
from slack_sdk.webhook import WebhookClient

from bot.sandbox.server import Sandbox
from bot.sandbox.slack.payloads import hook_url
from bot.sandbox.slack.timeline import Draft
from tests.sandbox.clock import Clock
from tests.sandbox.conftest import button


@pytest.fixture
def hook(sandbox: Sandbox) -> WebhookClient:
    made = sandbox.workspace.tickets.hook("U0TA01", "C0SEC1")
    return WebhookClient(hook_url(sandbox.workspace, made))


def test_it_is_ephemeral_by_default_and_needs_no_membership(
    sandbox: Sandbox, hook: WebhookClient
) -> None:
    assert hook.send(text="only you").status_code == 200
    assert hook.send(text="all", response_type="in_channel").status_code == 200
    assert [m.text for m in sandbox.ta.sees("C0SEC1")] == ["only you", "all"]
    assert [m.text for m in sandbox.student.sees("C0SEC1")] == ["all"]


def test_the_sixth_use_is_refused(sandbox: Sandbox, hook: WebhookClient) -> None:
    answers = [hook.send(text=str(n)) for n in range(6)]
    assert [a.status_code for a in answers] == [200] * 5 + [404]
    assert "used_url" in answers[-1].body
    assert len(sandbox.ta.sees("C0SEC1")) == 5


def test_after_thirty_minutes_it_is_refused(hook: WebhookClient, clock: Clock) -> None:
    clock.tick(30 * 60 + 1)
    answer = hook.send(text="late")
    assert (answer.status_code, "expired_url" in answer.body) == (404, True)


def test_it_keeps_the_rules_of_messages(hook: WebhookClient) -> None:
    nothing = hook.send(response_type="ephemeral")
    assert (nothing.status_code, "no_text" in nothing.body) == (400, True)
    wrong = hook.send(text="x", blocks=[{"type": "nonsense"}])
    assert (wrong.status_code, "invalid_blocks" in wrong.body) == (400, True)


def test_one_of_a_click_replaces_and_deletes_the_message_that_was_clicked(
    sandbox: Sandbox, api: WebClient
) -> None:
    api.chat_postMessage(channel="C0OPS", text="Sure?", blocks=button("Yes", "y"))
    [question] = sandbox.ta.sees("C0OPS")
    made = sandbox.workspace.tickets.hook("U0TA01", "C0OPS", source=question)
    hook = WebhookClient(hook_url(sandbox.workspace, made))
    hook.send(text="Doing it.", replace_original=True)
    assert [(m.ts, m.text) for m in sandbox.ta.sees("C0OPS")] == [(question.ts, "Doing it.")]
    hook.send(delete_original=True)
    assert sandbox.ta.sees("C0OPS") == ()


def test_one_of_a_command_has_nothing_to_replace(sandbox: Sandbox, hook: WebhookClient) -> None:
    sandbox.workspace.timeline.post("C0SEC1", "U0TA01", Draft("/space status"))
    hook.send(text="12 up", replace_original=True)
    assert [m.text for m in sandbox.ta.sees("C0SEC1")] == ["/space status", "12 up"]
    assert hook.send(delete_original=True).status_code == 400
