"""HTTP mode: only requests that Slack signed just now reach Bolt."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from time import time
from urllib.parse import urlencode

import pytest
from slack_bolt import Ack, App

from bot.listeners import make_bolt_app
from bot.slack import Identity, make_client
from bot.web import Probes, make_http_app
from bot.web.signature import Cause
from tests.unit.listeners.conftest import SECRET, signed
from tests.unit.web.conftest import Get, serve
from tests.unit.web.samples import BODY, COMMAND, count_rejected

FORM = {"content-type": "application/x-www-form-urlencoded"}


@pytest.fixture
def app() -> Iterator[App]:
    app = make_bolt_app(
        make_client("xoxb-test", "http://127.0.0.1:9/"),
        lambda: Identity("T1", "U0BOT", "B0"),
        SECRET,
    )

    @app.command("/space")
    def acknowledge(ack: Ack) -> None:
        ack("heard")

    yield app
    app.listener_runner.listener_executor.shutdown()


@pytest.fixture
def post(app: App, probes: Probes) -> Iterator[Get]:
    with serve(make_http_app(probes, app, SECRET)) as get:
        yield lambda body=BODY, headers=None: get(
            "/slack/events", body, {**FORM, **(headers or {})}
        )


def test_signed_command_is_acknowledged_in_the_response(post: Get) -> None:
    answer = post(BODY, signed(BODY))

    assert (answer.status, answer.text) == (200, "heard")


def test_url_verification_returns_the_challenge(post: Get) -> None:
    body = b'{"type": "url_verification", "challenge": "c1"}'

    answer = post(body, {**signed(body), "content-type": "application/json"})

    assert (answer.status, answer.json) == (200, {"challenge": "c1"})


# A request without a valid, current signature is rejected.
@pytest.mark.parametrize(
    "headers",
    [
        # signed with another secret
        signed(BODY, secret="another"),
        # signed for another body
        signed(b"command=%2Fspace&text=delete"),
        # genuine once, and replayed later
        signed(BODY, at=time() - 301),
        # from the future
        signed(BODY, at=time() + 3600),
        # not signed, or with a malformed signature
        {},
        {"x-slack-request-timestamp": "soon", "x-slack-signature": "v0=00"},
        {"x-slack-request-timestamp": "-1", "x-slack-signature": "v0=00"},
        {"x-slack-request-timestamp": "9" * 5000, "x-slack-signature": "v0=00"},
        {**signed(BODY), "x-slack-signature": ""},
        {**signed(BODY), "x-slack-signature": "v0=\xe9"},
    ],
)
def test_request_not_signed_by_slack_is_rejected(
    post: Get, headers: dict[str, str], caplog: pytest.LogCaptureFixture
) -> None:
    assert post(BODY, headers).status == 401
    assert "status" not in caplog.text, "the body of an unsigned request isn't logged"


@pytest.mark.parametrize("secret", ["", " "])
def test_http_mode_does_not_start_without_a_secret(app: App, probes: Probes, secret: str) -> None:
    with pytest.raises(ValueError, match="secret must not be empty"):
        make_http_app(probes, app, secret)


def test_a_rejected_request_is_counted_by_its_cause(post: Get) -> None:
    before = count_rejected(Cause.OTHER_SECRET)

    post(BODY, signed(BODY, secret="another"))

    assert count_rejected(Cause.OTHER_SECRET) == before + 1


def test_body_over_one_megabyte_is_rejected(post: Get) -> None:
    just_too_long = b"x" * (1024 * 1024 + 1)

    assert post(just_too_long, signed(just_too_long)).status == 413
    assert post(just_too_long[1:], signed(just_too_long[1:])).status == 400


def test_a_trailing_slash_is_served(app: App, probes: Probes) -> None:
    with serve(make_http_app(probes, app, SECRET)) as get:
        answer = get("/slack/events/", BODY, {**FORM, **signed(BODY)})

    assert (answer.status, answer.text) == (200, "heard")


def test_command_with_the_word_payload_is_accepted(post: Get) -> None:
    body = urlencode({**COMMAND, "text": "status payload"}).encode()

    assert post(body, signed(body)).text == "heard"


def test_slow_request_does_not_delay_the_next(app: App, probes: Probes) -> None:
    all_arrived = Barrier(8, timeout=5)

    @app.middleware
    def wait(next: Ack) -> None:
        all_arrived.wait()
        next()

    with serve(make_http_app(probes, app, SECRET)) as get, ThreadPoolExecutor(8) as browsers:
        responses = [
            browsers.submit(get, "/slack/events", BODY, {**FORM, **signed(BODY)}) for _ in range(8)
        ]
        assert [response.result().status for response in responses] == [200] * 8


def test_only_post_is_accepted(app: App, probes: Probes) -> None:
    with serve(make_http_app(probes, app, SECRET)) as get:
        assert get("/slack/events").status == 405
