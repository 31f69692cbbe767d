"""The next action for a message in Slack, and the effect of a rejection."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from bot.cards import (
    VERIFY_AFTER,
    Block,
    Card,
    DeliveryAction,
    DeliveryState,
    Message,
    Progress,
    next_action,
)
from bot.cards.delivery import (
    mark_posted,
)
from tests.unit.cards.samples import LATER, NEW, NOW, POSTED, SENDING


@pytest.mark.parametrize(
    ("card", "now", "expected"),
    [
        (NEW, NOW, DeliveryAction.POST),
        # Up to date: nothing to do. Changed since: an edit.
        (POSTED, NOW, DeliveryAction.WAIT),
        (replace(POSTED, version=2), NOW, DeliveryAction.UPDATE),
        # Slack asked for a pause.
        (replace(NEW, retry_at=NOW + timedelta(seconds=1)), NOW, DeliveryAction.WAIT),
        # A post was sent; while it may still arrive, its outcome is unknown ...
        (SENDING, NOW, DeliveryAction.WAIT),
        # ... and later the history decides.
        (SENDING, LATER, DeliveryAction.VERIFY),
        # A reply waits for the card that it answers.
        (replace(NEW, awaits_parent=True), NOW, DeliveryAction.WAIT),
        (replace(NEW, state=DeliveryState.FAILED), NOW, DeliveryAction.WAIT),
        (replace(NEW, state=DeliveryState.DELETED), NOW, DeliveryAction.WAIT),
        # A muted card is held back until the mute ends; a sent post is verified.
        (replace(NEW, muted_until=LATER), NOW, DeliveryAction.WAIT),
        (replace(NEW, muted_until=LATER), LATER, DeliveryAction.POST),
        (replace(SENDING, muted_until=LATER + VERIFY_AFTER), LATER, DeliveryAction.VERIFY),
        # A card resolved before its post is posted, but not if people deleted it.
        (replace(NEW, is_resolved=True), NOW, DeliveryAction.POST),
        (replace(NEW, is_resolved=True, times_deleted=1), NOW, DeliveryAction.WAIT),
        # ... but a card that replaces an outdated message is always posted, and then ...
        (
            replace(NEW, is_resolved=True, times_deleted=1, replaced_ts="7.0"),
            NOW,
            DeliveryAction.POST,
        ),
        (replace(NEW, muted_until=LATER, replaced_ts="7.0"), NOW, DeliveryAction.POST),
        # ... the outdated one is deleted, once the new one is current.
        (replace(POSTED, replaced_ts="7.0"), NOW, DeliveryAction.DELETE),
        (replace(POSTED, version=2, replaced_ts="7.0"), NOW, DeliveryAction.UPDATE),
    ],
)
def test_next_action(card: Card, now: datetime, expected: DeliveryAction) -> None:
    assert next_action(card, now) is expected


def test_edits_are_at_least_a_second_apart() -> None:
    card = replace(mark_posted(SENDING, "C1", "7.0", NOW), version=2)

    assert next_action(card, NOW + timedelta(milliseconds=900)) is DeliveryAction.WAIT
    assert next_action(card, NOW + timedelta(seconds=1)) is DeliveryAction.UPDATE


def shown_types(count: int, progress: int, at: int | None = None) -> list[str]:
    """Return the types of the blocks of a card with this many blocks and this progress."""
    blocks: list[Block] = [{"type": "section"} for _ in range(count)]
    if at is not None:
        blocks[at] = {"type": "actions"}
    card = replace(NEW, message=Message("broken", tuple(blocks)))
    shown = tuple(Progress(n, ({"type": "context"},)) for n in range(progress))
    return [str(block["type"]) for block in replace(card, progress=shown).content.blocks]


def test_progress_stands_above_the_buttons() -> None:
    assert shown_types(3, 1, at=1) == ["section", "context", "actions", "section"]
    assert shown_types(1, 2) == ["section", "context", "context"]


def _row(*values: str) -> Block:
    return {"type": "actions", "elements": [{"type": "button", "value": v} for v in values]}


@pytest.mark.parametrize("has_menu", [True, False])
@pytest.mark.parametrize("has_row", [True, False])
def test_buttons_of_a_decision_replace_those_of_the_card_but_not_its_menu(
    has_row: bool, has_menu: bool
) -> None:
    menu = [{"type": "overflow"}] if has_row and has_menu else []
    own = {"type": "actions", "elements": [*_row("restart a")["elements"], *menu]}
    head: Block = {"type": "section"}
    message = Message("text", (head, *([own] if has_row else [])))
    decision = _row("continue 1", "stop 1")
    card = replace(
        POSTED, message=message, progress=(Progress(1, ({"type": "context"}, decision)),)
    )

    expected = {"type": "actions", "elements": [*decision["elements"], *menu]}
    assert card.content.blocks == (head, {"type": "context"}, expected)


def test_progress_keeps_a_message_within_the_limit_of_blocks() -> None:
    shown = shown_types(50, 2, at=49)
    assert len(shown) == 50
    assert shown[-2:] == ["context", "context"]
