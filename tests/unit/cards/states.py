"""Cards in every combination of the facts that transitions depend on."""

from dataclasses import replace
from datetime import timedelta
from itertools import product

from bot.cards import Card, DeliveryState
from bot.cards.keys import CardKey
from tests.unit.cards.samples import NEW, NOW

SOON = NOW + timedelta(hours=1)


def every_card() -> list[Card]:
    """Return a card for each combination, with ids from 1."""
    facts = product(
        DeliveryState,
        (None, "7.0"),  # ts
        (0, 1, 2),  # posted_version, of version 2
        (False, True),  # is_resolved
        (0, 1),  # times_deleted
        (None, "6.0"),  # replaced_ts
        (None, SOON),  # muted_until, and failing since now
    )
    return [
        replace(
            NEW,
            id=id,
            key=CardKey.incident(id),
            nonce=str(id),
            version=2,
            plain=True,
            attempts=3,
            state=state,
            ts=ts,
            posted_version=posted_version,
            is_resolved=is_resolved,
            times_deleted=times_deleted,
            replaced_ts=replaced_ts,
            muted_until=until,
            failing_since=NOW if until else None,
            retry_at=until,
        )
        for id, (
            state,
            ts,
            posted_version,
            is_resolved,
            times_deleted,
            replaced_ts,
            until,
        ) in enumerate(facts, start=1)
    ]
