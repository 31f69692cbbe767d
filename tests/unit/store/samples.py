"""Helpers of the tests in this folder."""

from datetime import UTC, datetime

from sqlalchemy import Engine, text

from bot.model import Space

NOW = datetime(2026, 3, 2, 10, tzinfo=UTC)


def wait_for_lock_waiters(other_engine: Engine, times: int = 1) -> None:
    """Return once so many sessions wait for a lock of another one."""
    waiting = text("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'")
    while True:
        with other_engine.begin() as tx:
            if tx.execute(waiting).scalar_one() >= times:
                return


SPACE = Space(
    "a/b",
    "RUNNING",
    hardware="t4-small",
    sdk="docker",
    host="https://a-b.hf.space",
    error="boom",
    private=True,
    sha="1" * 40,
    head="2" * 40,
    sleep_after=3600,
)
