"""Helpers of the tests in this folder."""

from urllib.parse import urlencode

from bot import metrics
from bot.web.signature import Cause

COMMAND = {
    "command": "/space",
    "text": "status",
    "team_id": "T1",
    "user_id": "U1",
    "channel_id": "C1",
}


BODY = urlencode(COMMAND).encode()


def count_rejected(cause: Cause) -> float:
    name = "spacebot_slack_rejected_requests_total"
    return metrics.REGISTRY.get_sample_value(name, {"cause": cause}) or 0.0
