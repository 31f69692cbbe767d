"""The metadata of files in Slack, and whether their content is there."""

from typing import Any

import pytest

from bot.errors import SlackError
from bot.slack import Slack
from tests.contract.slack.fake_web_api import FakeWebApi

HOSTED = {
    "id": "F1",
    "name": "app.py",
    "size": 5,
    "mode": "hosted",
    "is_external": False,
    "mimetype": "text/x-python",
    "url_private": "https://files.slack.com/files-pri/T1-F1/app.py",
    "url_private_download": "https://files.slack.com/files-pri/T1-F1/download/app.py",
}


@pytest.mark.parametrize(
    ("said", "size", "absent"),
    [
        ({}, 5, ""),
        ({"size": 0}, 0, ""),
        ({"mode": "snippet", "size": 0}, 0, ""),
        ({"mode": "space"}, 5, ""),
        # Linked files: Google Drive, Dropbox and others.
        ({"mode": "external", "is_external": True, "size": 0}, 0, "external"),
        ({"mode": "external", "is_external": True, "size": 5}, 5, "external"),
        ({"is_external": True}, 5, "external"),
        # Deleted files, and files that we can't see.
        ({"mode": "tombstone", "size": 0}, 0, "tombstone"),
        ({"mode": "hidden_by_limit", "size": 5}, 5, "hidden_by_limit"),
        ({"file_access": "access_denied"}, 5, "unseen"),
        ({"file_access": "file_not_found", "size": None}, 0, "unseen"),
        # Pages of Slack that look like files but aren't.
        ({"mode": "quip", "size": 900}, 900, "canvas"),
        ({"mode": "canvas"}, 5, "canvas"),
        ({"mode": "list", "size": 0}, 0, "list"),
        # Files of unknown size, and empty ones.
        ({"size": None}, 0, "unknown"),
        ({"size": "5"}, 0, "unknown"),
        ({"mode": "space", "size": 0}, 0, "unknown"),
        ({"mode": None, "size": 0}, 0, "unknown"),
    ],
)
def test_file_info_is_parsed(
    web_api: FakeWebApi, slack: Slack, said: dict[str, Any], size: int, absent: str
) -> None:
    web_api.reply("files.info", {"ok": True, "file": {**HOSTED, **said}})

    file = slack.attachment("F1")

    assert (file.name, file.size, file.unavailable_reason) == ("app.py", size, absent)
    assert file.url.endswith("/download/app.py")


@pytest.mark.parametrize(
    "code",
    [
        *("file_not_found", "access_denied", "not_visible", "channel_not_found"),
        *("not_in_channel", "no_permission"),
    ],
)
def test_invisible_file_has_no_name(web_api: FakeWebApi, slack: Slack, code: str) -> None:
    web_api.reply("files.info", {"ok": False, "error": code})

    file = slack.attachment("F1")

    assert (file.id, file.name, file.unavailable_reason) == ("F1", "", "unseen")


def test_other_file_error_raises(web_api: FakeWebApi, slack: Slack) -> None:
    web_api.reply("files.info", {"ok": False, "error": "missing_scope", "needed": "files:read"})

    with pytest.raises(SlackError, match="files:read"):
        slack.attachment("F1")


# Every wording of Slack gets one code, for which the form is offered as a button.
@pytest.mark.parametrize(
    "refusal",
    [
        *({"error": f"{what}_trigger_id"} for what in ("expired", "exchanged", "invalid")),
        *({"error": f"trigger_{what}"} for what in ("expired", "exchanged")),
        {
            "error": "invalid_arguments",
            "response_metadata": {"messages": ["[ERROR] `trigger_id` expired"]},
        },
    ],
)
def test_an_expired_trigger_has_one_code(
    web_api: FakeWebApi, slack: Slack, refusal: dict[str, Any]
) -> None:
    web_api.reply("views.open", {"ok": False, **refusal})

    with pytest.raises(SlackError) as caught:
        slack.open_form("13.7.t", {"type": "modal"})

    assert caught.value.code == "expired_trigger_id"
