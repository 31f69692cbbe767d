"""`sleep`: the sleep time of paid hardware."""

import pytest

from bot.service import Bot
from tests.fakes import FakeClock, FakeHub, FakeSlack
from tests.requests import send_lead_command, tick


@pytest.mark.parametrize(
    ("text", "seconds", "ending"),
    [
        ("sleep gpu 1h", 3600, "set to 1h"),
        ("sleep gpu after half an hour", 1800, "set to half an hour"),
        ("sleep gpu 30 min", 1800, "set to 30 min"),
        ("sleep all never", None, "set to never"),
    ],
)
def test_sets_the_sleep_time_of_paid_hardware_alone(
    bot: Bot,
    hub: FakeHub,
    slack: FakeSlack,
    clock: FakeClock,
    text: str,
    seconds: int | None,
    ending: str,
) -> None:
    hub.set(team_a="RUNNING")
    hub.put("acme/gpu", "RUNNING", hardware="t4-small", sleep_after=60)

    send_lead_command(bot, text)
    tick(bot, clock)
    tick(bot, clock)

    assert hub.spaces["acme/gpu"].sleep_after == seconds
    assert hub.writes == [("set_sleep", "acme/gpu")]
    assert f"Set the sleep time of gpu {ending.removeprefix('set ')} (6 s)" in slack.cards[0].text
