"""What is, or may be, a secret is not shown; what a reader needs to know is."""

import html
import json
import re
from base64 import b64encode, urlsafe_b64encode
from urllib.parse import quote, quote_plus

import pytest

from bot.redaction import (
    MASK,
    TOKEN_SHAPES,
    KnownSecrets,
    has_secret,
    redact,
    redact_lines,
    redact_secrets,
    text,
)
from tests.tokens import OTHERS, RESTS, TOKENS, left_of


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        # By what providers let their tokens begin with.
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


def test_every_token_prefix_has_an_example() -> None:
    prefixes = [prefix for shape in TOKEN_SHAPES for prefix in shape.prefixes]

    assert sorted(prefixes) == sorted(RESTS)


@pytest.mark.parametrize("token", TOKENS.values(), ids=TOKENS)
def test_token_is_redacted_completely_in_any_context(token: str) -> None:
    for before, after in (("", ""), ("KEY=", ", and"), ('"', '"'), ("to ", "."), ("(", ")")):
        said = f"{before}{token}{after}"

        assert has_secret(said)
        shown = redact_secrets(said)
        assert MASK in shown
        assert left_of(token, shown) == []


def test_the_issues_own_example_is_a_token() -> None:
    assert redact_secrets("status npm_AbCdEf1234567890ghij") == "status ***"


def test_truncated_token_is_redacted_if_long_enough() -> None:
    for prefix in ("npm_", "gho_", "r8_", "xai-", "pplx-", "shpat_", "dop_v1_", "sk-", "gsk_"):
        assert has_secret(TOKENS[prefix][: len(prefix) + 20]), prefix


@pytest.mark.parametrize(
    "name",
    [
        # Spaces are called so
        *("team-a", "hf_space", "hf-transformers-demo", "hf_swordfish", "hf_playground_2026"),
        *("sk-learn-demo", "sk-learn-classifier-demo-2", "sk-ant-colony-optimization-2024"),
        *("sk-proj-my-classifier-2024", "xai-explainability-demo-2026", "pplx-clone", "npm-search"),
        *("npm_registry_mirror_2026", "r8_demo", "fw_dashboard", "gsk_pharma_dashboard_2026"),
        *("ghs_dashboard", "glft-charts", "dapi", "dapi-backend", "SG.charts.2026", "ASIAPACIFIC"),
        *("nvapi-playground", "tvly-search-agent-2026", "ntn_notes", "AIzawa", "ya29", "1//0"),
        *("acme/sk-learn-demo", "https://huggingface.co/spaces/acme/hf_space"),
        # commits, ids, addresses, and words of programs
        *("0f1e2d3c4b5a69788796a5b4c3d2e1f00f1e2d3c", "U024BE7LH", "1700000000.123456"),
        *("0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0", "ifcore-org/ifcore-team-a", "http://host:80/a@b"),
        *("hf_hub_download", "hf_oauth_redirect_uri", "npm_lifecycle_event", "sk_test_size"),
        *("12:AA", "Root=1-2-3", "the -----BEGIN PRIVATE KEY----- is missing"),
    ],
)  # fmt: skip
def test_name_of_a_space_is_not_redacted(name: str) -> None:
    assert not has_secret(name)
    assert redact(f"wake {name}") == f"wake {name}"


def test_only_the_lines_of_a_private_key_are_redacted() -> None:
    lines = ["before", *OTHERS["private key"].splitlines(), "after"]

    assert redact_lines(lines) == ["before", "***", "after"]


# -- values that are known

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
        # where the text goes on, it only begins alike
        ("swordfish are fish", "swordfish are fish"),
    ],
)
def test_truncated_known_value_is_redacted(said: str, shown: str) -> None:
    assert KnownSecrets(["swordfish-0123456789"], "•••").redact(said) == shown


# -- what it costs


def test_ordinary_text_runs_no_pattern() -> None:
    """Forty thousand characters: all that is done is to look for each prefix."""
    paste = "the quick brown fox wakes team-a, hf-space and commit 0f1e2d3c4b5a 2026\n" * 600

    assert len(paste) > 40_000
    assert text._possible_in(paste) == []
    assert len(text._possible_in(f"{paste}{TOKENS['npm_']}")) == 1
