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


IN_CHANNEL = CheckResult("alert channel", detail="I'm in #space-ops")


UNKNOWN = CheckResult(
    "clock", detail="unknown: Slack doesn't give the time. Check that NTP runs.", unknown=True
)


UNDELIVERED = CheckResult("messages", "1 message not delivered yet.", channel="C0OPS")


CASES: dict[str, Message] = {
    "doctor_problems": diagnostics.report(RESULTS),
    "doctor_undelivered": diagnostics.report([*RESULTS[:1], UNDELIVERED]),
    "doctor_ok": diagnostics.report([*RESULTS[:1], IN_CHANNEL]),
    "doctor_unknown": diagnostics.report([*RESULTS[:1], UNKNOWN]),
}


@pytest.mark.parametrize("name", CASES)
def test_message_matches_its_golden(name: str) -> None:
    check_message(f"reads/{name}", CASES[name])
