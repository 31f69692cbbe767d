"""Triggers: which refusals mean that a form came too late."""

import pytest

from bot.slack.errors import is_expired


@pytest.mark.parametrize(
    ("code", "details", "expected"),
    [
        ("expired_trigger_id", [], True),
        ("exchanged_trigger_id", [], True),
        ("invalid_trigger_id", [], True),
        ("trigger_expired", [], True),
        ("invalid_arguments", ["[ERROR] `trigger_id` expired"], True),
        ("invalid_arguments", ["[ERROR] invalid trigger_id"], True),
        # A form that Slack can't read is a bug, not a late form.
        ("invalid_arguments", ["[ERROR] must be a string [json-pointer:/trigger_id]"], False),
        ("invalid_arguments", ["[ERROR] invalid blocks"], False),
        ("invalid_blocks", ["[ERROR] `trigger_id` expired"], False),
        ("", [], False),
    ],
)
def test_an_expired_trigger_is_recognized(code: str, details: list[str], *, expected: bool) -> None:
    assert is_expired(code, details) is expected
