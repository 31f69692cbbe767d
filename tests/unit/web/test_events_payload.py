"""A signed but malformed request gets 400, and the log has no traceback."""

import json
import logging
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.parse import urlencode

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.listeners import BoundedExecutor, make_bolt_app, register_listeners
from bot.slack import make_client
from bot.web import Probes, make_http_app
from tests.unit.listeners.conftest import (
    BUTTON,
    IDENTITY,
    SECRET,
    FakeHandler,
    FakeReplier,
    button_click,
    form_submission,
    signed,
)
from tests.unit.web.conftest import Get, HttpResponse, serve

FORM = "application/x-www-form-urlencoded"
JSON = "application/json"
COMMAND = {"command": "/space", "user_id": "U1", "channel_id": "C1", "team_id": "T1"}
EVENT = {
    "type": "event_callback",
    "team_id": "T1",
    "event_id": "Ev1",
    "event": {"type": "app_mention", "user": "U1", "channel": "C1", "ts": "1.2", "text": "status"},
}


@pytest.fixture(scope="module")
def post() -> Iterator[Get]:
    """A server with a Bolt app and a handler that accepts everything."""
    probes = Probes(alive={}, ready={}, role=lambda: "leader")
    app = make_bolt_app(make_client("xoxb-test", "http://127.0.0.1:9/"), lambda: IDENTITY, SECRET)
    with ThreadPoolExecutor(4) as threads, serve(make_http_app(probes, app, SECRET)) as get:
        register_listeners(app, FakeHandler(), FakeReplier(), BoundedExecutor(threads, 10_000))

        def post(body: bytes, kind: str = FORM) -> HttpResponse:
            return get("/slack/events", body, {"content-type": kind, **signed(body)})

        yield post
    app.listener_runner.listener_executor.shutdown()


def interaction(payload: object) -> bytes:
    return urlencode({"payload": json.dumps(payload)}).encode()


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        # neither a form nor JSON
        (b"", FORM),
        (b"hello", FORM),
        # not JSON, despite its content type
        (b"", JSON),
        (b"{", JSON),
        (b"payload=%7B", FORM),
        (b"payload=", FORM),
        (b"[" * 100_000, JSON),
        (b'{"type":' + b"9" * 5000 + b"}", JSON),
        # JSON, but no object
        (b"[]", JSON),
        (b"null", JSON),
        (b'"event_callback"', JSON),
        (interaction([1, 2]), FORM),
        # an object without a type
        (b"{}", JSON),
        (b'{"type": 7}', JSON),
        (b"text=status", FORM),
        # fields are missing
        (b'{"type": "event_callback"}', JSON),
        (b'{"type": "event_callback", "event": {}}', JSON),
        (b'{"type": "url_verification"}', JSON),
        (interaction({"type": "block_actions"}), FORM),
        (interaction({**button_click(BUTTON), "user": None}), FORM),
        (interaction({**button_click(BUTTON), "actions": []}), FORM),
        (interaction({"type": "view_submission", "user": {"id": "U1"}}), FORM),
        (interaction({"type": "message_action", "user": {"id": "U1"}}), FORM),
        (urlencode({**COMMAND, "user_id": ""}).encode(), FORM),
        (b"command=%2Fspace", FORM),
        # fields of another shape
        (b'{"type": "event_callback", "event": ["app_mention"]}', JSON),
        (json.dumps({**EVENT, "authorizations": 3}).encode(), JSON),
        (json.dumps({**EVENT, "authorizations": [3]}).encode(), JSON),
        (json.dumps({**EVENT, "team": 3}).encode(), JSON),
        (json.dumps({**EVENT, "event": {**EVENT["event"], "user": 3}}).encode(), JSON),  # type: ignore[dict-item]
        (interaction({**button_click(BUTTON), "user": ["U1"]}), FORM),
        (interaction({**button_click(BUTTON), "user": {"id": {}}}), FORM),
        (interaction({**button_click(BUTTON), "actions": [3]}), FORM),
        (interaction({"type": "shortcut", "user": {"id": "U1"}, "response_urls": [3]}), FORM),
        (json.dumps({**COMMAND, "user_id": ["U1"]}).encode(), JSON),
    ],
)
def test_signed_malformed_body_is_400(
    post: Get, body: bytes, kind: str, caplog: pytest.LogCaptureFixture
) -> None:
    assert post(body, kind).status == 400
    assert not [record for record in caplog.records if record.exc_info]
    assert "Traceback" not in caplog.text


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (urlencode(COMMAND).encode(), FORM),
        (json.dumps(EVENT).encode(), JSON),
        (json.dumps(EVENT).encode(), f"{JSON}; charset=utf-8"),
        (interaction(button_click(BUTTON)), FORM),
        (interaction(button_click(BUTTON, team=None)), FORM),
        (interaction(form_submission()), FORM),
        (b"ssl_check=1&token=x", FORM),
    ],
)
def test_documented_payloads_are_accepted(post: Get, body: bytes, kind: str) -> None:
    assert post(body, kind).status == 200


ANY_JSON: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers(-3, 3) | st.sampled_from(["", "U1", "T1", "run:x"]),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.just("id"), inner),
    max_leaves=4,
)


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_a_payload_with_any_field_replaced_breaks_nothing(
    post: Get, data: st.DataObject, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING)
    payload = data.draw(
        st.sampled_from([button_click(BUTTON), form_submission(), EVENT, {**COMMAND, "text": ""}])
    )
    mutated = mutate(data, payload)

    answer = post(json.dumps(mutated).encode(), JSON)

    assert answer.status in {200, 400, 404}
    assert not [record for record in caplog.records if record.exc_info], mutated


def mutate(data: st.DataObject, value: Any) -> Any:
    """Return *value* with one of its fields, at any depth, replaced or removed."""
    if not isinstance(value, dict) or not value or data.draw(st.booleans()):
        return data.draw(ANY_JSON)
    name = data.draw(st.sampled_from(sorted(value)))
    rest = {key: value[key] for key in value if key != name}
    return rest if data.draw(st.booleans()) else {**rest, name: mutate(data, value[name])}
