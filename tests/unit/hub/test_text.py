"""Text of the Hub: storable JSON, and messages in one line without secrets."""

import json

import httpx2
import pytest

from bot.hub.text import (
    collapse_first_line,
    hub_message,
    parse_json,
    redact_request_secrets,
    replace_unstorable,
)


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


def response(content: str, *, sent: object = None, **headers: str) -> httpx2.Response:
    request = httpx2.Request(
        "POST", "https://hub.test/", json=sent, headers={"Authorization": "Bearer hf_ourtoken"}
    )
    return httpx2.Response(400, content=content.encode(), headers=headers, request=request)


@pytest.mark.parametrize(
    ("content", "headers", "message"),
    [
        ('{"error": "No rights"}', {}, "No rights"),
        ('{"errors": [{"message": "Bad name"}]}', {}, "Bad name"),
        ('{"message": "Too fast"}', {}, "Too fast"),
        ('{"error": "body"}', {"X-Error-Message": "header"}, "header"),
        ("plain words\nand more", {}, "plain words"),
        ("<Error><Message>Access Denied</Message></Error>", {}, "Access Denied"),
        ("<html>Please sign in</html>", {"Content-Type": "text/html"}, ""),
        ("[1]", {}, ""),
        ('{"error": 3}', {}, ""),
    ],
)
def test_message_is_found_in_every_form_of_a_refusal(
    content: str, headers: dict[str, str], message: str
) -> None:
    assert hub_message(response(content, **headers)) == message


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({"key": "K", "value": "swordfish"}, "swordfish is bad"),
        ({"secrets": [{"key": "K", "value": "swordfish"}]}, "bad: swordfish"),
        ({"variables": [{"key": "K", "value": "sword\nfish"}]}, "bad: fish"),
        (None, "token hf_ourtoken is bad"),
        # A very short secret occurs by chance, so the whole message is masked.
        ({"value": "ab"}, "about it"),
    ],
)
def test_secrets_of_the_request_are_masked(sent: object, said: str) -> None:
    message = redact_request_secrets(said, response("", sent=sent).request)

    assert "•••" in message
    assert not any(secret in message for secret in ("swordfish", "fish", "hf_ourtoken", "about"))


def test_first_line_is_bounded_with_single_spaces() -> None:
    assert collapse_first_line("\n \n  a \t b\0 \nmore") == "a b�"
    assert len(collapse_first_line("x" * 5000)) == 300
