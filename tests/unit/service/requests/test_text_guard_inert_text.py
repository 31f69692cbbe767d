"""Messages whose words don't act, and the replies to their author."""

import pytest

from bot.model import InertReason, Source
from bot.service import Bot
from tests.fakes import FakeHub, FakeSlack
from tests.requests import buttons, last_reply, send_command


@pytest.fixture(autouse=True)
def fleet(hub: FakeHub) -> None:
    hub.set(team_a="SLEEPING", team_b="RUNNING")


@pytest.mark.parametrize(
    ("inert", "text", "hint"),
    [
        (InertReason.EDITED, "wake all", "I don't run edited messages."),
        (InertReason.CODE_BLOCK, "", "I don't run commands in a code block or a quotation."),
    ],
)
def test_edit_or_transcript_gets_only_a_hint(
    bot: Bot, hub: FakeHub, slack: FakeSlack, inert: InertReason, text: str, hint: str
) -> None:
    send_command(bot, text, source=Source.MENTION, inert=inert)

    assert last_reply(slack).startswith(hint)
    assert (len(slack.ephemeral_messages), hub.writes, buttons(slack)) == (1, [], {})


@pytest.mark.parametrize("text", ["`status`", "`status team-a`", "please `url` all"])
def test_read_in_backticks_is_answered(bot: Bot, slack: FakeSlack, text: str) -> None:
    send_command(bot, text, source=Source.MENTION, inert=InertReason.CODE_SPAN)

    assert "back-ticks" not in last_reply(slack)


# One click runs any act, form or change, if the person may.
@pytest.mark.parametrize(
    ("text", "user", "typed"),
    [
        ("`wake team-a`", "UTA", "wake team-a"),
        ("please `pause team-b`", "UTA", "please pause team-b"),
        ("`mute all` for 1h", "UTA", "mute all for 1h"),
        ("`delete team-a`", "ULEAD", "delete team-a"),
    ],
)
def test_action_in_backticks_is_offered(
    bot: Bot, hub: FakeHub, slack: FakeSlack, text: str, user: str, typed: str
) -> None:
    send_command(bot, text, user=user, source=Source.MENTION, inert=InertReason.CODE_SPAN)
    bot.advance()
    bot.deliver()

    assert "so I didn't run it" in last_reply(slack)
    assert list(buttons(slack).values()) == [typed]
    assert (hub.writes, slack.cards) == ([], [])


def test_action_without_permission_is_not_offered(bot: Bot, slack: FakeSlack) -> None:
    send_command(bot, "`wake team-a`", user="USTUDENT", inert=InertReason.CODE_SPAN)

    assert last_reply(slack).startswith("You can't wake Spaces")
    assert buttons(slack) == {}
