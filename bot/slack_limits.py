"""
The limits of Slack under one name each, and the form of Slack's ids.

Lengths are in characters. Source: https://docs.slack.dev/reference/block-kit
"""

import re

MESSAGE_BLOCKS = 50
#: Of all blocks of a message as JSON. Slack refuses more (`msg_blocks_too_long`) without a
#: documented number: 13,200 was measured. A footnote must still fit in below.
MESSAGE_BLOCKS_LENGTH = 11_500
SECTION_LENGTH = 3_000
BUTTON_LABEL_LENGTH = 75
BUTTON_VALUE_LENGTH = 2_000
#: Of a command on a button: what a form or a footnote adds to it must fit in as well.
COMMAND_LENGTH = 1_900
OPTION_LABEL_LENGTH = 75
OPTION_VALUE_LENGTH = 150
OVERFLOW_OPTIONS = 5
SELECT_OPTIONS = 100
MODAL_TITLE_LENGTH = 24
MODAL_BLOCKS = 100
INPUT_LABEL_LENGTH = 75
INPUT_LENGTH = 3_000
HINT_LENGTH = 2_000
PRIVATE_METADATA_LENGTH = 3_000
#: Of the text that a notification shows. Slack takes more; people do not read it.
NOTIFICATION_LENGTH = 300

# An id begins with a capital letter, which a channel's name can't contain.
_CHANNEL = re.compile(r"[CGD][A-Z0-9]+")
_USER = re.compile(r"[UW][A-Z0-9]+")


def is_channel(text: str) -> bool:
    """Return whether *text* is the id of a channel or a direct-message conversation.

    >>> is_channel("C024BE91L"), is_channel("space-ops")
    (True, False)
    """
    return _CHANNEL.fullmatch(text) is not None


def is_user(text: str) -> bool:
    """Return whether *text* is the id of a person, which means their direct messages."""
    return _USER.fullmatch(text) is not None
