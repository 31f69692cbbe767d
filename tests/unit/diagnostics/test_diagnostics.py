"""The doctor looks at everything, whatever a look meets."""

from datetime import UTC, datetime, timedelta
from functools import partial
from threading import Event
from time import monotonic

import pytest
from sqlalchemy.exc import OperationalError

from bot import diagnostics
from bot.alerts.channels import AlertChannel
from bot.diagnostics import database
from bot.errors import SlackUnavailable
from bot.hub import Hub
from bot.manifest import SCOPES
from bot.model import Account, CheckResult
from bot.settings import Settings
from bot.slack import Hello, make_client
from bot.slack.diagnostics import Installation
from bot.store import DatabaseOpenError
from tests.fakes import FakeClock
from tests.tokens import TOKENS, left_of


@pytest.mark.parametrize(
    ("error", "said"),
    [
        pytest.param(
            DatabaseOpenError("cannot be read. Do this."), "cannot be read. Do this.", id="known"
        ),
        pytest.param(
            OperationalError("SELECT 1", {}, Exception("gone")),
            "cannot be opened (OperationalError). Check DATABASE_URL.",
            id="lost since",
        ),
        pytest.param(
            ZeroDivisionError("a bug"),
            "could not be checked (ZeroDivisionError). The log has the rest.",
            id="a bug of ours",
        ),
    ],
)
def test_no_check_keeps_the_others_from_whoever_asks(
    settings: Settings, clock: FakeClock, error: Exception, said: str
) -> None:
    findings = look(settings, clock, error)

    assert [finding.name for finding in findings] == [
        "Slack bot token",
        "Slack app token",
        "alert channel",
        "Hub token",
        "database",
    ]
    assert findings[-1].problem == said


def test_the_doctor_repeats_no_token(settings: Settings, clock: FakeClock) -> None:
    error = DatabaseOpenError(f"cannot be opened ({'; '.join(TOKENS.values())})")
    findings = look(settings, clock, error)

    assert "***" in findings[-1].problem
    assert [left for token in TOKENS.values() for left in left_of(token, str(findings))] == []


def look(settings: Settings, clock: FakeClock, error: Exception) -> list[CheckResult]:
    """Return what is found where neither Slack nor the Hub answers, and the database fails so."""

    def fails() -> None:
        raise error

    def refused() -> Hello:
        raise SlackUnavailable("Slack cannot be reached.")

    nowhere = "http://127.0.0.1:9"
    hub = Hub("hf_testtoken", endpoint=nowhere, now=clock)
    findings = diagnostics.run_checks(
        settings,
        make_client("xoxb-test", f"{nowhere}/"),
        hub,
        open_database=fails,
        ping=lambda: 0.0,
        channel=lambda: AlertChannel("space-ops", None),
        hello=refused,
    )
    hub.close()
    return findings


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
def test_a_clock_that_nothing_can_be_compared_with_is_unknown(
    at: datetime | None, line: str
) -> None:
    found = diagnostics.check_clock(Installation("Acme", "spacebot", frozenset(SCOPES), at), NOW)
    assert found.line.startswith(line)


@pytest.mark.parametrize(
    ("owner", "account", "wrong"),
    [
        ("acme", Account("ana", orgs=("acme",)), ""),
        ("ana", Account("ana"), ""),
        (
            "Acme",
            Account("ana", orgs=("acme",)),
            "is spelled acme by the Hub. Write it so in SPACEBOT_OWNER.",
        ),
        (
            "else",
            Account("ana", orgs=("acme",)),
            "ana is not a member of else. Use a token of somebody who is.",
        ),
        ("acme", Account("ana", token_role="fineGrained", writes_to=("acme/team-a",)), ""),
        (
            "acme",
            Account("ana", orgs=("acme",), token_role="fineGrained"),
            "may not write to acme. Give the token repo.write on it.",
        ),
    ],
)
def test_rights_on_an_owner(owner: str, account: Account, wrong: str) -> None:
    assert diagnostics.permission_problem(account, owner) == wrong


def test_a_database_that_hangs_is_said_within_three_seconds(
    settings: Settings, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "_ANSWER_SECONDS", 0.1)
    may_end = Event()

    def hangs() -> None:
        may_end.wait(10)

    ping = database.memoize(partial(database.measure, hangs))
    [finding] = database.check(ping, lambda: None)
    began = monotonic()
    assert list(database.check(ping, lambda: None)) == [finding]
    assert monotonic() - began < 0.1, "it was waited for again"

    may_end.set()
    assert finding.problem.startswith("has not answered within 0.1 s.")


# (seconds that one transaction takes, what is said of it)
@pytest.mark.parametrize(
    ("took", "line"),
    [
        (0.012, "ok  database: answers in 12 ms, and its tables are up to date"),
        (2.34, "BAD database: is slow: a transaction took 2.3 s."),
    ],
)
def test_a_database_that_is_slow_is_said(took: float, line: str) -> None:
    [finding] = database.check(lambda: took, lambda: None)

    assert finding.line.startswith(line)


# (the app in the app-level token, the app of the bot, what is said)
@pytest.mark.parametrize(
    ("of_token", "of_bot", "line"),
    [
        ("A1", "A1", "ok  Slack app: A1, by both tokens"),
        ("A1", "A2", "BAD Slack app: SLACK_APP_TOKEN is of app A1 and SLACK_BOT_TOKEN of A2,"),
        ("", "A2", "?   Slack app: unknown, as nothing says which app the app-level token"),
        ("A1", "", "?   Slack app: unknown, as nothing says which app the bot token"),
    ],
)
def test_both_tokens_have_to_be_of_one_app(of_token: str, of_bot: str, line: str) -> None:
    assert diagnostics.check_same_app(of_token, of_bot).line.startswith(line)


# (others that Slack counts, others that may be, whether it is wrong)
@pytest.mark.parametrize(
    ("others", "expected", "wrong"),
    [
        (0, 0, False),
        (1, 0, True),
        # a bot that runs while somebody looks from outside
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

    assert f"Slack counts {others} beside" in finding.line
    assert bool(finding.problem) is wrong
