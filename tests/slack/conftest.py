"""The real WebClient on a loopback wire."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from bot.slack import Slack, client
from tests.slack.wire import Wire, served


@dataclass
class Ticker:
    """Seconds that pass when a test says so."""

    now: float = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def wire() -> Iterator[Wire]:
    with served() as wire:
        yield wire


@pytest.fixture
def ticker() -> Ticker:
    return Ticker()


@pytest.fixture
def slack(wire: Wire, ticker: Ticker) -> Slack:
    return Slack(client("xoxb-very-secret", f"{wire.url}api/"), clock=ticker)
