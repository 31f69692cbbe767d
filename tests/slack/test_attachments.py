"""What Slack says of a file, and what it holds of it."""

from typing import Any

import pytest

from bot.slack import Slack
from tests.slack.wire import Wire

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
        # What is only linked: Google Drive, Dropbox and the like.
        ({"mode": "external", "is_external": True, "size": 0}, 0, "external"),
        ({"mode": "external", "is_external": True, "size": 5}, 5, "external"),
        ({"is_external": True}, 5, "external"),
        # What is there no more, or not for us.
        ({"mode": "tombstone", "size": 0}, 0, "tombstone"),
        ({"mode": "hidden_by_limit", "size": 5}, 5, "hidden_by_limit"),
        ({"file_access": "access_denied"}, 5, "access_denied"),
        ({"file_access": "file_not_found", "size": None}, 0, "file_not_found"),
        # What nobody says the length of, or says it is nothing without being a file.
        ({"size": None}, 0, "unknown"),
        ({"size": "5"}, 0, "unknown"),
        ({"mode": "space", "size": 0}, 0, "unknown"),
        ({"mode": None, "size": 0}, 0, "unknown"),
    ],
)
def test_what_slack_holds_of_a_file(
    wire: Wire, slack: Slack, said: dict[str, Any], size: int, absent: str
) -> None:
    wire.says("files.info", {"ok": True, "file": {**HOSTED, **said}})

    found = slack.attachment("F1")

    assert (found.name, found.size, found.absent) == ("app.py", size, absent)
    assert found.url.endswith("/download/app.py")
