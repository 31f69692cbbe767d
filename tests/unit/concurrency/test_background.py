"""Errors of work in the background end in the log."""

import logging
from concurrent.futures import CancelledError

import pytest

from bot.concurrency.background import log_errors
from bot.errors import DatabaseUnavailable
from bot.store.lease import LeaseLost

logger = logging.getLogger(__name__)


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
