"""Admin notices: the fact first, then the next step."""

import pytest

from bot.alerts.channels import Problem
from bot.refusals import REFUSAL_BY_CODE
from bot.render.admin_notices import (
    channel_available,
    channel_unavailable,
    messages_accepted,
    messages_refused,
)
from tests.slack_limits import violations


@pytest.mark.parametrize("problem", Problem)
@pytest.mark.parametrize(
    ("is_main", "advice"), [(True, "SPACEBOT_ALERT_CHANNEL"), (False, "`/space watch`")]
)
def test_a_blocked_channel_has_its_way_out(problem: Problem, advice: str, *, is_main: bool) -> None:
    notice = channel_unavailable("C0OPS", problem, is_main=is_main, slash="/space")

    assert notice.text.startswith("Alerts wait: ")
    assert "<#C0OPS>" in notice.text
    assert advice in str(notice.blocks)
    assert violations(notice) == []


@pytest.mark.parametrize("code", sorted(REFUSAL_BY_CODE))
def test_refused_messages_name_the_code_and_a_next_step(code: str) -> None:
    notice = messages_refused(code, "Slack says <no>.")

    assert f"({code})" in notice.text
    assert "`doctor` shows what is waiting" in str(notice.blocks)
    assert f"({code})" in messages_accepted(code).text


def test_the_end_of_a_problem_names_the_channel() -> None:
    assert "<#C0OPS>" in channel_available("C0OPS").text
