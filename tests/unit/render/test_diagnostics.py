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
    "doctor_problems": diagnostics.report(RESULTS),
    "doctor_undelivered": diagnostics.report([UNDELIVERED]),
    "doctor_ok": diagnostics.report(RESULTS[:1]),
    "doctor_unknown": diagnostics.report([*RESULTS[:1], UNKNOWN]),
}


@pytest.mark.parametrize("name", CASES)
def test_message_matches_its_golden(name: str) -> None:
    check_message(f"reads/{name}", CASES[name])
