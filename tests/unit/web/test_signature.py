"""Signatures: which requests are genuine, and how rejections are counted and logged."""

import pytest
from slack_sdk.signature import SignatureVerifier

from bot.web.signature import Cause, Rejection, RejectionLog, verify
from tests.unit.listeners.conftest import SECRET, signed
from tests.unit.web.samples import BODY, count_rejected


# (seconds since it was signed, why it is rejected), at the limits of the tolerance.
@pytest.mark.parametrize(
    ("age", "cause"),
    [(0, None), (300, None), (301, Cause.CLOCK), (-300, None), (-301, Cause.CLOCK)],
)
def test_request_age_is_limited(age: int, cause: Cause | None) -> None:
    rejection = _verify(SECRET, signed(BODY, at=1000), 1000 + age)

    assert (rejection and rejection.cause) == cause


def test_a_body_that_is_not_utf8_is_not_from_slack() -> None:
    body = b"text=\xff\xfe\x00"

    rejection = _verify(SECRET, signed(body, at=1000), 1000, body)

    assert rejection == Rejection(Cause.UNSIGNED)


# (what was signed and how, the likely reason in the log)
@pytest.mark.parametrize(
    ("secret", "age", "reason"),
    [
        ("another", 0, "another app's secret"),
        # another app's request is not proof of a wrong clock, however old it is
        ("another", 4000, "another app's secret"),
        (SECRET, 420, "clock is 7 minutes ahead of Slack's"),
        (SECRET, -3600, "clock is 60 minutes behind Slack's"),
    ],
)
def test_a_rejection_names_its_likely_reason(secret: str, age: int, reason: str) -> None:
    rejection = _verify(SECRET, signed(BODY, secret, at=100_000), 100_000 + age)

    assert rejection
    assert reason in rejection.reason


def _verify(
    secret: str, headers: dict[str, str], now: float, body: bytes = BODY
) -> Rejection | None:
    stamp, signature = headers["x-slack-request-timestamp"], headers["x-slack-signature"]
    return verify(SignatureVerifier(secret), stamp, signature, body, now)


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
