"""Cards of Hub outages."""

import pytest

from bot.alerts.hub_outage import HubOutage
from bot.cards import Message
from bot.render.alerts import outage_card
from tests import goldens
from tests.unit.render.alerts.samples import AT, LATER

CARDS: dict[str, Message] = {
    "blind": outage_card.card(HubOutage(AT, {"acme": "The Hub does not answer."}, announced=True)),
    "blind_again": outage_card.card(
        HubOutage(
            LATER, {"acme": "The Hub does not answer."}, announced=True, occurrences=3, first_at=AT
        )
    ),
    "limited": outage_card.card(
        HubOutage(AT, {"acme": "Too many."}, announced=True, limited_until=LATER)
    ),
    "limited_over": outage_card.card(
        HubOutage(AT, {"acme": "Too many."}, announced=True, ended_at=LATER, limited_until=LATER)
    ),
    "blind_over": outage_card.card(
        HubOutage(AT, {"acme": "The Hub does not answer."}, announced=True, ended_at=LATER)
    ),
}


@pytest.mark.parametrize("name", CARDS)
def test_message_matches_its_golden(name: str) -> None:
    goldens.check_card(f"alerts/{name}", CARDS[name])
