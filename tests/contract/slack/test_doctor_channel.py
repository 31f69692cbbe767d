"""`doctor` shows the alert channel by name, also if it is set by id."""

import pytest

from bot.alerts.channels import AlertChannel
from bot.diagnostics.slack import check_channel
from bot.slack import make_client
from tests.contract.slack.fake_web_api import FakeWebApi, Reply


@pytest.mark.parametrize(
    ("fields", "line"),
    [
        ({"is_member": True}, "ok  alert channel: I'm in #labs"),
        ({"is_member": False}, "BAD alert channel: I'm not in #labs. "),
        ({"is_member": True, "is_archived": True}, "BAD alert channel: #labs is archived. "),
    ],
)
def test_channel_set_by_id_is_shown_by_name(
    web_api: FakeWebApi, fields: dict[str, bool], line: str
) -> None:
    web_api.reply("conversations.info", Reply({"ok": True, "channel": {"name": "labs", **fields}}))

    slack = make_client("xoxb-test", f"{web_api.url}api/")
    (found,) = check_channel(slack, AlertChannel("C0LABS", "C0LABS"))

    assert found.line.startswith(line)
