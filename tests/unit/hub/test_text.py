"""Text of the Hub without characters that the database can't store."""

import json

import pytest

from bot.hub.text import parse_json, replace_unstorable


@pytest.mark.parametrize(
    ("text", "expected"),
    [("a\0b", "a�b"), ("\ud800x\udfff", "�x�"), ("ok ä 模 😀", "ok ä 模 😀")],
)
def test_unstorable_characters_are_replaced(text: str, expected: str) -> None:
    assert replace_unstorable(text) == expected


@pytest.mark.parametrize(
    "value", ["a\0b", ["a\0b"], {"k\0": {"deep": ["a\ud800"]}}, {"n": 1, "none": None, "t": True}]
)
def test_strings_of_json_are_storable_wherever_they_are(value: object) -> None:
    parsed = parse_json(json.dumps(value).encode())

    json.dumps(parsed, ensure_ascii=False).encode()
    assert "\\u0000" not in json.dumps(parsed)
