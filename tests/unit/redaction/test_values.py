"""Known secrets: their values in every encoding."""

import html
import json
import re
from base64 import b64encode, urlsafe_b64encode
from urllib.parse import quote, quote_plus

import pytest

from bot.redaction import (
    KnownSecrets,
)

VALUE = "pass word/ü+&'\"<1>?"


@pytest.mark.parametrize(
    "spelled",
    [
        VALUE,
        *(quote(VALUE, safe=""), quote(VALUE), quote_plus(VALUE)),
        re.sub("%..", lambda code: code[0].lower(), quote(VALUE, safe="")),
        *(html.escape(VALUE), html.escape(VALUE, quote=False)),
        html.escape(VALUE).replace("&#x27;", "&#39;"),
        *(json.dumps(VALUE), json.dumps(VALUE, ensure_ascii=False), repr(VALUE)),
        *(b64encode(part + VALUE.encode()).decode() for part in (b"", b"a", b"ab", b"user:")),
        *(urlsafe_b64encode(VALUE.encode() + b"~?>").decode(),),
    ],
)  # fmt: skip
def test_known_value_is_redacted_in_every_encoding(spelled: str) -> None:
    shown = KnownSecrets([VALUE], "•••").redact(f"bad value {spelled}: try again")

    assert shown.startswith("bad value ")
    assert shown.endswith(": try again")
    left = shown.removeprefix("bad value ").removesuffix(": try again")
    assert "•••" in left
    assert len(left.replace("•••", "")) <= 10  # of base64, what other bytes are in as well


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        # the end of the text, of a line, or a sign that there was more
        ("bad value swordfish-01", "bad value •••"),
        ("bad value “swordfi", "bad value “swordfi"),
        ("bad value “swordfis", "bad value “•••"),
        ('bad value "swordfish-0…" of KEY', 'bad value "•••…" of KEY'),
        ("bad value swordfish... (cut)", "bad value •••... (cut)"),
        ("bad value swordfish-0\nsecond line", "bad value •••\nsecond line"),
        ("bad value swordfish-0 [truncated]", "bad value ••• [truncated]"),
        # the text continues differently, so only the beginning is equal
        ("swordfish are fish", "swordfish are fish"),
    ],
)
def test_truncated_known_value_is_redacted(said: str, shown: str) -> None:
    assert KnownSecrets(["swordfish-0123456789"], "•••").redact(said) == shown
