"""Where links lead: to small pages of this machine, which name the Space and lead back."""

from collections.abc import Iterator
from http import HTTPStatus
from urllib.parse import quote

import httpx2
import pytest

from bot.network.connections import tls_context
from bot.sandbox.hub.seed import classroom
from bot.sandbox.server import Sandbox

SPACE = "ifcore-org/ifcore-team-a"


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox(classroom()) as running:
        yield running


def get(sandbox: Sandbox, path: str) -> httpx2.Response:
    return httpx2.get(sandbox.url + path, trust_env=False, verify=tls_context())


@pytest.mark.parametrize("rest", ["", "/settings", "/blob/main/app.py", "/logs/build"])
def test_every_page_of_a_space_shows_its_name_and_stage(sandbox: Sandbox, rest: str) -> None:
    answer = get(sandbox, f"/hub/spaces/{SPACE}{rest}")
    assert (answer.status_code, answer.headers["content-type"]) == (
        HTTPStatus.OK, "text/html; charset=utf-8"
    )  # fmt: skip
    assert SPACE in answer.text
    assert sandbox.world.stage(SPACE) in answer.text
    assert 'href="/hub/host/ifcore-org-ifcore-team-a"' in answer.text
    assert 'href="/"' in answer.text


@pytest.mark.parametrize(
    "path", ["/hub/spaces/ifcore-org/nobody", "/hub/host/nobody", "/hub/nowhere", "/nowhere"]
)
def test_unknown_address_opens_a_page_that_leads_back(sandbox: Sandbox, path: str) -> None:
    answer = httpx2.get(
        sandbox.url + path, headers={"Accept": "text/html"}, trust_env=False, verify=tls_context()
    )
    assert answer.status_code == HTTPStatus.NOT_FOUND
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert 'href="/"' in answer.text


def test_unknown_call_of_a_program_is_answered_in_json(sandbox: Sandbox) -> None:
    answer = get(sandbox, "/hub/api/nothing")
    assert (answer.status_code, "error" in answer.json()) == (HTTPStatus.NOT_FOUND, True)


def test_the_page_of_an_app_leads_to_its_space_and_back(sandbox: Sandbox) -> None:
    answer = get(sandbox, "/hub/host/ifcore-org-ifcore-team-a")
    assert f'href="/hub/spaces/{SPACE}"' in answer.text
    assert 'href="/"' in answer.text


def test_an_address_elsewhere_is_named_and_not_linked(sandbox: Sandbox) -> None:
    address = 'https://hf.co/settings/tokens?a=<script>"'
    answer = get(sandbox, f"/outside?to={quote(address, safe='')}")
    assert answer.status_code == HTTPStatus.OK
    assert "https://hf.co/settings/tokens?a=&lt;script&gt;" in answer.text
    assert "<script" not in answer.text
    assert 'href="https:' not in answer.text
    assert 'href="/"' in answer.text
