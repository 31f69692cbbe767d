"""Forms and lists of secrets and variables."""

import pytest

from bot.cards import Message
from bot.errors import HubUnavailable
from bot.model import KeyKind
from bot.operations import Rollout
from bot.parsing import NameIndex
from bot.render import rollouts, secrets_and_variables
from bot.render.modals import View
from tests.goldens import check_form, check_message
from tests.slack_limits import violations
from tests.unit.render.form_samples import NAMES

UNAVAILABLE = HubUnavailable("Hugging Face didn't respond in time. Try again in a moment.")


NAMES_OF_60 = [f"team-{number}" for number in range(1, 61)]
WAVES = rollouts.waves_note(Rollout((1, 6, 53)))
VIEWS: dict[str, View] = {
    "secret_set": secrets_and_variables.secret_form("API_KEY", ["a", "b"], up=1),
    "secret_set_one": secrets_and_variables.secret_form("API_KEY", ["a"], up=1),
    "secret_delete": secrets_and_variables.delete_form(KeyKind.SECRET, "API_KEY", ["a", "b"], up=2),
    "variable_set": secrets_and_variables.variable_form("MODE", ["a"], 0, "exam"),
    "variable_set_in_waves": secrets_and_variables.variable_form(
        "MODE", NAMES_OF_60, 60, "exam", WAVES
    ),
    "variable_delete_in_waves": secrets_and_variables.delete_form(
        KeyKind.VARIABLE, "MODE", NAMES_OF_60, up=60, waves=WAVES
    ),
    "variable_delete": secrets_and_variables.delete_form(KeyKind.VARIABLE, "MODE", ["a"], up=0),
}


@pytest.mark.parametrize("name", VIEWS)
def test_modal_matches_its_golden(name: str) -> None:
    check_form(name, VIEWS[name])


MESSAGES: dict[str, Message] = {
    "secrets": secrets_and_variables.secret_list(
        {"acme/if-a": ("API_KEY", "HF_TOKEN"), "acme/if-b": (), "acme/if-c": UNAVAILABLE}, NAMES
    ),
    "variables": secrets_and_variables.variable_list(
        {"acme/if-a": {"MODE": "exam", "TEAM": "a"}, "acme/if-b": {}, "acme/if-c": UNAVAILABLE},
        NAMES,
    ),
}


@pytest.mark.parametrize("name", MESSAGES)
def test_message_matches_its_golden(name: str) -> None:
    check_message(f"forms/{name}", MESSAGES[name])


def test_list_of_many_variables_is_cut_to_fit_one_message() -> None:
    ids = [f"acme/team-{n}" for n in range(1, 101)]
    pairs = {f"VARIABLE_{n}": "v" * 60 for n in range(12)}

    listing = secrets_and_variables.variable_list(dict.fromkeys(ids, pairs), NameIndex.of(ids))

    assert violations(listing) == []
    assert "|team-7>*" in str(listing.blocks)
    assert "more Spaces. Name fewer to see theirs." in str(listing.blocks[-1])
