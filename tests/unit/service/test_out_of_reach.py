"""The database goes away under the bot: nothing is said that may not be true, and nothing twice."""

from typing import Any

import pytest

from bot.errors import DatabaseUnavailable
from bot.model import Ask
from bot.service import Bot
from bot.service.leadership import Leadership
from bot.store import Store, lease
from tests.conftest import ListenToEngine
from tests.fakes import FakeClock, FakeHub, FakeSlack


def fail_transactions(listen_to_engine: ListenToEngine, after: int = 0) -> list[bool]:
    """Let each transaction fail after so many more, until the list is empty."""
    away, begun = [True], 0

    def fail(_: object) -> None:
        nonlocal begun
        begun += 1
        if away and begun > after:
            raise DatabaseUnavailable

    listen_to_engine("begin", fail)
    return away


def test_request_that_loses_the_database_is_retried_later(
    bot: Bot, hub: FakeHub, slack: FakeSlack, clock: FakeClock, listen_to_engine: ListenToEngine
) -> None:
    hub.set(team_a="SLEEPING")
    ask = Ask("wake all", "UTA", "C1", idempotency_key="wake")
    number = bot.receive(ask).result()
    assert number
    away = fail_transactions(listen_to_engine, after=1)  # it is taken, and no more

    with pytest.raises(DatabaseUnavailable):
        bot.answer(number, ask)
    assert slack.ephemeral_messages == []

    away.clear()
    clock.tick(minutes=2)
    bot.sweep()
    [(_, message)] = slack.ephemeral_messages
    assert "Nothing was done. Please ask again." in message.text


def test_unrecorded_reply_is_not_repeated(
    bot: Bot,
    hub: FakeHub,
    slack: FakeSlack,
    listen_to_engine: ListenToEngine,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    hub.set(team_a="RUNNING")
    ask = Ask("status", "UTA", "C1", idempotency_key="status")
    number = bot.receive(ask).result()
    assert number
    whisper = slack.post_ephemeral

    def lose_after_reply(*args: Any, **values: Any) -> None:
        whisper(*args, **values)
        fail_transactions(listen_to_engine)

    monkeypatch.setattr(slack, "post_ephemeral", lose_after_reply)
    bot.answer(number, ask)

    assert [message.text for _, message in slack.ephemeral_messages] == ["1 Space: 1 up"]


def test_stop_without_a_database_is_logged(
    store: Store, listen_to_engine: ListenToEngine, caplog: pytest.LogCaptureFixture
) -> None:
    now = 0.0
    leadership = Leadership(store, lambda: now)
    leadership.tick()
    away = fail_transactions(listen_to_engine)

    now = lease.RENEW_SECONDS
    assert not leadership.tick(), "no news, and no trace of it"
    assert leadership.current_lease(), "the lease is good for a moment more"
    leadership.release()
    assert leadership.current_lease() is None
    assert "Traceback" not in caplog.text

    away.clear()
    assert not leadership.tick(), "what was given back is not taken again by who stops"
