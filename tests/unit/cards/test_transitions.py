"""The transitions of a card when its subject changes."""

from dataclasses import replace
from datetime import timedelta
from functools import partial

import pytest

from bot.cards import Card, DeliveryState, Message, Progress
from bot.cards.keys import CardKey
from bot.cards.transitions import (
    Parent,
    attach,
    can_show_progress,
    cancel_unposted,
    drop_progress,
    drop_reply,
    is_check_due,
    is_reposted,
    mark_resolved,
    refresh,
    remove_buttons,
    remove_offers,
    reopen,
    repost_if_deleted,
    reset_backoff,
    set_content,
    set_progress,
)
from tests.unit.cards.samples import NEW, NOW, POSTED, SENDING

FAILED = replace(NEW, state=DeliveryState.FAILED, plain=True)
DELETED = replace(NEW, state=DeliveryState.DELETED, times_deleted=1)
MUTED = replace(NEW, muted_until=NOW + timedelta(hours=1))
NEWS = Message("worse")
resolve = partial(mark_resolved, now=NOW)


@pytest.mark.parametrize(
    ("card", "state"),
    [
        (NEW, DeliveryState.NEW),
        (SENDING, DeliveryState.SENDING),
        (POSTED, DeliveryState.POSTED),
        (DELETED, DeliveryState.DELETED),
        # A failed card is retried with its new content, unless it is resolved.
        (FAILED, DeliveryState.NEW),
        (replace(FAILED, ts="7.0"), DeliveryState.POSTED),
        (replace(FAILED, is_resolved=True), DeliveryState.FAILED),
    ],
)
def test_new_content_makes_a_card_outdated_and_retries_a_failed_one(
    card: Card, state: DeliveryState
) -> None:
    after = set_content(card, NEWS)
    assert (after.message, after.version, after.content_version) == (NEWS, 2, 2)
    assert (after.state, after.plain) == (state, False)


@pytest.mark.parametrize("card", [NEW, POSTED, FAILED])
def test_equal_content_changes_nothing(card: Card) -> None:
    assert set_content(card, card.message) == card


@pytest.mark.parametrize(
    ("card", "is_due"),
    [
        (replace(POSTED, retry_at=NOW - timedelta(minutes=5)), True),
        (replace(POSTED, retry_at=NOW - timedelta(minutes=4)), False),
        # Its next edit is due anyway.
        (replace(POSTED, retry_at=NOW - timedelta(hours=1), version=2), False),
        (replace(SENDING, retry_at=NOW - timedelta(hours=1)), False),
        (DELETED, False),
    ],
)
def test_a_check_is_due_some_minutes_after_the_last_edit(card: Card, *, is_due: bool) -> None:
    assert is_check_due(card, NOW) is is_due


def test_an_offer_that_is_over_leaves_the_text() -> None:
    text, note, row = ({"type": type} for type in ("section", "context", "actions"))
    offered = replace(POSTED, message=Message("muted", (text, row, note)))

    assert remove_buttons(offered).message.blocks == (text, note)
    assert remove_offers(offered).message.blocks == (text,)
    assert remove_offers(offered).content_version == offered.content_version, "it is no news"
    deleted = replace(offered, state=DeliveryState.DELETED)
    assert remove_offers(deleted) == deleted


def test_the_progress_that_another_card_shows_is_dropped() -> None:
    one, two = Progress(1, ()), Progress(2, ())
    shown = replace(POSTED, progress=(one, two))

    assert drop_progress(shown, 1).progress == (two,)
    assert drop_progress(shown, 1).version == shown.version + 1
    assert drop_progress(shown, 3) == shown


def test_a_refresh_repeats_the_content_with_its_blocks() -> None:
    after = refresh(replace(POSTED, plain=True))
    assert (after.version, after.content_version, after.plain) == (2, 1, False)


@pytest.mark.parametrize(
    ("card", "state"),
    [
        (NEW, DeliveryState.NEW),  # it is posted, because the problem was real
        (POSTED, DeliveryState.POSTED),
        (MUTED, DeliveryState.DELETED),
        (replace(MUTED, muted_until=NOW), DeliveryState.NEW),  # the mute is over
        (replace(MUTED, state=DeliveryState.SENDING), DeliveryState.SENDING),
        (replace(MUTED, replaced_ts="6.0"), DeliveryState.NEW),  # an outdated message is visible
        (replace(NEW, times_deleted=1), DeliveryState.DELETED),
    ],
)
def test_a_resolved_card_that_nobody_has_seen_or_wants_is_dropped(
    card: Card, state: DeliveryState
) -> None:
    after = resolve(card)
    assert (after.is_resolved, after.state) == (True, state)


@pytest.mark.parametrize(
    ("card", "expected"),
    [
        (resolve(DELETED), replace(DELETED, state=DeliveryState.NEW)),
        (resolve(POSTED), POSTED),
        (DELETED, DELETED),  # not resolved, so it stays deleted
    ],
)
def test_a_reopened_card_is_posted_again_if_it_was_deleted(card: Card, expected: Card) -> None:
    assert reopen(card) == expected


@pytest.mark.parametrize(
    ("card", "expected"),
    [
        (DELETED, NEW),
        (replace(POSTED, times_deleted=1), POSTED),
        (resolve(DELETED), resolve(DELETED)),
    ],
)
def test_news_post_a_deleted_card_again_while_its_subject_lasts(card: Card, expected: Card) -> None:
    assert repost_if_deleted(card) == expected


@pytest.mark.parametrize(
    ("card", "is_dropped"),
    [
        (NEW, True),
        (MUTED, True),
        (SENDING, False),  # its post may exist
        (POSTED, False),
        (FAILED, False),
        (replace(NEW, replaced_ts="6.0"), False),
    ],
)
def test_only_a_card_without_a_message_is_canceled(card: Card, *, is_dropped: bool) -> None:
    expected = DeliveryState.DELETED if is_dropped else card.state
    assert cancel_unposted(card) == replace(card, state=expected)


@pytest.mark.parametrize(
    ("card", "is_reset"),
    [
        (replace(NEW, failing_since=NOW, attempts=3, retry_at=NOW), True),
        (replace(FAILED, failing_since=NOW, attempts=3, retry_at=NOW), False),
        (replace(NEW, attempts=3, retry_at=NOW), False),  # a pause between edits
    ],
)
def test_only_a_refused_card_is_retried_at_once(card: Card, *, is_reset: bool) -> None:
    assert reset_backoff(card) == (replace(card, attempts=0, retry_at=None) if is_reset else card)


REPLY = replace(NEW, id=2, key=CardKey.final_reply(1))
QUESTION = replace(REPLY, key=CardKey.ack_check("U1", NOW, NOW))
GONE = replace(DELETED, state=DeliveryState.NEW)


@pytest.mark.parametrize(
    ("reply", "parent", "is_dropped"),
    [
        (REPLY, GONE, True),
        (REPLY, DELETED, True),
        (replace(REPLY, user="U1"), GONE, False),  # its requester waits for it
        (replace(REPLY, state=DeliveryState.SENDING), GONE, False),
        (QUESTION, GONE, False),  # no other card asks it
        (QUESTION, DELETED, True),
    ],
)
def test_a_card_that_is_posted_again_replaces_its_unposted_replies(
    reply: Card, parent: Card, *, is_dropped: bool
) -> None:
    expected = DeliveryState.DELETED if is_dropped else reply.state
    assert drop_reply(reply, parent) == replace(reply, state=expected)


@pytest.mark.parametrize(
    ("card", "expected"),
    [
        (POSTED, False),
        (GONE, True),
        (replace(POSTED, ts=None, replaced_ts="6.0"), True),
        (replace(POSTED, replaced_ts="6.0"), False),
        (replace(POSTED, times_deleted=1), False),
    ],
)
def test_a_card_that_lost_its_message_is_reposted(card: Card, *, expected: bool) -> None:
    assert is_reposted(card) is expected


@pytest.mark.parametrize(
    ("user", "parent", "expected"),
    [
        # In the thread of its parent, in the channel of that.
        ("U1", Parent("D7", "7.0", DeliveryState.POSTED), ("D7", "7.0", False, False)),
        ("U1", Parent(None, None, DeliveryState.NEW), ("C1", None, True, False)),
        # A reply to a missing card goes to the requester directly, or isn't sent.
        ("U1", Parent(None, None, DeliveryState.FAILED), ("C1", None, False, True)),
        ("U1", Parent("C1", None, DeliveryState.DELETED), ("C1", None, False, True)),
        (None, Parent(None, None, DeliveryState.FAILED), ("C1", None, True, False)),
    ],
)
def test_a_reply_goes_where_its_parent_is_or_to_the_requester(
    user: str | None, parent: Parent, expected: tuple[str, str | None, bool, bool]
) -> None:
    after = attach(replace(REPLY, user=user), parent)
    assert (after.channel, after.thread, after.awaits_parent, after.via_dm) == expected


def test_reply_moved_to_a_direct_message_is_in_no_thread() -> None:
    moved = replace(REPLY, user="U1", via_dm=True)

    after = attach(moved, Parent("C1", "7.0", DeliveryState.POSTED))

    assert (after.target_channel, after.thread, after.awaits_parent) == ("U1", None, False)


def progress(operation: int, text: str = "Restarting") -> Progress:
    return Progress(operation, ({"type": "section", "text": {"type": "mrkdwn", "text": text}},))


def test_progress_of_an_operation_is_news_and_replaces_its_former_progress() -> None:
    first = set_progress(POSTED, progress(3))
    after = set_progress(first, progress(3, "Restarted"))

    assert (first.version, first.content_version) == (2, 2)
    assert after.progress == (progress(3, "Restarted"),)
    assert after.message == POSTED.message
    assert set_progress(after, progress(3, "Restarted")) == after


def test_a_card_shows_the_progress_of_the_last_two_operations_in_their_order() -> None:
    card = POSTED
    for operation in (5, 3, 7):
        card = set_progress(card, progress(operation))

    assert [shown.operation for shown in card.progress] == [5, 7]


def test_what_waits_for_a_person_stays_on_the_card_whatever_follows() -> None:
    buttons = {"type": "actions", "elements": [{"type": "button", "value": "continue 3"}]}
    held = Progress(3, (*progress(3).blocks, buttons))
    card = set_progress(POSTED, held)
    for operation in (5, 7):
        card = set_progress(card, progress(operation))

    assert [shown.operation for shown in card.progress] == [3, 7]


@pytest.mark.parametrize(
    ("card", "can_show"),
    [
        (POSTED, True),
        (SENDING, True),
        (replace(POSTED, is_resolved=True), True),
        (replace(POSTED, refusal="ratelimited"), True),
        (replace(POSTED, refusal="not_in_channel"), False),
        (replace(POSTED, refusal="is_archived"), False),
        (FAILED, False),
        (DELETED, False),
    ],
)
def test_a_card_that_people_do_not_see_shows_no_progress(card: Card, can_show: bool) -> None:
    assert can_show_progress(card) is can_show
