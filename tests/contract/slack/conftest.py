"""The real WebClient against a server on loopback."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from bot.slack import Slack, make_client
from tests.contract.slack.fake_web_api import FakeWebApi, serve_web_api


@dataclass
class FakeMonotonic:
    """A clock that the test moves."""

    now: float = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def web_api() -> Iterator[FakeWebApi]:
    with serve_web_api() as web_api:
        yield web_api


@pytest.fixture
def ticker() -> FakeMonotonic:
    return FakeMonotonic()


@pytest.fixture
def slack(web_api: FakeWebApi, ticker: FakeMonotonic) -> Slack:
    return Slack(make_client("xoxb-very-secret", f"{web_api.url}api/"), clock=ticker)
