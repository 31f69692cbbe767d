"""Rejections and malformed responses through the real client, against the sandbox's Slack."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from bot.cards import Message
from bot.cards.keys import CardKey
from bot.manifest import manifest
from bot.render.blocks import section
from bot.sandbox.server import Sandbox
from bot.sandbox.slack import faults
from bot.sandbox.slack.faults import Fault
from bot.service import Bot
from bot.slack import Slack, make_client
from bot.store import cards
from tests.fakes import FakeClock

OPS = "C0OPS"
POST, EDIT, HISTORY = "chat.postMessage", "chat.update", "conversations.history"


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with Sandbox(manifest=manifest()) as running:
        yield running


@pytest.fixture
def slack(sandbox: Sandbox) -> Slack:
    """The real client, in place of the fake one for every test here."""
    return Slack(make_client("xoxb-sandbox", sandbox.slack_api_url))


@pytest.fixture
def clock() -> FakeClock:
    """A clock that starts at the sandbox's own time, by which a history is searched."""
    clock = FakeClock()
    clock.time = datetime.now(UTC)  # noqa: TID251 - see above
    return clock


def want(bot: Bot, text: str) -> None:
    with bot.deps.store.transaction() as tx:
        cards.upsert(
            tx, CardKey.incident(1), OPS, Message(text, (section(f"*{text}*"),)), bot.deps.now()
        )


def deliver(bot: Bot, clock: FakeClock) -> None:
    """Let a minute pass, in rounds of delivery."""
    for _ in range(10):
        bot.deliver()
        clock.tick(seconds=6)


def shown(sandbox: Sandbox) -> list[str]:
    return [message.text for message in sandbox.lead.visible_messages(OPS)]


# (the method, its fault)
@pytest.mark.parametrize(
    ("method", "fault", "times"),
    [
        # executed, but the response names no message, or another one
        (POST, faults.answer_without_ts(), 1),
        (POST, faults.answer_of_another_channel(), 1),
        # executed or not, and the response isn't Slack's
        (POST, faults.html_page(), 2),
        (POST, faults.invalid_answer("<html>", stored=True), 1),
        (POST, faults.invalid_answer('[{"ok": true}]', stored=True), 1),
        (POST, faults.invalid_answer('{"ok": true, "ts": "1.', stored=True), 1),
        (EDIT, faults.html_page(), 3),
        (EDIT, faults.invalid_answer("[]", stored=True), 1),
        # rejected by Slack
        (POST, faults.api_error("message_limit_exceeded"), 4),
        (POST, faults.api_error("a_code_of_tomorrow"), 4),
        (EDIT, faults.api_error("update_failed"), 3),
        (EDIT, faults.api_error("edit_window_closed"), 1),
        (EDIT, faults.api_error("cant_update_message"), 1),
        (faults.EVERY_METHOD, faults.html_page(), 6),
    ],
)
def test_slack_errors_leave_one_correct_card(
    bot: Bot, sandbox: Sandbox, clock: FakeClock, method: str, fault: Fault, times: int
) -> None:
    if method == EDIT:
        want(bot, "crashed")
        deliver(bot, clock)
    sandbox.slack.faults.plan(method, fault, times=times)
    want(bot, "fixed" if method == EDIT else "crashed")
    deliver(bot, clock)

    want(bot, "fixed")
    deliver(bot, clock)

    assert shown(sandbox) == ["fixed"]


def test_a_history_that_a_proxy_answers_for_makes_no_second_card(
    bot: Bot, sandbox: Sandbox, clock: FakeClock
) -> None:
    sandbox.slack.faults.plan(POST, faults.drop_connection(stored=True))
    sandbox.slack.faults.plan(HISTORY, faults.invalid_answer('{"ok": true}'), times=2)
    want(bot, "crashed")
    deliver(bot, clock)
    assert shown(sandbox) == ["crashed"]


@pytest.mark.parametrize("method", [POST, EDIT])
def test_blocks_that_are_refused_are_sent_as_text(
    bot: Bot, sandbox: Sandbox, clock: FakeClock, method: str
) -> None:
    if method == EDIT:
        want(bot, "crashed")
        deliver(bot, clock)
    sandbox.slack.faults.plan(method, faults.api_error("invalid_blocks"))
    want(bot, "fixed")
    deliver(bot, clock)
    (message,) = sandbox.lead.visible_messages(OPS)
    assert (message.text, message.blocks) == ("fixed\n*fixed*", ())


def test_a_page_that_answers_three_calls_delays_a_requested_card_by_three_seconds(
    bot: Bot, sandbox: Sandbox, clock: FakeClock
) -> None:
    sandbox.slack.faults.plan(faults.EVERY_METHOD, faults.html_page(), times=3)
    with bot.deps.store.transaction() as tx:
        cards.upsert(
            tx, CardKey.operation(1), OPS, Message("Waking 1 Space"), bot.deps.now(), user="U0TA01"
        )
    began = clock()
    while not shown(sandbox):
        for _ in range(2):  # a round, and the one that it may trigger
            bot.deliver()
        clock.tick(seconds=1)

    assert clock() - began <= timedelta(seconds=4), "its last second is after the post"
    assert shown(sandbox) == ["Waking 1 Space"]
