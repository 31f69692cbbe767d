"""Stories about alerts."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.store import Store
from tests.alerts.timeline import Timeline
from tests.alerts.world import StoryHub, quick
from tests.conftest import MakeBot
from tests.fakes import FakeClock, FakeSlack


@pytest.fixture
def hub() -> StoryHub:
    return StoryHub()


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """A real SQLite file, which stories write to often."""
    store = quick(Store(f"sqlite:///{tmp_path}/bot.db"))
    yield store
    store.close()


@pytest.fixture
def story(make_bot: MakeBot, hub: StoryHub, slack: FakeSlack, clock: FakeClock) -> Timeline:
    """Return a story that begins on a Monday at 10:00 UTC."""
    return Timeline(make_bot, hub, slack, clock)
