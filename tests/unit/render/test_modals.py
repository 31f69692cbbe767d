"""Modals: metadata, and the button that opens one."""

import pytest

from bot.cards import Message
from bot.errors import UsageError
from bot.model import Space
from bot.render import confirmations, modals, secrets_and_variables, uploads
from bot.render.modals import FormMetadata
from tests.goldens import check_message
from tests.unit.render.form_samples import NAMES

MESSAGES: dict[str, Message] = {
    "open_form": modals.open_form_message(
        secrets_and_variables.secret_form("API_KEY", ["a", "b"], up=1), "secret set a b API_KEY"
    ),
    "open_form_with_files": modals.open_form_message(
        uploads.form(NAMES, "acme/if-a"), "upload a", "Choose the files again."
    ),
}


@pytest.mark.parametrize("name", MESSAGES)
def test_message_matches_its_golden(name: str) -> None:
    check_message(f"forms/{name}", MESSAGES[name])


def test_modal_metadata_round_trips() -> None:
    metadata = FormMetadata("secret set “ä” KEY", "C1", None, ("F1", "F2"))

    assert (
        modals.read_metadata(
            modals.with_metadata(
                confirmations.delete_form(Space("acme/if-a", "RUNNING")), metadata
            )["private_metadata"]
        )
        == metadata
    )


def test_too_long_modal_metadata_is_rejected_with_advice() -> None:
    with pytest.raises(UsageError, match="too many Spaces"):
        modals.with_metadata(
            confirmations.delete_form(Space("acme/if-a", "RUNNING")), FormMetadata("x" * 2001, "C1")
        )
