"""What is written down of a command never holds what may be a secret's value."""

import pytest

from bot.parsing.secrecy import scrub


@pytest.mark.parametrize(
    "text",
    [
        # as it is meant, with the value behind the key
        "secret set team-a KEY swordfish",
        "Secret set team-a KEY=swordfish",
        "secret set team-a KEY “swordfish fishing”",
        # spelled wrong, the other way round, with the command's own name before it
        "secrt set team-a KEY swordfish",
        "set secret team-a KEY swordfish",
        "/space secret set team-a KEY swordfish",
        "secretset team-a KEY swordfish x",
        # no key in capitals: only the verb is kept
        "secret set team-a key swordfish",
        # a token, wherever it stands
        "variable set team-a KEY sk-swordfish",
        "wake hf_swordfish",
        "secret set hf_swordfish",
    ],
)
def test_a_value_is_not_kept(text: str) -> None:
    assert "swordfish" not in scrub(text)


@pytest.mark.parametrize(
    "text",
    [
        # what holds no value is kept as it was typed
        "secret set team-a KEY",
        "secret list team-a",
        "wake secret-garden team-a team-b team-c",
        "variable set team-a MODE exam",
    ],
)
def test_the_rest_is_kept(text: str) -> None:
    assert scrub(text) == text
