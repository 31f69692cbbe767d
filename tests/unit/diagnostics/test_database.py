"""Checks of the database."""

from functools import partial
from pathlib import Path
from threading import Event
from time import monotonic

import pytest

from bot.diagnostics import database
from bot.settings import Settings
from tests.fakes import FakeClock

URL = "postgresql://nowhere"


def _do_nothing() -> None: ...


@pytest.mark.parametrize(
    ("folder", "line"),
    [
        ("", "ok  database: none yet; `spacebot run` creates it"),
        ("absent/", "BAD database: can't be created in the folder "),
    ],
)
def test_missing_file_is_neither_an_error_nor_created(
    tmp_path: Path, folder: str, line: str
) -> None:
    path = tmp_path / f"{folder}bot.db"

    [finding] = database.check(f"sqlite:///{path}", lambda: 1 / 0, _do_nothing)

    assert finding.line.startswith(line)
    assert not path.exists()


def test_hung_database_is_reported_within_three_seconds(
    settings: Settings, clock: FakeClock
) -> None:
    may_end = Event()

    def hangs() -> None:
        may_end.wait(10)

    ping = database.memoize(partial(database.measure, hangs))
    [finding] = database.check(URL, ping, _do_nothing)
    began = monotonic()
    assert list(database.check(URL, ping, _do_nothing)) == [finding]
    assert monotonic() - began < 0.1, "it was waited for again"

    may_end.set()
    assert finding.problem.startswith("didn't respond within 3 s.")


# (seconds of one transaction, the problem)
@pytest.mark.parametrize(
    ("took", "line"),
    [
        (0.012, "ok  database: responds in 12 ms, schema current"),
        (2.34, "BAD database: is slow: a transaction took 2.3 s."),
    ],
)
def test_slow_database_is_a_problem(took: float, line: str) -> None:
    [finding] = database.check(URL, lambda: took, _do_nothing)

    assert finding.line.startswith(line)
