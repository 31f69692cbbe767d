"""Rejections: counted, and logged once a minute."""

import pytest

from bot.web.rejections import RejectionLog
from bot.web.signature import Cause, Rejection
from tests.unit.web.samples import count_rejected


def test_rejections_are_counted_and_logged_once_a_minute(
    caplog: pytest.LogCaptureFixture,
) -> None:
    now = [0.0]
    log = RejectionLog(lambda: now[0])
    before = count_rejected(Cause.OTHER_SECRET)
    for now[0] in (0.0, 1.0, 59.9, 60.0, 61.0):
        log.record(Rejection(Cause.OTHER_SECRET))
    log.record(Rejection(Cause.UNSIGNED))

    assert count_rejected(Cause.OTHER_SECRET) - before == 5
    assert [line.split(" of ")[0] for line in caplog.messages] == [
        "rejected 1",
        "rejected 3",
        "rejected 1",
    ]
