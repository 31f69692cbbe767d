"""Messages whose words don't act, and what their author hears."""

import pytest

from bot.model import InertReason, Source
from bot.service import Bot
from tests.fakes import FakeHub, FakeSlack
from tests.service.test_asking import buttons, heard, say


@pytest.fixture(autouse=True)
def fleet(hub: FakeHub) -> None:
    hub.set(team_a="SLEEPING", team_b="RUNNING")


@pytest.mark.parametrize(
    ("inert", "text", "hint"),
    [
        (InertReason.EDITED, "wake all", "I don't act on edited messages. Send it again."),
        (InertReason.CODE_BLOCK, "", "I don't act on what stands in a code block or a quotation."),
    ],
)
def test_a_hint_is_all_that_an_edit_or_a_transcript_gets(
    bot: Bot, hub: FakeHub, slack: FakeSlack, inert: InertReason, text: str, hint: str
) -> None:
    say(bot, text, source=Source.MENTION, inert=inert)

    assert heard(slack).startswith(hint)
    assert (len(slack.whispers), hub.sent, buttons(slack)) == (1, [], {})


@pytest.mark.parametrize("text", ["`status`", "`status team-a`", "please `url` all"])
def test_a_read_in_back_ticks_is_answered(bot: Bot, slack: FakeSlack, text: str) -> None:
    say(bot, text, source=Source.MENTION, inert=InertReason.CODE_SPAN)

    assert "back-ticks" not in heard(slack)


# Whatever it would begin, open or write down: one tap does it, if the person may.
@pytest.mark.parametrize(
    ("text", "user", "typed"),
    [
        ("`wake team-a`", "UTA", "wake team-a"),
        ("please `pause team-b`", "UTA", "please pause team-b"),
        ("`mute all` for 1h", "UTA", "mute all for 1h"),
        ("`delete team-a`", "ULEAD", "delete team-a"),
    ],
)
def test_an_act_in_back_ticks_is_offered_and_not_done(
    bot: Bot, hub: FakeHub, slack: FakeSlack, text: str, user: str, typed: str
) -> None:
    say(bot, text, user=user, source=Source.MENTION, inert=InertReason.CODE_SPAN)
    bot.advance()
    bot.deliver()

    assert "so nothing was done" in heard(slack)
    assert list(buttons(slack).values()) == [typed]
    assert (hub.sent, slack.cards) == ([], [])


def test_an_act_in_back_ticks_that_nobody_may_tap_is_not_offered(
    bot: Bot, slack: FakeSlack
) -> None:
    say(bot, "`wake team-a`", user="USTUDENT", inert=InertReason.CODE_SPAN)

    assert heard(slack).startswith("Only an operator")
    assert buttons(slack) == {}
