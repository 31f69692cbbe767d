"""Reasons as JSON."""

from dataclasses import fields

import pytest

from bot.alerts import reasons
from bot.alerts.problems import ProblemKind
from bot.alerts.reasons import Reason, ReasonCode
from tests.unit.alerts.samples import NOW


@pytest.mark.parametrize(
    "reason",
    [
        Reason(ReasonCode.OWN_CARD),
        Reason(
            ReasonCode.ESCALATED,
            ProblemKind.FAILED,
            ProblemKind.ASLEEP,
            "RUNTIME_ERROR",
            "acme/a",
            "C1",
            5,
            NOW,
        ),
    ],
    ids=["code alone", "all data"],
)
def test_reason_round_trips(reason: Reason) -> None:
    assert reasons.from_json(reasons.to_json(reason)) == reason


def test_json_holds_each_field() -> None:
    full = Reason(
        ReasonCode.MUTED, ProblemKind.MISSING, ProblemKind.MISSING, "GONE", "acme/a", "C1", 1, NOW
    )

    assert reasons.to_json(full).keys() == {each.name for each in fields(Reason)}
