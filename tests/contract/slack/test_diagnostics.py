"""The check of the bot token, at most once a minute."""

from collections.abc import Iterator

import pytest

from bot.slack import Access, make_client
from tests.contract.slack.fake_web_api import FakeWebApi, Reply, serve_web_api

AUTH_TEST = {"ok": True, "team": "Acme", "user": "spacebot", "bot_id": "B1"}


@pytest.fixture
def web_api() -> Iterator[FakeWebApi]:
    with serve_web_api() as web_api:
        yield web_api


@pytest.fixture
def now() -> list[float]:
    return [0.0]


@pytest.fixture
def access(web_api: FakeWebApi, now: list[float]) -> Access:
    return Access(make_client("xoxb-test", web_api.url), lambda: now[0])


def auth_test_reply(scopes: str | None) -> Reply:
    return Reply(AUTH_TEST, headers={} if scopes is None else {"x-oauth-scopes": scopes})


# (Slack's response, the problem)
@pytest.mark.parametrize(
    ("answer", "problem"),
    [
        (auth_test_reply("chat:write,commands"), ""),
        (auth_test_reply("commands, chat:write"), ""),
        (auth_test_reply("commands"), "the bot token lacks chat:write"),
        (auth_test_reply(""), "the bot token lacks chat:write"),
        # Slack or a proxy doesn't report scopes: unknown, so no problem
        (auth_test_reply(None), ""),
        (
            Reply({"ok": False, "error": "token_revoked"}),
            "Slack refuses the bot token (token_revoked)",
        ),
        (
            Reply({"ok": False, "error": "invalid_auth"}),
            "Slack refuses the bot token (invalid_auth)",
        ),
        # Slack is unavailable, which says nothing about the token
        (Reply("down", 503), ""),
        (Reply({"ok": False, "error": "ratelimited"}, 429), ""),
    ],
)
def test_problem_follows_slacks_answer_about_the_token(
    web_api: FakeWebApi, access: Access, answer: Reply, problem: str
) -> None:
    web_api.reply("auth.test", answer)

    assert access.problem() == problem


def test_token_is_checked_at_most_once_a_minute(
    web_api: FakeWebApi, access: Access, now: list[float]
) -> None:
    web_api.reply("auth.test", auth_test_reply("chat:write"))
    for now[0] in (0, 1, 30, 59.9):
        access.problem()
    assert len(web_api.bodies("auth.test")) == 1

    now[0] = 60
    access.problem()
    assert len(web_api.bodies("auth.test")) == 2


def test_last_answer_is_used_while_slack_is_unavailable(
    web_api: FakeWebApi, access: Access, now: list[float]
) -> None:
    web_api.reply(
        "auth.test",
        Reply({"ok": False, "error": "token_revoked"}),
        Reply("down", 503),
        auth_test_reply("chat:write"),
    )
    problems = []
    for now[0] in (0, 60, 120):
        problems.append(access.problem())

    assert [bool(problem) for problem in problems] == [True, True, False]
