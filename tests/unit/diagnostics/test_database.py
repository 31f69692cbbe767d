"""Checks of the database."""

from functools import partial
from threading import Event
from time import monotonic

import pytest

from bot.diagnostics import database
from bot.settings import Settings
from tests.fakes import FakeClock


def test_hung_database_is_reported_within_three_seconds(
    settings: Settings, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "_ANSWER_SECONDS", 0.1)
    may_end = Event()

    def hangs() -> None:
        may_end.wait(10)

    ping = database.memoize(partial(database.measure, hangs))
    [finding] = database.check(ping, lambda: None)
    began = monotonic()
    assert list(database.check(ping, lambda: None)) == [finding]
    assert monotonic() - began < 0.1, "it was waited for again"

    may_end.set()
    assert finding.problem.startswith("has not answered within 0.1 s.")


# (seconds that one transaction takes, what is said of it)
@pytest.mark.parametrize(
    ("took", "line"),
    [
        (0.012, "ok  database: answers in 12 ms, and its tables are up to date"),
        (2.34, "BAD database: is slow: a transaction took 2.3 s."),
    ],
)
def test_slow_database_is_a_problem(took: float, line: str) -> None:
    [finding] = database.check(lambda: took, lambda: None)

    assert finding.line.startswith(line)
