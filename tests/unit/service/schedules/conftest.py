"""The bot of a class in Berlin, with one sleeping Space."""

import pytest

from bot.service import Bot
from tests.conftest import MakeBot
from tests.fakes import FakeClock, FakeHub
from tests.unit.service.schedules.samples import BERLIN, FRIDAY


@pytest.fixture
def class_bot(make_bot: MakeBot, hub: FakeHub, clock: FakeClock) -> Bot:
    clock.time = FRIDAY
    hub.set(team_a="SLEEPING")
    return make_bot(**BERLIN)
