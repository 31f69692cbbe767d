"""Dispatch: a call is sent only while the process leads."""

from contextlib import suppress

import pytest

from bot.errors import LeaseLost
from bot.model import Ask
from bot.service import Bot
from tests.conftest import ListenToEngine
from tests.fakes import FakeHub
from tests.unit.service.samples import pause_in_commits


# Commits: the operations are read, an observation is stored, a step is claimed, then sent.
@pytest.mark.parametrize("commits", [1, 2, 3])
def test_a_restart_is_not_sent_after_a_pause(
    bot: Bot, hub: FakeHub, listen_to_engine: ListenToEngine, commits: int
) -> None:
    hub.set(team_a="SLEEPING")
    bot.ask(Ask("wake all", "UTA", "C1", idempotency_key="wake"))

    with suppress(LeaseLost):
        pause_in_commits(bot, commits, listen_to_engine).advance()

    assert hub.writes == []
