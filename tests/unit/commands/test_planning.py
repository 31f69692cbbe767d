"""Commands that change Spaces: rejected before anything is planned."""

import pytest

from bot.service import Bot
from tests.fakes import FakeClock, FakeHub, FakeSlack
from tests.requests import last_full_reply, send_lead_command, tick


@pytest.mark.parametrize(
    ("text", "part"),
    [
        # An unknown flavor gets the nearest one, as a button.
        ("hardware team-a t4-smal", "Did you mean `t4-small`?"),
        ("hardware team-a t4-smal", "hardware team-a t4-small"),
        ("hardware team-a zzz", "Choose from `cpu-basic`, `t4-small`."),
        # A misspelled name is never acted on; the suggestion keeps the flavor.
        ("hardware team-aa t4-small", "hardware team-a t4-small"),
        ("hardware nobody", "There's no Space called `nobody`"),
        ("hardware", "Which Spaces?"),
        ("hardware t4-small", "Which Space?"),
        # Unchanged settings, and a Space without hardware.
        ("hardware team-a cpu-basic", "Nothing to change: team-a is already on cpu-basic"),
        ("hardware site t4-small", "site is static (runs on no hardware)"),
        # The sleep time of free hardware can't be set.
        ("sleep team-a 1h", "team-a is on free hardware, whose sleep time is fixed"),
        ("sleep site 1h", "site is static (never sleeps)"),
        ("sleep gpu never", "Nothing to set: gpu is already set to never"),
        ("sleep gp 2 h", "sleep gpu 2 h"),
        ("sleep gpu", "How long until they sleep?"),
        ("sleep 2h", "How long until they sleep?"),
        ("sleep gpu soon", "How long until they sleep?"),
        # New Spaces: one at a time, one of three kinds, a name that the Hub takes.
        ("create", "What should it be called?"),
        ("create team--b", "doesn't allow the name `team--b`"),
        ("create team-b gradoi", "Did you mean `gradio`?"),
        ("create team-b xyzzy", "I don't recognize `xyzzy`"),
        ("create team-b docker static", "Choose one: `docker` or `static`."),
        ("create team-a", "Nothing to create: team-a already exists"),
        ("create TEAM-A", "Nothing to create: team-a already exists"),
        ("create all", "already means several Spaces"),
    ],
)
def test_rejected_command_changes_nothing(
    bot: Bot, hub: FakeHub, slack: FakeSlack, clock: FakeClock, text: str, part: str
) -> None:
    hub.set(team_a="RUNNING")
    hub.put("acme/gpu", "RUNNING", hardware="t4-small")
    hub.put("acme/site", "RUNNING", sdk="static", hardware=None)

    send_lead_command(bot, text)
    tick(bot, clock)

    assert part in last_full_reply(slack)
    assert hub.writes == []


@pytest.mark.parametrize("text", ["hardware all", "sleep all 1h", "create team-b"])
def test_command_requires_an_admin(bot: Bot, hub: FakeHub, slack: FakeSlack, text: str) -> None:
    hub.set(team_a="RUNNING")

    send_lead_command(bot, text, user="UTA")

    assert "admins only." in last_full_reply(slack)
