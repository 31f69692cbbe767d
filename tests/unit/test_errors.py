"""Errors: what each one permits, by its class."""

from datetime import UTC, datetime

import pytest

from bot import errors
from bot.errors import BotError, HubError, HubUnavailable, SlackUnavailable, with_request_id

NOW = datetime(2026, 3, 2, tzinfo=UTC)


def test_every_error_but_a_lost_lease_can_be_shown_to_a_person() -> None:
    classes = [value for value in vars(errors).values() if isinstance(value, type)]

    hidden = {c for c in classes if issubclass(c, Exception) and not issubclass(c, BotError)}
    assert hidden == {errors.LeaseLost}


@pytest.mark.parametrize("error", [errors.RateLimited("x", NOW), errors.OutcomeUnknown("x")])
def test_a_rate_limit_and_a_lost_answer_are_unavailability_of_the_hub(error: HubError) -> None:
    assert isinstance(error, HubUnavailable)


@pytest.mark.parametrize(
    "error",
    [
        errors.NotFound("x"),
        errors.HubForbidden("x"),
        errors.PaymentRequired("x"),
        errors.Conflict("x"),
    ],
)
def test_a_refusal_is_no_unavailability(error: HubError) -> None:
    assert not isinstance(error, HubUnavailable)


@pytest.mark.parametrize("error", [errors.SlackRateLimited("x"), errors.SlackOutcomeUnknown("x")])
def test_a_retry_after_a_pause_may_help_with_slack(error: SlackUnavailable) -> None:
    assert error.after > 0


@pytest.mark.parametrize(
    ("error", "logged"),
    [
        (errors.HubForbidden("No.", "Root=1-2-3"), "No. (request Root=1-2-3)"),
        (errors.HubForbidden("No."), "No."),
        (errors.UsageError("What?"), "What?"),
    ],
)
def test_the_log_has_the_request_id_of_the_hub(error: BotError, logged: str) -> None:
    assert with_request_id(error) == logged
    assert "Root" not in str(error)
