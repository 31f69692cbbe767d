"""Confirmations: warnings, prices and the deletion form."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import pytest

from bot.cards import Message
from bot.model import Space
from bot.operations import Verb, assess
from bot.render import (
    confirmations,
    operation_replies,
)
from bot.render.modals import View
from tests.goldens import check_form, check_message
from tests.unit.render.fleet_samples import NAMES, PAUSE, SPACES

VIEWS: dict[str, View] = {
    "delete": confirmations.delete_form(Space("acme/if-a", "RUNNING")),
}


@pytest.mark.parametrize("name", VIEWS)
def test_modal_matches_its_golden(name: str) -> None:
    check_form(name, VIEWS[name])


def warning(
    verb: Verb, spaces: Sequence[Space], prices: Mapping[str, float] | None = None
) -> list[str]:
    risk = assess(verb, spaces)
    assert risk
    return confirmations.warning(risk, NAMES, prices or {})


CASES: dict[str, Message] = {
    "confirmation": operation_replies.confirmation(
        PAUSE, warning(Verb.PAUSE, SPACES[:1]), PAUSE.id, NAMES
    ),
    "confirmation_paid": operation_replies.confirmation(
        PAUSE,
        warning(Verb.WAKE, [replace(SPACES[1], hardware="t4-small")], {"t4-small": 0.4}),
        PAUSE.id,
        NAMES,
    ),
    "confirmation_unknown": operation_replies.confirmation(
        replace(PAUSE, verb=Verb.RESTART),
        warning(Verb.RESTART, [SPACES[0], SPACES[3]]),
        PAUSE.id,
        NAMES,
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_message_matches_its_golden(name: str) -> None:
    check_message(f"answers/{name}", CASES[name])
