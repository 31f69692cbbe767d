"""The sandbox's Hub answers what the real one was recorded to answer."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx2
import pytest
from starlette.testclient import TestClient

from bot.sandbox.hub.app import create_hub_app
from bot.sandbox.hub.control import World
from bot.sandbox.hub.repo import create_repo
from bot.sandbox.hub.space import Space
from tests.contract.sandbox.clock import FakeTime

RECORDED = json.loads(Path(__file__).with_name("recorded.json").read_text())
CASES: dict[str, list[dict[str, Any]]] = RECORDED["cases"]
EXCHANGES = [(case, number) for case, steps in CASES.items() for number in range(len(steps))]
TRACE_ID = "47a4cc5f-9a1b-44b2-9cef-901111fd2498"
PLACEHOLDERS = (
    ("<hub>", re.compile(r"^http://hub\.test")),
    ("<id>", re.compile(r"^[0-9a-f]{24}$")),
    ("<commit>", re.compile(r"\b[0-9a-f]{40}$")),
    ("<time>", re.compile(r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$")),
)


@pytest.fixture
def world() -> World:
    world = World(clock=FakeTime(), owners=["user"])
    world.add(Space("victor/static-space", "static"))
    return world


@pytest.fixture
def client(world: World) -> Iterator[TestClient]:
    with TestClient(create_hub_app(world), "http://hub.test") as client:
        client.headers["authorization"] = "Bearer hf_sandbox"
        client.headers["x-amzn-trace-id"] = TRACE_ID
        yield client


@pytest.mark.parametrize(("case", "number"), EXCHANGES)
def test_a_recorded_request_gets_the_recorded_answer(
    world: World, client: TestClient, case: str, number: int
) -> None:
    if CASES[case][0]["answer"]["status"] == 409:  # that recording began with a Space that existed
        world.add(Space("user/tmp_test_space", "gradio", repo=create_repo("gradio", "old", 0.0)))
    for step in CASES[case][:number]:
        _send(client, step["request"])

    answer = _send(client, CASES[case][number]["request"])

    assert _response_summary(answer) == CASES[case][number]["answer"]
    assert RECORDED["headers"].items() <= answer.headers.items()
    is_secret = CASES[case][number]["request"]["path"].endswith("/secrets")
    cors = RECORDED["headers of all but secrets"]
    assert {k: answer.headers[k] for k in cors if k in answer.headers} == (
        {} if is_secret else cors
    )
    assert re.fullmatch(rf"Root=1-[0-9a-f]{{8}}-[0-9a-f]{{24}};{TRACE_ID}", _id_of(answer))
    assert answer.headers["etag"].startswith(f'W/"{len(answer.content):x}-')


def _id_of(answer: httpx2.Response) -> str:
    return answer.headers["x-request-id"]


def test_all_recordings_are_replayed() -> None:
    assert {case: len(steps) for case, steps in CASES.items()} == {
        "manage secrets": 14,
        "manage variables": 14,
        "pause and restart space": 12,
        "space runtime": 6,
        "static space runtime": 6,
    }


def _send(client: TestClient, request: dict[str, Any]) -> httpx2.Response:
    method, path = request["method"], request["path"]
    if "lines" in request:
        content = "".join(f"{json.dumps(line)}\n" for line in request["lines"])
        return client.request(method, path, content=content)
    return client.request(method, path, json=request.get("json"))


def _response_summary(answer: httpx2.Response) -> dict[str, Any]:
    kind = answer.headers["content-type"]
    body = {"json": _mask(answer.json())} if "json" in kind else {"text": answer.text}
    return {"status": answer.status_code, "type": kind, **body}


def _mask(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: v if key == "oid" else _mask(v) for key, v in value.items()}
    if isinstance(value, list):
        return [_mask(item) for item in value]
    if isinstance(value, str):
        for placeholder, pattern in PLACEHOLDERS:
            value = pattern.sub(placeholder, value)
    return value
