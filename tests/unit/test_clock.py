"""The bot's clock follows the system's, plus the offset in the sandbox's file."""

from datetime import timedelta
from pathlib import Path

import pytest

from bot.clock import OFFSET_FILE_VARIABLE, make_clock, system_time
from bot.sandbox.clock import SandboxClock

SECOND = timedelta(seconds=1)


def test_without_a_sandbox_it_is_the_systems_clock() -> None:
    assert make_clock({}) is system_time


def test_the_sandbox_moves_its_own_clock_and_the_bots(tmp_path: Path) -> None:
    sandbox = SandboxClock(tmp_path / "clock")
    now = make_clock({OFFSET_FILE_VARIABLE: str(tmp_path / "clock")})
    assert abs(now() - system_time()) < SECOND

    sandbox.advance(600)
    sandbox.advance(60)

    assert abs(now() - system_time() - timedelta(minutes=11)) < SECOND
    assert sandbox() == pytest.approx(now().timestamp(), abs=1)


def test_the_clock_never_goes_back(tmp_path: Path) -> None:
    sandbox = SandboxClock(tmp_path / "clock")
    sandbox.advance(60)
    sandbox.advance(-600)

    assert (tmp_path / "clock").read_text() == "60.0"
