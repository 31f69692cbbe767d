"""Stories about alerts."""

import pytest

from tests.conftest import MakeBot
from tests.fakes import FakeClock, FakeProber, FakeSlack
from tests.stories.fake_world import StoryHub
from tests.stories.scenario import Story


@pytest.fixture
def hub() -> StoryHub:
    return StoryHub()


@pytest.fixture
def story(
    make_bot: MakeBot, hub: StoryHub, slack: FakeSlack, clock: FakeClock, prober: FakeProber
) -> Story:
    """Return a story that begins on a Monday at 10:00 UTC."""
    return Story(make_bot, hub, slack, clock, prober=prober)
