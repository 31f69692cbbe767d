"""The doctor looks at everything, whatever a look meets."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy.exc import OperationalError

from bot import doctor
from bot.alerts.channels import AlertChannel
from bot.hub import Hub
from bot.manifest import SCOPES
from bot.model import Account
from bot.settings import Settings
from bot.slack import client
from bot.slack.checkup import Installation
from bot.store import Unopened
from tests.fakes import FakeClock

NAMED = AlertChannel("space-ops", None)


@pytest.mark.parametrize(
    ("error", "said"),
    [
        pytest.param(Unopened("cannot be read. Do this."), "cannot be read. Do this.", id="known"),
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
    def opens() -> None:
        raise error

    nowhere = "http://127.0.0.1:9"
    hub = Hub("hf_testtoken", endpoint=nowhere, now=clock)
    findings = doctor.look(settings, client("xoxb-test", f"{nowhere}/"), hub, opens, lambda: NAMED)
    hub.close()

    assert [finding.what for finding in findings] == [
        "Slack bot token",
        "Slack app token",
        "alert channel",
        "Hub token",
        "database",
    ]
    assert findings[-1].wrong == said


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
    found = doctor.scopes(Installation("Acme", "spacebot", granted, NOW))
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
    found = doctor.clock(Installation("Acme", "spacebot", frozenset(SCOPES), at), NOW)
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
    assert doctor.rights(account, owner) == wrong
