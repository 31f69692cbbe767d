"""Cards of Hub outages."""

import pytest

from bot.alerts.hub_outage import HubOutage
from bot.cards import Message
from bot.render.alerts import outage_card
from tests import goldens
from tests.unit.render.alerts.samples import AT, LATER

CARDS: dict[str, Message] = {
    "hub_outage": outage_card.card(
        HubOutage(AT, {"acme": "Hugging Face didn't respond in time."}, announced=True)
    ),
    "hub_outage_again": outage_card.card(
        HubOutage(
            LATER,
            {"acme": "Hugging Face didn't respond in time."},
            announced=True,
            occurrences=3,
            first_at=AT,
        )
    ),
    "rate_limit": outage_card.card(
        HubOutage(AT, {"acme": "Too many."}, announced=True, limited_until=LATER)
    ),
    "rate_limit_over": outage_card.card(
        HubOutage(AT, {"acme": "Too many."}, announced=True, ended_at=LATER, limited_until=LATER)
    ),
    "hub_outage_resolved": outage_card.card(
        HubOutage(
            AT, {"acme": "Hugging Face didn't respond in time."}, announced=True, ended_at=LATER
        )
    ),
}


@pytest.mark.parametrize("name", CARDS)
def test_message_matches_its_golden(name: str) -> None:
    goldens.check_card(f"alerts/{name}", CARDS[name])
