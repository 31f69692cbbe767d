"""The report of `doctor`."""

import pytest

from bot.cards import Message
from bot.model import CheckResult
from bot.render import diagnostics
from tests.goldens import check_message

RESULTS = (
    CheckResult("last sweep", detail="12 s ago"),
    CheckResult("Slack scopes", "missing files:write. Add it and reinstall the app."),
)


UNKNOWN = CheckResult("clock", detail="unknown, as Slack didn't say the time.", unknown=True)


UNDELIVERED = CheckResult("messages", "1 message not delivered yet.", channel="C0OPS")


CASES: dict[str, Message] = {
    "health_bad": diagnostics.report(RESULTS),
    "health_of_a_channel": diagnostics.report([UNDELIVERED]),
    "health_good": diagnostics.report(RESULTS[:1]),
    "health_unknown": diagnostics.report([*RESULTS[:1], UNKNOWN]),
}


@pytest.mark.parametrize("name", CASES)
def test_message_matches_its_golden(name: str) -> None:
    check_message(f"reads/{name}", CASES[name])
