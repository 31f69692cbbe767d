"""Checks of Slack: scopes, apps and connections."""

from datetime import UTC, datetime, timedelta

import pytest

from bot import diagnostics
from bot.manifest import SCOPES
from bot.slack.diagnostics import Installation

NOW = datetime(2026, 3, 2, 10, tzinfo=UTC)


@pytest.mark.parametrize(
    ("granted", "line"),
    [
        (frozenset(SCOPES), "ok  Slack scopes: all "),
        (frozenset(SCOPES) - {"files:write"}, "BAD Slack scopes: missing files:write. "),
        (frozenset[str](), "BAD Slack scopes: missing app_mentions:read, "),
        # A proxy or an emulator may drop the header: what Slack doesn't say is no fault.
        (None, "?   Slack scopes: unknown"),
    ],
)
def test_scopes_that_slack_does_not_say_are_unknown_and_not_missing(
    granted: frozenset[str] | None, line: str
) -> None:
    found = diagnostics.check_scopes(Installation("Acme", "spacebot", granted, NOW))
    assert found.line.startswith(line)
    assert found.ok == (not line.startswith("BAD"))


@pytest.mark.parametrize(
    ("at", "line"),
    [
        (NOW - timedelta(seconds=60), "ok  clock: within 60 s of Slack's"),
        (NOW + timedelta(seconds=61), "BAD clock: 61 s away from Slack's. "),
        (None, "?   clock: unknown"),
    ],
)
def test_clock_is_unknown_if_slack_gives_no_time(at: datetime | None, line: str) -> None:
    found = diagnostics.check_clock(Installation("Acme", "spacebot", frozenset(SCOPES), at), NOW)
    assert found.line.startswith(line)


# (the app in the app-level token, the app of the bot, the problem)
@pytest.mark.parametrize(
    ("of_token", "of_bot", "line"),
    [
        ("A1", "A1", "ok  Slack app: A1, for both tokens"),
        ("A1", "A2", "BAD Slack app: SLACK_APP_TOKEN belongs to app A1 and SLACK_BOT_TOKEN to A2."),
        (
            "",
            "A2",
            "?   Slack app: unknown: the app-level token doesn't say which app it belongs to.",
        ),
        ("A1", "", "?   Slack app: unknown: the bot token doesn't say which app it belongs to."),
    ],
)
def test_tokens_of_two_apps_are_a_problem(of_token: str, of_bot: str, line: str) -> None:
    assert diagnostics.check_same_app(of_token, of_bot).line.startswith(line)


# (other connections that Slack counts, expected ones, whether it is a problem)
@pytest.mark.parametrize(
    ("others", "expected", "wrong"),
    [
        (0, 0, False),
        (1, 0, True),
        # a running bot, checked from the command line
        (1, 1, False),
        (2, 1, True),
        # replicas
        (7, None, False),
    ],
)
def test_more_connections_than_ours_are_named(
    others: int, expected: int | None, wrong: bool
) -> None:
    finding = diagnostics.check_connections(others, expected)

    assert f"{others} besides" in finding.line
    assert bool(finding.problem) is wrong
