"""Whether the bot token still works, asked of Slack at most once a minute."""

from collections.abc import Iterator

import pytest

from bot.slack import Access, client
from tests.slack.wire import Says, Wire, served

ME = {"ok": True, "team": "Acme", "user": "spacebot", "bot_id": "B1"}


@pytest.fixture
def wire() -> Iterator[Wire]:
    with served() as wire:
        yield wire


@pytest.fixture
def now() -> list[float]:
    return [0.0]


@pytest.fixture
def access(wire: Wire, now: list[float]) -> Access:
    return Access(client("xoxb-test", wire.url), lambda: now[0])


def me(scopes: str | None) -> Says:
    return Says(ME, headers={} if scopes is None else {"x-oauth-scopes": scopes})


# (Slack's answer, what is wrong)
@pytest.mark.parametrize(
    ("answer", "problem"),
    [
        (me("chat:write,commands"), ""),
        (me("commands, chat:write"), ""),
        (me("commands"), "the bot token lacks chat:write"),
        (me(""), "the bot token lacks chat:write"),
        # Slack, or a proxy, does not say: nothing is known, so nothing is wrong
        (me(None), ""),
        (
            Says({"ok": False, "error": "token_revoked"}),
            "Slack refuses the bot token (token_revoked)",
        ),
        (
            Says({"ok": False, "error": "invalid_auth"}),
            "Slack refuses the bot token (invalid_auth)",
        ),
        # Slack is away, which says nothing about the token
        (Says("down", 503), ""),
        (Says({"ok": False, "error": "ratelimited"}, 429), ""),
    ],
)
def test_what_slack_says_of_the_token(
    wire: Wire, access: Access, answer: Says, problem: str
) -> None:
    wire.says("auth.test", answer)

    assert access.problem() == problem


def test_it_is_asked_once_a_minute_however_often_somebody_looks(
    wire: Wire, access: Access, now: list[float]
) -> None:
    wire.says("auth.test", me("chat:write"))
    for now[0] in (0, 1, 30, 59.9):
        access.problem()
    assert len(wire.asked("auth.test")) == 1

    now[0] = 60
    access.problem()
    assert len(wire.asked("auth.test")) == 2


def test_the_last_answer_holds_while_slack_is_away(
    wire: Wire, access: Access, now: list[float]
) -> None:
    wire.says(
        "auth.test",
        Says({"ok": False, "error": "token_revoked"}),
        Says("down", 503),
        me("chat:write"),
    )
    seen = []
    for now[0] in (0, 60, 120):
        seen.append(access.problem())

    assert [bool(problem) for problem in seen] == [True, True, False]
