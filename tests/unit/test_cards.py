"""What is done next about a message in Slack, and what a refusal means for it."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.cards import (
    VERIFY_AFTER,
    Card,
    DeliveryAction,
    DeliveryState,
    Message,
    MessageRef,
    next_action,
)
from bot.delivery import (
    RETRY_AFTER_MISCONFIGURATION,
    mark_adopted,
    mark_not_found,
    mark_posted,
    mark_rejected,
    mark_sending,
    mark_unverified,
)
from bot.errors import SlackAmbiguous, SlackError, SlackTooFast, SlackUnavailable

NOW = datetime(2026, 3, 2, tzinfo=UTC)
NEW = Card(1, "incident:5", "C1", Message("broken"), 1, 0, DeliveryState.NEW, "nonce")
SENDING = mark_sending(NEW, NOW)
POSTED = replace(mark_posted(SENDING, "C1", "7.0", NOW), retry_at=None)
LATER = NOW + VERIFY_AFTER
GONE = SlackError("gone", "message_not_found")


@pytest.mark.parametrize(
    ("card", "now", "expected"),
    [
        (NEW, NOW, DeliveryAction.POST),
        # As it should be: nothing to do. Changed since: an edit.
        (POSTED, NOW, DeliveryAction.WAIT),
        (replace(POSTED, version=2), NOW, DeliveryAction.UPDATE),
        # Slack asked for a pause.
        (replace(NEW, retry_at=NOW + timedelta(seconds=1)), NOW, DeliveryAction.WAIT),
        # A post has left; until it cannot be under way any more, nothing is known ...
        (SENDING, NOW, DeliveryAction.WAIT),
        # ... and then the history knows.
        (SENDING, LATER, DeliveryAction.VERIFY),
        # A reply waits for the card that it answers.
        (replace(NEW, awaits_parent=True), NOW, DeliveryAction.WAIT),
        (replace(NEW, state=DeliveryState.FAILED), NOW, DeliveryAction.WAIT),
        (replace(NEW, state=DeliveryState.DELETED), NOW, DeliveryAction.WAIT),
        # What is muted is held back, until the mute ends; a post that has left is looked for.
        (replace(NEW, muted_until=LATER), NOW, DeliveryAction.WAIT),
        (replace(NEW, muted_until=LATER), LATER, DeliveryAction.POST),
        (replace(SENDING, muted_until=LATER + VERIFY_AFTER), LATER, DeliveryAction.VERIFY),
        # What was over before it was read is told; not if people have deleted it before.
        (replace(NEW, is_resolved=True), NOW, DeliveryAction.POST),
        (replace(NEW, is_resolved=True, times_deleted=1), NOW, DeliveryAction.WAIT),
        # ... but what takes the place of an untrue message is posted in any case, and then ...
        (
            replace(NEW, is_resolved=True, times_deleted=1, replaced_ts="7.0"),
            NOW,
            DeliveryAction.POST,
        ),
        (replace(NEW, muted_until=LATER, replaced_ts="7.0"), NOW, DeliveryAction.POST),
        # ... the untrue one is deleted, once the new one is up to date.
        (replace(POSTED, replaced_ts="7.0"), NOW, DeliveryAction.DELETE),
        (replace(POSTED, version=2, replaced_ts="7.0"), NOW, DeliveryAction.UPDATE),
    ],
)
def test_next_action(card: Card, now: datetime, expected: DeliveryAction) -> None:
    assert next_action(card, now) is expected


@pytest.mark.parametrize(
    ("card", "error", "then"),
    [
        # It may be there: keep looking for it, and do not post again.
        (SENDING, SlackAmbiguous("no answer"), {"state": DeliveryState.SENDING}),
        # An edit may be repeated without harm.
        (POSTED, SlackAmbiguous("no answer"), {"state": DeliveryState.POSTED, "ts": "7.0"}),
        (SENDING, SlackUnavailable("429", "ratelimited", 7), {"state": DeliveryState.NEW}),
        # Somebody deleted the message: it is posted anew.
        (POSTED, GONE, {"state": DeliveryState.NEW, "ts": None, "times_deleted": 1}),
        # ... once, and not at all when what it tells of is over.
        (replace(POSTED, times_deleted=1), GONE, {"state": DeliveryState.DELETED, "ts": None}),
        (replace(POSTED, is_resolved=True), GONE, {"state": DeliveryState.DELETED}),
        # It may not be edited any more: what is not true takes a new message ...
        (
            replace(POSTED, version=2, content_version=2),
            SlackError("no", "edit_window_closed"),
            {"state": DeliveryState.NEW, "ts": None, "replaced_ts": "7.0", "target_channel": "C1"},
        ),
        # ... and what still is stays as it is: that edit only looked whether it is there.
        (
            replace(POSTED, version=2),
            SlackError("no", "edit_window_closed"),
            {"state": DeliveryState.POSTED, "ts": "7.0", "posted_version": 2, "replacements": 0},
        ),
        # The channel will not have it. Who asked hears of it directly ...
        (
            replace(SENDING, user="U1"),
            SlackError("no", "not_in_channel"),
            {
                "state": DeliveryState.NEW,
                "target_channel": "U1",
                "channel": "C1",
                "channel_error": "not_in_channel",
            },
        ),
        # ... and when it is for announcements only ...
        (
            replace(SENDING, user="U1"),
            SlackError("no", "restricted_action_read_only_channel"),
            {"target_channel": "U1", "channel_error": "restricted_action_read_only_channel"},
        ),
        (
            SENDING,
            SlackError("no", "restricted_action_read_only_channel"),
            {"state": DeliveryState.NEW, "retry_at": NOW + RETRY_AFTER_MISCONFIGURATION},
        ),
        # ... where nobody asked, it waits to be let in, be it posted already or not ...
        (
            SENDING,
            SlackError("no", "is_archived"),
            {
                "state": DeliveryState.NEW,
                "retry_at": NOW + RETRY_AFTER_MISCONFIGURATION,
                "error": "no",
            },
        ),
        (
            POSTED,
            SlackError("no", "is_archived"),
            {"state": DeliveryState.POSTED, "retry_at": NOW + RETRY_AFTER_MISCONFIGURATION},
        ),
        (
            replace(POSTED, is_resolved=True),
            SlackError("no", "not_in_channel"),
            {"state": DeliveryState.POSTED, "retry_at": NOW + RETRY_AFTER_MISCONFIGURATION},
        ),
        # ... unless it was over before anybody has read of it ...
        (
            replace(SENDING, is_resolved=True, failing_since=NOW - timedelta(minutes=5)),
            SlackError("no", "channel_not_found"),
            {"state": DeliveryState.FAILED},
        ),
        (
            replace(SENDING, is_resolved=True),
            SlackError("no", "channel_not_found"),
            {"state": DeliveryState.NEW, "retry_at": NOW + RETRY_AFTER_MISCONFIGURATION},
        ),
        # ... or a word in a thread, which may be locked for good: that is tried for a day.
        (
            replace(SENDING, thread="7.0"),
            SlackError("no", "restricted_action_thread_locked"),
            {"state": DeliveryState.NEW, "retry_at": NOW + timedelta(seconds=2)},
        ),
        (
            replace(SENDING, thread="7.0", failing_since=NOW - timedelta(days=1)),
            SlackError("no", "is_archived"),
            {"state": DeliveryState.FAILED},
        ),
        # ... and where directly fails too, it is tried for a day.
        (
            replace(SENDING, user="U1", via_dm=True),
            SlackError("no", "user_not_found"),
            {"state": DeliveryState.NEW, "retry_at": NOW + RETRY_AFTER_MISCONFIGURATION},
        ),
        (
            replace(SENDING, user="U1", via_dm=True, failing_since=NOW - timedelta(days=1)),
            SlackError("no", "user_not_found"),
            {"state": DeliveryState.FAILED},
        ),
        # A token that was taken away may come back.
        (SENDING, SlackError("no", "account_inactive"), {"state": DeliveryState.NEW}),
        # A message that Slack cannot read is sent as plain text, at once ...
        (
            SENDING,
            SlackError("no", "invalid_blocks"),
            {"state": DeliveryState.NEW, "plain": True, "error": "no", "retry_at": NOW},
        ),
        # ... and if that is no better, like whatever Slack has no known reason for.
        (
            replace(SENDING, plain=True),
            SlackError("no", "invalid_blocks"),
            {"state": DeliveryState.NEW, "retry_at": NOW + timedelta(seconds=2)},
        ),
        (
            replace(SENDING, attempts=3),
            SlackError("no", "something_new"),
            {"state": DeliveryState.NEW, "retry_at": NOW + timedelta(seconds=16)},
        ),
    ],
)
def test_refusal_changes_the_card(card: Card, error: SlackError, then: dict[str, Any]) -> None:
    after = mark_rejected(card, error, NOW)

    assert {name: getattr(after, name) for name in then} == then


def test_retry_after_of_slack_is_kept() -> None:
    after = mark_rejected(SENDING, SlackTooFast("429", "ratelimited", 7), NOW)

    assert after.retry_at == NOW + timedelta(seconds=7)


def test_found_message_is_adopted_and_updated() -> None:
    by_name = replace(SENDING, version=3, channel="#ops")
    after = mark_adopted(by_name, MessageRef("C1", "7.0"), LATER)

    assert (after.target_channel, after.ts, next_action(after, LATER)) == (
        "C1",
        "7.0",
        DeliveryAction.UPDATE,
    )


def test_unreadable_history_is_read_later() -> None:
    after = mark_unverified(SENDING, SlackUnavailable("429", "ratelimited", 30), LATER)

    assert next_action(after, LATER + timedelta(seconds=29)) is DeliveryAction.WAIT
    assert next_action(after, LATER + timedelta(seconds=30)) is DeliveryAction.VERIFY


def test_missing_message_is_posted_again() -> None:
    assert next_action(mark_not_found(SENDING, LATER), LATER) is DeliveryAction.POST


def test_edits_are_at_least_a_second_apart() -> None:
    card = replace(mark_posted(SENDING, "C1", "7.0", NOW), version=2)

    assert next_action(card, NOW + timedelta(milliseconds=900)) is DeliveryAction.WAIT
    assert next_action(card, NOW + timedelta(seconds=1)) is DeliveryAction.UPDATE
