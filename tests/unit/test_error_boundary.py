"""Error boundaries: what is logged, what is raised, and what ends there."""

import logging
from concurrent.futures import CancelledError, Future

import pytest

from bot.error_boundary import log_errors, report_unexpected, settle
from bot.errors import DatabaseUnavailable, HubError, LeaseLost, NotFound, UnexpectedError

logger = logging.getLogger(__name__)


def test_unexpected_exception_is_logged_under_the_reference_that_is_raised(
    caplog: pytest.LogCaptureFixture,
) -> None:
    with pytest.raises(UnexpectedError) as raised, report_unexpected(logger, "waking team-a"):
        raise KeyError("id")

    assert raised.value.kind == "KeyError"
    assert caplog.messages == [f"waking team-a: KeyError, reference {raised.value.reference}"]
    assert "Traceback" in caplog.text


def test_log_without_a_traceback_has_no_text_of_the_exception(
    caplog: pytest.LogCaptureFixture,
) -> None:
    with (
        pytest.raises(UnexpectedError),
        report_unexpected(logger, "setting a secret", with_traceback=False),
    ):
        raise ValueError("swordfish")

    assert "swordfish" not in caplog.text


def test_expected_error_passes_unlogged(caplog: pytest.LogCaptureFixture) -> None:
    with pytest.raises(NotFound), report_unexpected(logger, "waking", expected=(HubError,)):
        raise NotFound("no such Space")

    assert caplog.text == ""


def test_error_that_only_others_expect_is_unexpected() -> None:
    with pytest.raises(UnexpectedError), report_unexpected(logger, "a probe", expected=()):
        raise NotFound("no such Space")


def test_nested_boundaries_log_an_exception_once(caplog: pytest.LogCaptureFixture) -> None:
    with (
        pytest.raises(UnexpectedError),
        report_unexpected(logger, "outer", expected=()),
        report_unexpected(logger, "inner"),
    ):
        raise ValueError

    assert [message.partition(":")[0] for message in caplog.messages] == ["inner"]


@pytest.mark.parametrize("error", [ValueError("no"), SystemExit(1)])
def test_a_future_keeps_every_error(error: BaseException) -> None:
    def fail() -> int:
        raise error

    future: Future[int] = Future()
    settle(future, fail)

    assert future.exception() is error


def test_a_future_keeps_the_result() -> None:
    future: Future[int] = Future()
    settle(future, lambda: 7)

    assert future.result() == 7


@pytest.mark.parametrize(
    ("error", "level"),
    [
        (LeaseLost(), logging.DEBUG),
        (CancelledError(), logging.DEBUG),
        (DatabaseUnavailable(), logging.INFO),
        (ValueError("out of luck"), logging.ERROR),
    ],
)
def test_an_error_is_logged_by_its_kind(
    error: Exception, level: int, caplog: pytest.LogCaptureFixture
) -> None:
    with (
        caplog.at_level(logging.DEBUG),
        log_errors(logger, "the sweep", outage_level=logging.INFO),
    ):
        raise error

    assert [record.levelno for record in caplog.records] == [level]
    assert caplog.messages[0].startswith("the sweep")
    assert ("out of luck" in caplog.text) is isinstance(error, ValueError)
