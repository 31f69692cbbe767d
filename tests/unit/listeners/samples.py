"""Helpers of the tests in this folder."""

from bot.model import InertReason
from tests.unit.listeners.conftest import Json

MENTION: Json = {
    "type": "app_mention",
    "user": "U1",
    "channel": "C1",
    "ts": "17.1",
    "text": "<@U0BOT> wake all",
}


BLOCK, SPAN, EDITED = InertReason.CODE_BLOCK, InertReason.CODE_SPAN, InertReason.EDITED
DIRECT: Json = {
    "type": "message",
    "channel_type": "im",
    "user": "U1",
    "channel": "D1",
    "ts": "17.1",
    "text": "wake all",
}
