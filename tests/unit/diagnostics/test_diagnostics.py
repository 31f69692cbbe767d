"""The doctor runs every check, even if one fails."""

import pytest
from sqlalchemy.exc import OperationalError

from bot import diagnostics
from bot.alerts.channels import AlertChannel
from bot.errors import RateLimited, SlackUnavailable
from bot.hub import Hub
from bot.model import CheckResult
from bot.settings import Settings
from bot.slack import Hello, make_client
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
            "can't be opened (OperationalError). Check DATABASE_URL.",
            id="lost since",
        ),
        pytest.param(
            ZeroDivisionError("a bug"),
            "couldn't be checked (ZeroDivisionError, reference ",
            id="a bug of ours",
        ),
    ],
)
def test_failed_check_does_not_hide_the_others(
    settings: Settings, clock: FakeClock, error: Exception, said: str
) -> None:
    findings = look(settings, clock, error)

    assert [finding.name for finding in findings] == [
        "Slack bot token",
        "Slack app token",
        "alert channel",
        "Hugging Face token",
        "database",
    ]
    assert findings[-1].problem.startswith(said)


def test_a_rate_limit_is_no_problem_of_the_token(settings: Settings, clock: FakeClock) -> None:
    limit = RateLimited("Hugging Face is rate-limiting us until 10:05 UTC.", clock.time)
    (finding,) = [one for one in look(settings, clock, limit) if one.name == "database"]

    assert (finding.ok, finding.unknown) == (True, True)
    assert "rate-limiting us until 10:05" in finding.line


def test_the_doctor_repeats_no_token(settings: Settings, clock: FakeClock) -> None:
    error = DatabaseOpenError(f"can't be opened ({'; '.join(TOKENS.values())})")
    findings = look(settings, clock, error)

    assert "***" in findings[-1].problem
    assert [left for token in TOKENS.values() for left in left_of(token, str(findings))] == []


def test_failed_check_does_not_say_what_was_done(settings: Settings, clock: FakeClock) -> None:
    findings = look(settings, clock, DatabaseOpenError("can't be opened."))
    by_name = {finding.name: finding.problem for finding in findings}
    assert by_name["Slack bot token"] == "Slack can't be reached. Try again in a moment."
    assert by_name["Hugging Face token"].endswith(". Try again in a moment.")
    assert not any("Nothing was" in finding.problem for finding in findings)


def look(settings: Settings, clock: FakeClock, error: Exception) -> list[CheckResult]:
    """Return the results without Slack and the Hub, and with this error of the database."""

    def fails() -> None:
        raise error

    def refused() -> Hello:
        raise SlackUnavailable("Slack cannot be reached.")

    nowhere = "http://127.0.0.1:9"
    hub = Hub("hf_testtoken", endpoint=nowhere, now=clock)
    findings = diagnostics.SetupChecks(
        settings.model_copy(update={"database_url": "postgresql://nowhere"}),
        make_client("xoxb-test", f"{nowhere}/"),
        hub,
        open_database=fails,
        ping=lambda: 0.0,
        hello=refused,
    ).run(lambda: AlertChannel("space-ops", None))
    hub.close()
    return findings
