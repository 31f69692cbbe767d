"""Results of bulk actions."""

import pytest

from bot.cards import Message
from bot.model import KeyKind
from bot.render import bulk_results
from tests.goldens import check_message
from tests.unit.render.form_samples import NAMES

PHRASES = bulk_results.ResultPhrases(
    "Secret API_KEY set on {}",
    "Secret API_KEY not set on {}",
    "U1",
    footnote="Running apps are restarting.",
    retry_command="secret set {} API_KEY",
)


MESSAGES: dict[str, Message] = {
    "bulk_done": bulk_results.card(PHRASES, {"acme/if-a": ""}, NAMES),
    "bulk_failed": bulk_results.card(
        PHRASES, {"acme/if-a": "Hugging Face refused this: “no”."}, NAMES
    ),
    "bulk_mixed": bulk_results.card(
        PHRASES,
        {"acme/if-a": "", "acme/if-b": "Hugging Face refused this: “no”.", "acme/if-c": ""},
        NAMES,
    ),
}


@pytest.mark.parametrize("name", MESSAGES)
def test_message_matches_its_golden(name: str) -> None:
    check_message(f"forms/{name}", MESSAGES[name])


@pytest.mark.parametrize(
    ("spaces", "where"),
    [(["a"], "on a."), (["a", "b"], "on a and b."), (list("abcd"), "on any of 4 Spaces.")],
)
def test_a_missing_key_names_up_to_three_spaces(spaces: list[str], where: str) -> None:
    text = bulk_results.missing_key(KeyKind.SECRET, "API_KEY", spaces)

    assert text == f"There's no secret API_KEY {where} Check the key with `secret list`."
