"""The stored text of a command never contains a possible secret value."""

from time import process_time

import pytest

from bot import commands
from bot.parsing import (
    NameIndex,
    secret_guard,
)
from bot.parsing.secret_guard import is_free_of_secrets, may_contain_secret, redact_request
from bot.parsing.text import MAX_TEXT_LENGTH

VERBS = commands.load()
NAMES = NameIndex.of(
    [f"acme/{name}" for name in ("team-a", "team-b", "secret-garden", "team-secret", "LAB")]
)


@pytest.mark.parametrize(
    ("text", "stored"),
    [
        # with the value after the key, before it, or in its place
        ("secret set team-a KEY swordfish", "secret set team-a …"),
        ("Secret set team-a KEY=swordfish", "Secret set team-a …"),
        ("secret set team-a KEY “swordfish fishing”", "secret set team-a …"),
        ("secret set team-a swordfish KEY", "secret set team-a …"),
        ("secret set sword-fish team-a KEY", "secret set …"),
        ("secret set team-a swordfish", "secret set team-a …"),
        ("secret set SWORDFISH team-a", "secret set …"),
        ("secret set team-a 0123456789SWORDFISH", "secret set team-a …"),
        ("secret set team-a A0123456789012345SWORDFISH", "secret set team-a …"),
        ("secret set sword*fish KEY", "secret set …"),
        ("secret list team-a swordfish", "secret list team-a …"),
        ("help secret set KEY swordfish", "help secret set …"),
        # without the verb, or with another, spelled wrong, the other way round, in a sentence
        ("secret swordfish", "secret …"),
        ("secret team-a KEY=swordfish", "secret team-a …"),
        ("secrt set team-a KEY swordfish", "…"),
        ("set secret team-a KEY swordfish", "set secret team-a …"),
        ("/space secret set team-a KEY swordfish", "…"),
        ("secretset team-a KEY swordfish x", "…"),
        ("please set the s3cret KEY to swordfish", "…"),
        ("“set secret” KEY swordfish", "…"),
        ("create secret KEY swordfish", "create secret …"),
        ("wake team-a API_SECRET swordfish", "wake team-a …"),
        ("team-a secret: swordfish", "team-a secret …"),
        # a label that is not read is not kept either
        ("secret list <https://huggingface.co/spaces/acme/team-a|swordfish>", None),
        # too long to be parsed
        (f"secret set team-a KEY {'swordfish ' * 1000}", "secret set team-a …"),
        # a token in any position
        ("variable set team-a KEY sk-swordfish0123456789", "variable set team-a …"),
        ("wake hf_swordfish0123456789", "wake …"),
        ("team-a HF_TOKEN hf_swordfish0123456789", "team-a …"),
    ],
)
def test_possible_secret_value_is_redacted(text: str, stored: str | None) -> None:
    assert "swordfish" not in redact_request(text, VERBS, NAMES).casefold()
    if stored:
        assert redact_request(text, VERBS, NAMES) == stored


@pytest.mark.parametrize(
    "text",
    [
        # what holds no value is kept as it was typed
        "secret set team-a KEY",
        "secret set team-a team-b S3_KEY_V2",
        "secret set all except LAB KEY",
        "secret delete team-* KEY",
        "secret set team-a",
        "secret list team-a",
        "secret list sleeping",
        "secret",
        "secret set",
        "help secret set",
        "help secrets",
        # Spaces with such names, known or not, and text about them
        "secret-garden",
        "secret-g",
        "team-a secret-garden",
        "wke secret-garden",
        "start team-secret",
        "wake secret-garden team-a team-b team-c",
        "status secret-gardn",
        "status https://huggingface.co/spaces/acme/secret-garden",
        "logs secret-garden build 100",
        "mute team-secret until 15:00",
        "provision secret-1..30 secret-elf",
        "create secretsanta docker",
        "audit secret 7d",
        "audit secret @UTA 2 days",
        "delete team-a/secret-santa",
        # … or like the beginning of a token
        "create hf_swordfish docker",
        "status sk-learn-demo-2026",
        # variables are public
        "variable set team-a MODE exam",
        "variable set team-a SECRET_MODE my little secret",
        "wake team-a",
    ],
)
def test_text_without_secrets_is_stored_as_typed(text: str) -> None:
    assert redact_request(text, VERBS, NAMES) == text
    assert is_free_of_secrets(text, VERBS, NAMES)
    assert not may_contain_secret(text, VERBS, NAMES)


@pytest.mark.parametrize("text", ["secret set team-new KEY", "secret set teem-a KEY"])
def test_unknown_space_is_resolved_but_redacted_from_storage(text: str) -> None:
    assert not may_contain_secret(text, VERBS, NAMES)
    assert redact_request(text, VERBS, NAMES) == "secret set …"


@pytest.mark.timed
def test_repeated_token_prefix_is_scanned_quickly() -> None:
    """It runs before the acknowledgment, where quadratic time would delay all requests."""

    def measure_seconds() -> float:
        started = process_time()
        secret_guard.mentions_secrets("sk-" * (4 * MAX_TEXT_LENGTH))
        return process_time() - started

    assert min(measure_seconds() for _ in range(3)) < 0.5
