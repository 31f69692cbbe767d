"""Each error states the fact and the next step; one file lists all text for people.

`GOLDEN=write` writes the list. Read the difference: a new sentence shows up there.
"""

import os
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import httpx2
import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web import SlackResponse

from bot.errors import BotError
from bot.hub.errors import error_for_response
from bot.slack.errors import call_api
from tests.sentences import Sentence, by_module
from tests.test_words import find_violations, without_code

LIST = Path(__file__).parent / "golden/sentences.txt"
_MAX_WORDS = 20
_HUB_STATUSES = (400, 401, 402, 403, 404, 408, 409, 429, 500, 502, 503, 504)
_HUB_REQUESTS = (
    ("GET", "/api/spaces/acme/team-a"),
    ("POST", "/api/spaces/acme/team-a/restart"),
    ("PUT", "/storage"),
)
_SLACK_CODES = (
    *("not_in_channel", "channel_not_found", "is_archived", "message_not_found", "user_not_found"),
    *("invalid_auth", "token_revoked", "account_inactive", "missing_scope", "ratelimited"),
    *("internal_error", "a_new_code"),
)
# How a next step begins: with what to do, with a question, or with a value that holds it.
_NEXT_STEP = re.compile(
    r"\?|For example|(?<!\()\{(?:advice|error|hint|refusal|way_out)\b"
    r"|(?:^|[.:;,“}] |\band |\bor |\bso |\bthen |\bplease )"
    r"(?:add|ask|change|check|choose|compare|copy|create|delete|download|export|fix|generate|give|"
    r"install|invite|keep|leave|look|move|name|pick|push|put|read|reinstall|remove|rename|replace|"
    r"report|restart|restore|rotate|run|save|see|send|set|share|stop|tap|try|unarchive|update|"
    r"upgrade|use|wait|write|zip)\b",
    re.IGNORECASE,
)
_RETRIES = "The bot tries again by itself."
_REPLACED = "The code that catches it writes the sentence."
_NOTHING_TO_DO = "The fact is the answer, and nothing went wrong."
# Errors without a next step, each with the reason.
_UNKNOWN_REFUSAL = "only the Hub knows why, so no advice would be true"
_COMPLETE = {
    "There's {problem}. I'll keep trying.": _RETRIES,
    "Hugging Face's list of {owner} leaves out {len(missing)} Spaces, and some of them exist.": (
        _RETRIES
    ),
    "Slack is rate-limiting me in that channel.": _RETRIES,
    "My database isn't responding.": _REPLACED,
    "It's missing from the second list.": _REPLACED,
    "isn't an address.": _REPLACED,
    "Hugging Face is rate-limiting us until 12:01:00 UTC: “…”. Nothing changed.": _REPLACED,
    "Hugging Face refused this: “…”.": _UNKNOWN_REFUSAL,
    "Hugging Face refused this: “…”. Nothing changed.": _UNKNOWN_REFUSAL,
    "{subject} is {' or '.join(stage_words)}.": _NOTHING_TO_DO,
    "Everything on that card has recovered, so nothing was changed.": _NOTHING_TO_DO,
}


def hub_errors() -> Iterator[BotError]:
    """Yield our error for each status that the Hub answers a read, a write and a file with."""
    now = datetime(2026, 1, 5, 12, tzinfo=UTC)
    for method, path in _HUB_REQUESTS:
        for status in _HUB_STATUSES:
            request = httpx2.Request(method, f"https://huggingface.co{path}")
            response = httpx2.Response(status, request=request, json={"error": "…"})
            yield error_for_response(response, now)


def slack_errors() -> Iterator[BotError]:
    """Yield our error for each error code of Slack."""
    for code in _SLACK_CODES:
        with pytest.raises(BotError) as caught:
            call_api(_refuse, code=code)
        yield caught.value


def _refuse(code: str) -> SlackResponse:
    data = {"ok": False, "error": code, "needed": "chat:write"}
    response = SlackResponse(
        client=None, http_verb="", api_url="", req_args={}, data=data, headers={}, status_code=200
    )
    raise SlackApiError("refused", response)  # type: ignore[no-untyped-call]  # slack_sdk's


@cache
def sentences() -> dict[str, list[Sentence]]:
    """Return all sentences by their source, each once."""
    answers = {"answers of Hugging Face": hub_errors(), "answers of Slack": slack_errors()}
    found = {
        name: [Sentence(str(error), is_error=True) for error in errors]
        for name, errors in answers.items()
    }
    return {name: list(dict.fromkeys(each)) for name, each in (by_module() | found).items()}


def errors() -> list[str]:
    return [each.text for found in sentences().values() for each in found if each.is_error]


def _line(sentence: Sentence) -> str:
    """Return the line of the list; an error is marked with `!`."""
    return f"{'!' if sentence.is_error else ' '} {' '.join(sentence.text.split())}"


def test_the_list_has_every_sentence() -> None:
    parts = ("\n".join([f"[{name}]", *map(_line, each)]) for name, each in sentences().items())
    listed = "\n\n".join(parts) + "\n"
    if os.environ.get("GOLDEN") == "write":
        LIST.write_text(listed)
    assert listed == LIST.read_text(), "write it with GOLDEN=write, then read the difference"


def test_each_sentence_is_short_and_in_plain_words() -> None:
    for source, found in sentences().items():
        for sentence in found:
            text = re.sub(r"\{[^}]*\}+", "…", without_code(sentence.text))
            assert find_violations(text) == [], source
            parts = re.split(r"[.?!]\W*(?:\s|$)", text)
            assert [part for part in parts if len(part.split()) > _MAX_WORDS] == [], source


def test_each_error_ends_a_sentence() -> None:
    assert [text for text in errors() if not text.rstrip("*`)”").endswith((".", "?", "}"))] == []


def test_each_error_names_the_next_step() -> None:
    """Otherwise it is listed here with the reason."""
    assert {text for text in errors() if not _NEXT_STEP.search(text)} == set(_COMPLETE)
