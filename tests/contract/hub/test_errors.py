"""Rejections and missing responses of the Hub, with our message and the Hub's."""

import html
import json
import logging
import traceback
from base64 import b64encode
from collections.abc import Callable
from datetime import timedelta
from urllib.parse import quote, quote_plus

import httpx2
import pytest

from bot.causes import CauseId
from bot.errors import (
    Conflict,
    HubError,
    HubForbidden,
    HubUnavailable,
    NotFound,
    OutcomeUnknown,
    PaymentRequired,
    RateLimited,
    Unauthorized,
    for_listed_space,
)
from bot.hub import Hub
from tests.contract.hub.conftest import NOW, TOKEN, FakeHubApi, ok
from tests.tokens import TOKENS, left_of

RUNTIME = "GET /api/spaces/o/a/runtime"
RESTART = "POST /api/spaces/o/a/restart"


def error_response(status: int, message: str = "", **headers: str) -> httpx2.Response:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return httpx2.Response(status, json={"error": message} if message else None, headers=named)


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        # A static Space cannot be restarted.
        (error_response(400, "Static Spaces are always running."), HubError),
        # Missing, or hidden from us: the Hub's response is the same.
        (error_response(404, "Repository not found", X_Error_Code="RepoNotFound"), NotFound),
        (error_response(401, "Invalid username or password."), Unauthorized),
        # Unless the token itself is invalid.
        (
            error_response(401, X_Error_Message="Invalid credentials in Authorization header"),
            HubForbidden,
        ),
        (error_response(402, "Subscribe to PRO"), PaymentRequired),
        (
            error_response(403, X_Error_Message="You've reached your CPU-basic quota limit"),
            HubForbidden,
        ),
        (error_response(409, "You already created this space repo"), Conflict),
        (error_response(429, "Slow down"), RateLimited),
        # The service was unavailable, so nothing began.
        (error_response(503, "Service Unavailable"), HubUnavailable),
        (httpx2.Response(503, html="<html>Down</html>"), HubUnavailable),
        # The Hub failed while it worked on it.
        (error_response(500, "Internal Error"), OutcomeUnknown),
        (error_response(520), OutcomeUnknown),
        # A gateway timed out: the Hub behind it may have continued.
        (error_response(502), OutcomeUnknown),
        (error_response(504), OutcomeUnknown),
        # A body that is JSON but not an object.
        (httpx2.Response(500, json=["?"]), OutcomeUnknown),
        (httpx2.Response(418, text="teapot"), HubError),
    ],
)
def test_each_rejected_write_raises_its_error_and_is_sent_once(
    hub: Hub, hub_api: FakeHubApi, answer: httpx2.Response, kind: type[HubError]
) -> None:
    hub_api.reply(RESTART, answer)
    with pytest.raises(HubError) as raised:
        hub.restart("o/a")
    assert type(raised.value) is kind
    assert len(hub_api.requests) == 1


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        # Only the Hub knows why, so no advice is given.
        (
            error_response(403, "Forbidden: <!channel> no access to o/a."),
            (
                "Hugging Face refused this: “Forbidden: <!channel> no access to o/a.”. "
                "Nothing changed."
            ),
        ),
        (error_response(403), "Hugging Face refused this: “HTTP 403”. Nothing changed."),
        (
            error_response(403, "You must add a payment method to your account"),
            (
                "The owner has no payment method: “You must add a payment method to your account”. "
                "Nothing changed. Add one at huggingface.co/settings/billing."
            ),
        ),
        (
            error_response(402, "Subscribe"),
            (
                "The owner's plan doesn't include this: “Subscribe”. Nothing changed. Upgrade the "
                "plan, or choose something it includes."
            ),
        ),
    ],
)
def test_refusal_quotes_the_hub_and_advises_only_for_a_known_cause(
    hub: Hub, hub_api: FakeHubApi, answer: httpx2.Response, message: str
) -> None:
    hub_api.reply(RESTART, answer)
    with pytest.raises(HubError) as raised:
        hub.restart("o/a")
    assert str(raised.value) == message


@pytest.mark.parametrize(
    ("answer", "cause"),
    [
        (error_response(402, "Subscribe"), CauseId.PLAN_GATE),
        (error_response(403, "You've reached your CPU-basic quota limit"), CauseId.QUOTA),
        (error_response(403, "No"), None),
        (error_response(503, "Flagged as abusive"), CauseId.MODERATION_LOCK),
        (error_response(401, "Invalid username or password."), CauseId.TOKEN_CANNOT_ACT),
    ],
)
def test_refusal_has_its_known_cause(
    hub: Hub, hub_api: FakeHubApi, answer: httpx2.Response, cause: CauseId | None
) -> None:
    hub_api.reply(RESTART, answer)
    with pytest.raises(HubError) as raised:
        hub.restart("o/a")
    assert for_listed_space(raised.value).cause is cause


def test_401_on_an_act_blames_the_token_if_the_list_shows_the_space(
    hub: Hub, hub_api: FakeHubApi
) -> None:
    hub_api.reply(RESTART, error_response(401, "Invalid username or password."))
    with pytest.raises(NotFound) as raised:
        hub.restart("o/a")
    blamed = for_listed_space(raised.value)
    assert type(blamed) is HubForbidden
    assert str(blamed).startswith("HF_TOKEN can see this Space, but isn't allowed to do this. Not")


NOT_DONE, OUTCOME_UNKNOWN = "Nothing changed", "It may still have been done: check before"


@pytest.mark.parametrize(
    ("answer", "begins", "outcome"),
    [
        (error_response(403, "No"), "Hugging Face refused this: “No”.", NOT_DONE),
        (error_response(503, "Down"), "Hugging Face has a problem: “Down”.", NOT_DONE),
        (error_response(500, "Oh"), "Hugging Face had an internal error: “Oh”.", OUTCOME_UNKNOWN),
        (error_response(520), "Hugging Face had an internal error: “HTTP 520”.", OUTCOME_UNKNOWN),
        (
            error_response(502),
            "Hugging Face didn't respond in time:",
            OUTCOME_UNKNOWN,
        ),
    ],
)
def test_only_certain_failures_say_nothing_was_changed(
    hub: Hub, hub_api: FakeHubApi, answer: httpx2.Response, begins: str, outcome: str
) -> None:
    hub_api.reply(RESTART, answer)
    with pytest.raises(HubError) as raised:
        hub.restart("o/a")
    assert str(raised.value).startswith(begins)
    assert [word for word in (NOT_DONE, OUTCOME_UNKNOWN) if word in str(raised.value)] == [outcome]


@pytest.mark.parametrize(
    ("failure", "kind"),
    [
        # It never left: nothing was done.
        (httpx2.ConnectError("refused"), HubUnavailable),
        (httpx2.ConnectTimeout("late"), HubUnavailable),
        (httpx2.PoolTimeout("full"), HubUnavailable),
        # It left: it may have been done.
        (httpx2.ReadTimeout("late"), OutcomeUnknown),
        (httpx2.WriteTimeout("late"), OutcomeUnknown),
        (httpx2.ReadError("reset"), OutcomeUnknown),
        (httpx2.RemoteProtocolError("gone"), OutcomeUnknown),
    ],
)
def test_unanswered_write_differs_from_one_never_sent(
    hub: Hub, hub_api: FakeHubApi, failure: Exception, kind: type[HubError]
) -> None:
    hub_api.reply(RESTART, failure)
    with pytest.raises(HubError) as raised:
        hub.restart("o/a")
    assert type(raised.value) is kind
    assert len(hub_api.requests) == 1


@pytest.mark.parametrize(
    "trouble",
    [
        # The Hub stumbles, or the connection breaks.
        error_response(500),
        error_response(502),
        error_response(503),
        error_response(504),
        httpx2.ConnectError("refused"),
        httpx2.RemoteProtocolError("gone"),
    ],
)
def test_read_is_retried_once(
    hub: Hub, hub_api: FakeHubApi, trouble: httpx2.Response | Exception
) -> None:
    hub_api.reply(RUNTIME, trouble, ok({"stage": "RUNNING"}))
    assert hub.runtime("o/a").stage == "RUNNING"
    hub_api.reply(RUNTIME, trouble)
    hub_api.requests.clear()
    with pytest.raises(HubUnavailable) as raised:
        hub.runtime("o/a")
    assert not isinstance(raised.value, OutcomeUnknown)
    assert len(hub_api.requests) == 2


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        # The window is used up: the header has the reset time.
        ({"RateLimit": '"api";r=0;t=55'}, 55),
        # The window isn't used up: another limit applies, with its Retry-After.
        ({"RateLimit": '"api";r=12;t=55', "Retry-After": "7"}, 7),
        ({"Retry-After": "Tue, 29 Sep 2026 12:00:30 GMT"}, 30),
        # Without either header: a minute.
        ({}, 60),
        ({"Retry-After": "soon"}, 60),
        # A retry without a delay would be rejected again: at least a second.
        ({"Retry-After": "0"}, 1),
        ({"RateLimit": '"api";r=0;t=0'}, 1),
        ({"Retry-After": "Tue, 29 Sep 2026 11:59:00 GMT"}, 1),
        # A limit on creations lasts for hours, and is reported as such.
        ({"Retry-After": "72000"}, 72_000),
        # Nothing real is longer than a month.
        ({"Retry-After": "99999999999"}, 30 * 86_400),
    ],
)
def test_429_carries_its_end_time(
    hub: Hub, hub_api: FakeHubApi, headers: dict[str, str], seconds: int
) -> None:
    hub_api.reply(RUNTIME, httpx2.Response(429, headers=headers))
    with pytest.raises(RateLimited) as raised:
        hub.runtime("o/a")
    assert raised.value.until == NOW + timedelta(seconds=seconds)
    assert len(hub_api.requests) == 1


@pytest.mark.parametrize(
    ("after", "until"),
    [
        ("65", "until 12:01:05 UTC: “Slow down”."),
        ("72000", "until 2026-09-30 08:00 UTC: “Slow down”."),
    ],
)
def test_429_error_quotes_the_hubs_message_and_time(
    hub: Hub, hub_api: FakeHubApi, after: str, until: str
) -> None:
    hub_api.reply(RESTART, error_response(429, "Slow down", Retry_After=after))
    with pytest.raises(RateLimited) as raised:
        hub.restart("o/a")
    assert until in str(raised.value)


def test_error_has_the_hubs_first_line_and_request_id(hub: Hub, hub_api: FakeHubApi) -> None:
    words = "quota \t reached " + "x" * 1000 + "\nsecond line"
    hub_api.reply(RESTART, error_response(403, words, X_Request_Id="Root=1-2-3"))
    with pytest.raises(HubForbidden, match="quota reached xxx") as raised:
        hub.restart("o/a")
    assert "second line" not in str(raised.value)
    assert len(str(raised.value)) < 500
    assert raised.value.request_id == "Root=1-2-3"


def test_error_has_our_request_id_if_the_hub_sent_none(hub: Hub, hub_api: FakeHubApi) -> None:
    hub_api.reply(RESTART, httpx2.ReadTimeout("late"))
    with pytest.raises(OutcomeUnknown) as raised:
        hub.restart("o/a")
    assert raised.value.request_id == hub_api.requests[0].headers["X-Amzn-Trace-Id"]


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        # A page with status 200 that isn't the Hub's.
        (httpx2.Response(200, html="<html>Log in</html>"), OutcomeUnknown),
        # A response without its essential field.
        (ok({"hardware": {}}), OutcomeUnknown),
        (ok([]), OutcomeUnknown),
    ],
)
def test_write_with_an_unreadable_response_has_an_unknown_outcome(
    hub: Hub, hub_api: FakeHubApi, answer: httpx2.Response, kind: type[HubError]
) -> None:
    hub_api.reply(RESTART, answer)
    with pytest.raises(kind):
        hub.restart("o/a")


def test_read_with_an_unreadable_response_says_nothing_is_known(
    hub: Hub, hub_api: FakeHubApi
) -> None:
    hub_api.reply(RUNTIME, httpx2.Response(200, html="<html>Log in</html>"))
    with pytest.raises(HubUnavailable, match="was unreadable"):
        hub.runtime("o/a")


@pytest.mark.parametrize("id", ["o/../etc", "o/a b", "o/a?x=1", "o/" + "a" * 100, "o/a--b", ""])
def test_invalid_repo_id_is_rejected_before_sending(hub: Hub, hub_api: FakeHubApi, id: str) -> None:
    for call in (hub.runtime, hub.space, hub.restart, hub.logs, hub.secrets, hub.delete):
        with pytest.raises(HubError, match="Nothing was sent"):
            call(id)
    assert hub_api.requests == []


SECRET = "s3cr3t-value-🔑\nsecond l1ne"


def echo(request: httpx2.Request) -> httpx2.Response:
    """Quote the request's head and body, as a careless server does."""
    return httpx2.Response(
        400, json={"error": f"bad {request.headers['Authorization']} {request.content.decode()}"}
    )


def echo_value(request: httpx2.Request) -> httpx2.Response:
    return httpx2.Response(400, json={"error": f"bad value {SECRET}"})


def call_set_secret(hub: Hub) -> None:
    hub.set_secret("o/a", "K", SECRET)


def call_duplicate(hub: Hub) -> None:
    hub.duplicate("o/t", "o/a", private=True, secrets={"K": SECRET}, variables={})


@pytest.mark.parametrize("act", [call_set_secret, call_duplicate])
@pytest.mark.parametrize(
    "rule",
    [echo, echo_value, httpx2.ReadTimeout("late"), httpx2.Response(200, html="<html>")],
)
def test_neither_token_nor_secret_is_in_errors_or_logs(
    hub: Hub,
    hub_api: FakeHubApi,
    caplog: pytest.LogCaptureFixture,
    act: Callable[[Hub], object],
    rule: httpx2.Response | Exception,
) -> None:
    caplog.set_level(logging.DEBUG)
    for name in ("huggingface_hub", "httpx2", "httpcore2"):
        caplog.set_level(logging.DEBUG, name)
    hub_api.reply("POST /api/spaces/o/a/secrets", rule)
    hub_api.reply("POST /api/spaces/o/t/duplicate", rule)
    with pytest.raises(HubError) as raised:
        act(hub)
    output = "".join(traceback.format_exception(raised.value)) + caplog.text + repr(hub)
    for word in (TOKEN, "s3cr3t-value", "second l1ne"):
        assert word not in output


#: With characters that each encoding escapes differently.
VALUE = "Sw0rd/fish+&'<\"1>?=ü end"


@pytest.mark.parametrize(
    "words",
    [
        f"bad value {quote(VALUE, safe='')} of K",
        f"bad value {quote_plus(VALUE)}",
        f"bad value {html.escape(VALUE)}",
        f"bad value {html.escape(VALUE).replace('&#x27;', '&#39;')}",
        f"bad value {json.dumps(json.dumps({'value': VALUE}))}",
        f"bad value {VALUE!r}",
        f"bad value {b64encode(VALUE.encode()).decode()}",
        f"bad value {b64encode(b'K:' + VALUE.encode()).decode()}",
        # truncated at the end of the message, or before a mark
        f"bad value {VALUE[:12]}",
        f"bad value “{VALUE[:12]}…” of K",
        f"bad value {quote(VALUE, safe='')[:14]}...",
        f"bad value {html.escape(VALUE)[:15]}",
        # truncated by us
        f"{'x ' * 140} {VALUE}",
    ],
)
def test_encoded_or_truncated_secret_is_not_in_the_error(
    hub: Hub, hub_api: FakeHubApi, words: str
) -> None:
    hub_api.reply("POST /api/spaces/o/a/secrets", error_response(400, words))
    with pytest.raises(HubError) as raised:
        hub.set_secret("o/a", "K", VALUE)
    for part in ("Sw0rd", "fish", b64encode(VALUE.encode())[:8].decode(), "U3cwcmQ", "T3dzByZ"):
        assert part not in str(raised.value)


@pytest.mark.parametrize("token", TOKENS.values(), ids=TOKENS)
def test_token_quoted_by_the_hub_is_not_in_the_error(
    hub: Hub, hub_api: FakeHubApi, token: str
) -> None:
    token = " ".join(token.split())
    hub_api.reply(RESTART, error_response(400, f"bad {token} here"))
    with pytest.raises(HubError) as raised:
        hub.restart("o/a")
    assert left_of(token, str(raised.value)) == []


def test_very_short_secret_masks_the_whole_message(hub: Hub, hub_api: FakeHubApi) -> None:
    hub_api.reply("POST /api/spaces/o/a/secrets", error_response(400, "no xy here"))
    with pytest.raises(HubError) as raised:
        hub.set_secret("o/a", "K", "xy")
    assert "xy" not in str(raised.value)


def test_a_token_with_a_line_break_is_not_quoted(
    make_hub: Callable[..., Hub], hub_api: FakeHubApi
) -> None:
    hub = make_hub(httpx2.MockTransport(hub_api))
    hub_api.reply(RUNTIME, httpx2.LocalProtocolError(f"Illegal header value b'Bearer {TOKEN}\\n'"))
    with pytest.raises(HubUnavailable, match="HF_TOKEN") as raised:
        hub.runtime("o/a")
    assert TOKEN not in "".join(traceback.format_exception(raised.value))
