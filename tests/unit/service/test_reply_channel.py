"""Reply channels: where a reply goes that Slack refuses."""

import pytest

from bot.cards import Message
from bot.model import Ask, Source
from bot.service import Bot, reply_channel
from tests.fakes import FakeSlack
from tests.slack_codes import CODES, RESPONSE_URL

ASK = Ask("status", "UTA", "C1", Source.COMMAND, response_url="https://hooks.test/1")
ANSWERS = sorted({*CODES["chat.postEphemeral"], *RESPONSE_URL, "something_new"})
ANSWER = Message("12 Spaces", ({"type": "section", "text": {"type": "mrkdwn", "text": "*12* up"}},))


@pytest.mark.parametrize("code", ANSWERS)
@pytest.mark.parametrize("ways", [("respond",), ("respond", "post_ephemeral")])
def test_refused_reply_falls_back_to_text_or_another_channel(
    bot: Bot, slack: FakeSlack, code: str, ways: tuple[str, ...]
) -> None:
    slack.rejections = dict.fromkeys(ways, code)

    reply_channel.reply(bot.deps.slack, ASK, ANSWER)

    sent = [(m, "respond") for _, m, _ in slack.responses]
    sent += [(m, "post_ephemeral") for _, m in slack.ephemeral_messages]
    sent += [(shown.message, "post") for shown in slack.cards]
    blamed = {"invalid_blocks", "invalid_blocks_format"}  # what the fake takes without blocks
    if code in blamed:
        assert sent == [(Message("12 Spaces\n*12* up"), "respond")]
    else:
        assert sent == [(ANSWER, {1: "post_ephemeral", 2: "post"}[len(ways)])]
