"""Token shapes: an example of each, in any context."""

import pytest

from bot.redaction import (
    MASK,
    TOKEN_SHAPES,
    has_secret,
    redact,
    redact_secrets,
)
from tests.tokens import RESTS, TOKENS, left_of


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
