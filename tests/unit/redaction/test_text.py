"""Redaction of text: secrets, keys and long lines."""

import pytest

from bot.redaction import (
    redact,
    redact_lines,
    redact_secrets,
    text,
)
from tests.tokens import OTHERS, TOKENS


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        # By the prefixes of providers' tokens.
        ("Bearer xapp-1-A-2-f00", "Bearer ***"),
        ("Invalid API Key: gsk_abcdEFGH1234567890abcdEFGH", "Invalid API Key: ***"),
        (
            "stripe: Invalid API Key provided: sk_live_51AbCd12",
            "stripe: Invalid API Key provided: ***",
        ),
        ("replicate: token r8_AbCdEf1234567890 rejected", "replicate: token *** rejected"),
        ("npm_abcdefghijklmnopqrstuvwxyz0123456789 is bad", "*** is bad"),
        ("pypi-AgEIcHlwaS5vcmcCJ is bad", "*** is bad"),
        ("ya29.a0AfH6SMBabcdefghijk is bad", "*** is bad"),
        ("glpat-abcdef123 ghs_abcdef123 ASIAABCDEF123456", "*** *** ***"),
        ("eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.sig-1 is bad", "*** is bad"),
        # By the header that carries them.
        ("Authorization: Basic dXNlcjpwYXNzd29yZA==", "Authorization: Basic ***"),
        ("{'Authorization': 'Basic abcdefgh'}", "{'Authorization': 'Basic ***'}"),
        ("Authorization: Bearer abc.def-ghi", "Authorization: Bearer ***"),
        # By their place in an address.
        ("git clone https://me:pw12345@host/x", "git clone https://***@host/x"),
        ("mongodb+srv://user:p/w@host", "mongodb+srv://***@host"),
        # By their name, with a sign between name and value or without one.
        ("x-api-key: abcdef123456", "x-api-key: ***"),
        ("Incorrect API key provided: abcdefghijkl", "Incorrect API key provided: ***"),
        ("AWS_SECRET_ACCESS_KEY wJalrXUtnFEMI/K7MDENG", "AWS_SECRET_ACCESS_KEY ***"),
        ("password 'hunter2hunter2' is wrong", "password *** is wrong"),
        ("{'api_key': 'abcdef12'}", "{'api_key': ***}"),
        ('{"api_key": "abcdef12"}', '{"api_key": ***}'),
        ("token 'abc123def456ghi' rejected", "token '***' rejected"),
    ],
)
def test_secret_is_redacted(line: str, shown: str) -> None:
    assert redact(line) == shown


@pytest.mark.parametrize(
    "line",
    [
        "token is missing",
        "Invalid token: expired.",
        "api key: required",
        "KeyError: 'API_KEY'",
        "Secret 'OPENAI_API_KEY' is not set",
        'client = OpenAI(api_key=os.environ["OPENAI_API_KEY"])',
        "OPENAI_API_KEY environment variable not set",
        "API key not valid. Please pass a valid API key.",
        'FATAL: password authentication failed for user "postgres"',
        "HTTP basic authentication failed, bearer authentication required",
        "SyntaxError: Unexpected token 'else'",
        "SyntaxError: unexpected token: '}'",
        "TokenError 'unexpected EOF in multi-line statement'",
        "Loading tokenizer: BertTokenizer",
        "Token indices sequence length is longer than 512",
        "module 'huggingface_hub' has no attribute 'hf_hub_url_2026_03_02'",
        "npm_lifecycle_event of pypi-mirror and sk-learn",
        "http://host:80/a@b",
    ],
)
def test_ordinary_line_is_unchanged(line: str) -> None:
    assert redact(line) == line


@pytest.mark.timeout(5)
@pytest.mark.parametrize(
    "part",
    [
        "a", "_", " ", "@", "1a", "sk-", "sk-a", "eyJ-", "eyJaaaaaaaa.", "://", "://a:", "://:@",
        "postgres://a:", "token", "token ", "token 'A_", "secret=", "secret  ", "password '",
        "bearer ", "basic a", "authorization: basic ", "api key provided", "SG.aaaaaaaaaaaaaa.",
        "https://hooks.slack.com/", "xoxb.xoxb-",
    ],
)  # fmt: skip
def test_redaction_of_a_long_line_is_fast(part: str) -> None:
    line = part * (200_000 // len(part))
    assert len(redact_secrets(line)) >= len(redact(line))  # it is the time limit that judges


def test_only_the_lines_of_a_private_key_are_redacted() -> None:
    lines = ["before", *OTHERS["private key"].splitlines(), "after"]

    assert redact_lines(lines) == ["before", "***", "after"]


def test_ordinary_text_runs_no_pattern() -> None:
    """For forty thousand characters, the only work is the search for each prefix."""
    paste = "the quick brown fox wakes team-a, hf-space and commit 0f1e2d3c4b5a 2026\n" * 600

    assert len(paste) > 40_000
    assert text._possible_in(paste) == []
    assert len(text._possible_in(f"{paste}{TOKENS['npm_']}")) == 1
