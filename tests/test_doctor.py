"""The doctor looks at everything, whatever a look meets."""

import pytest
from sqlalchemy.exc import OperationalError

from bot import doctor
from bot.hub import Hub
from bot.model import Account
from bot.settings import Settings
from bot.slack import client
from bot.store import Unopened
from tests.fakes import FakeClock


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
    findings = doctor.look(settings, client("xoxb-test", f"{nowhere}/"), hub, opens)
    hub.close()

    assert [finding.what for finding in findings] == [
        "Slack bot token",
        "Slack app token",
        "alert channel",
        "Hub token",
        "database",
    ]
    assert findings[-1].wrong == said


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
