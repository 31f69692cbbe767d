"""The database goes away under the bot: nothing is said that may not be true, and nothing twice."""

from typing import Any

import pytest

from bot.errors import DatabaseUnavailable
from bot.model import Ask
from bot.service import Bot
from bot.service.leading import Leadership
from bot.store import Store, lease
from tests.conftest import Overhear
from tests.fakes import FakeClock, FakeHub, FakeSlack


def lose(overhear: Overhear, after: int = 0) -> list[bool]:
    """Let each transaction fail after so many more, until the list is empty."""
    away, begun = [True], 0

    def fail(_: object) -> None:
        nonlocal begun
        begun += 1
        if away and begun > after:
            raise DatabaseUnavailable

    overhear("begin", fail)
    return away


def test_an_answer_that_loses_it_is_left_to_who_comes_after(
    bot: Bot, hub: FakeHub, slack: FakeSlack, clock: FakeClock, overhear: Overhear
) -> None:
    hub.set(team_a="SLEEPING")
    ask = Ask("wake all", "UTA", "C1", key="wake")
    number = bot.receive(ask)
    assert number
    away = lose(overhear, after=1)  # it is taken, and no more

    with pytest.raises(DatabaseUnavailable):
        bot.answer(number, ask)
    assert slack.whispers == []

    away.clear()
    clock.tick(minutes=2)
    bot.sweep()
    [(_, message)] = slack.whispers
    assert "Nothing was done. Please ask again." in message.text


def test_who_was_answered_hears_nothing_more_if_only_that_is_not_written_down(
    bot: Bot,
    hub: FakeHub,
    slack: FakeSlack,
    overhear: Overhear,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    hub.set(team_a="RUNNING")
    ask = Ask("status", "UTA", "C1", key="status")
    number = bot.receive(ask)
    assert number
    whisper = slack.whisper

    def told_as_it_goes(*args: Any, **values: Any) -> None:
        whisper(*args, **values)
        lose(overhear)

    monkeypatch.setattr(slack, "whisper", told_as_it_goes)
    bot.answer(number, ask)

    assert [message.text for _, message in slack.whispers] == ["1 Space: 1 up"]


def test_who_stops_without_a_database_says_so_and_leads_no_more(
    store: Store, overhear: Overhear, caplog: pytest.LogCaptureFixture
) -> None:
    now = 0.0
    leadership = Leadership(store, lambda: now)
    leadership.tick()
    away = lose(overhear)

    now = lease.RENEW
    assert not leadership.tick(), "no news, and no trace of it"
    assert leadership.held(), "the lease is good for a moment more"
    leadership.release()
    assert leadership.held() is None
    assert "Traceback" not in caplog.text

    away.clear()
    assert not leadership.tick(), "what was given back is not taken again by who stops"
