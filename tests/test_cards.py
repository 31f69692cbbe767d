"""What is done next about a message in Slack, and what a refusal means for it."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.cards import DOUBT, Card, Message, Move, Place, State, move
from bot.delivery import MENDING, adopted, missing, posted, posting, refused, unseen
from bot.errors import SlackAmbiguous, SlackError, SlackTooFast, SlackUnavailable

NOW = datetime(2026, 3, 2, tzinfo=UTC)
NEW = Card(1, "incident:5", "C1", Message("broken"), 1, 0, State.NEW, "nonce")
SENDING = posting(NEW, NOW)
POSTED = replace(posted(SENDING, "C1", "7.0", NOW), not_before=None)
LATER = NOW + DOUBT
GONE = SlackError("gone", "message_not_found")


@pytest.mark.parametrize(
    ("card", "now", "expected"),
    [
        (NEW, NOW, Move.POST),
        # As it should be: nothing to do. Changed since: an edit.
        (POSTED, NOW, Move.WAIT),
        (replace(POSTED, version=2), NOW, Move.UPDATE),
        # Slack asked for a pause.
        (replace(NEW, not_before=NOW + timedelta(seconds=1)), NOW, Move.WAIT),
        # A post has left; until it cannot be under way any more, nothing is known ...
        (SENDING, NOW, Move.WAIT),
        # ... and then the history knows.
        (SENDING, LATER, Move.LOOK),
        # A reply waits for the card that it answers.
        (replace(NEW, waits_for_parent=True), NOW, Move.WAIT),
        (replace(NEW, state=State.DEAD), NOW, Move.WAIT),
        (replace(NEW, state=State.REMOVED), NOW, Move.WAIT),
        # What is muted is held back, until the mute ends; a post that has left is looked for.
        (replace(NEW, held_until=LATER), NOW, Move.WAIT),
        (replace(NEW, held_until=LATER), LATER, Move.POST),
        (replace(SENDING, held_until=LATER + DOUBT), LATER, Move.LOOK),
        # What was over before it was read is told; not if people have deleted it before.
        (replace(NEW, is_final=True), NOW, Move.POST),
        (replace(NEW, is_final=True, deletions=1), NOW, Move.WAIT),
        # ... but what takes the place of an untrue message is posted in any case, and then ...
        (replace(NEW, is_final=True, deletions=1, replaced_ts="7.0"), NOW, Move.POST),
        (replace(NEW, held_until=LATER, replaced_ts="7.0"), NOW, Move.POST),
        # ... the untrue one is deleted, once the new one is up to date.
        (replace(POSTED, replaced_ts="7.0"), NOW, Move.DELETE),
        (replace(POSTED, version=2, replaced_ts="7.0"), NOW, Move.UPDATE),
    ],
)
def test_the_next_move(card: Card, now: datetime, expected: Move) -> None:
    assert move(card, now) is expected


@pytest.mark.parametrize(
    ("card", "error", "then"),
    [
        # It may be there: keep looking for it, and do not post again.
        (SENDING, SlackAmbiguous("no answer"), {"state": State.SENDING}),
        # An edit may be repeated without harm.
        (POSTED, SlackAmbiguous("no answer"), {"state": State.POSTED, "ts": "7.0"}),
        (SENDING, SlackUnavailable("429", "ratelimited", 7), {"state": State.NEW}),
        # Somebody deleted the message: it is posted anew.
        (POSTED, GONE, {"state": State.NEW, "ts": None, "deletions": 1}),
        # ... once, and not at all when what it tells of is over.
        (replace(POSTED, deletions=1), GONE, {"state": State.REMOVED, "ts": None}),
        (replace(POSTED, is_final=True), GONE, {"state": State.REMOVED}),
        # It may not be edited any more: what is not true takes a new message ...
        (
            replace(POSTED, version=2, content_version=2),
            SlackError("no", "edit_window_closed"),
            {"state": State.NEW, "ts": None, "replaced_ts": "7.0", "place": "C1"},
        ),
        # ... and what still is stays as it is: that edit only looked whether it is there.
        (
            replace(POSTED, version=2),
            SlackError("no", "edit_window_closed"),
            {"state": State.POSTED, "ts": "7.0", "posted_version": 2, "replacements": 0},
        ),
        # The channel will not have it. Who asked hears of it directly ...
        (
            replace(SENDING, user="U1"),
            SlackError("no", "not_in_channel"),
            {"state": State.NEW, "place": "U1", "channel": "C1", "kept_out": "not_in_channel"},
        ),
        # ... and when it is for announcements only ...
        (
            replace(SENDING, user="U1"),
            SlackError("no", "restricted_action_read_only_channel"),
            {"place": "U1", "kept_out": "restricted_action_read_only_channel"},
        ),
        (
            SENDING,
            SlackError("no", "restricted_action_read_only_channel"),
            {"state": State.NEW, "not_before": NOW + MENDING},
        ),
        # ... where nobody asked, it waits to be let in, be it posted already or not ...
        (
            SENDING,
            SlackError("no", "is_archived"),
            {"state": State.NEW, "not_before": NOW + MENDING, "error": "no"},
        ),
        (
            POSTED,
            SlackError("no", "is_archived"),
            {"state": State.POSTED, "not_before": NOW + MENDING},
        ),
        (
            replace(POSTED, is_final=True),
            SlackError("no", "not_in_channel"),
            {"state": State.POSTED, "not_before": NOW + MENDING},
        ),
        # ... unless it was over before anybody has read of it ...
        (
            replace(SENDING, is_final=True, failing_since=NOW - timedelta(minutes=5)),
            SlackError("no", "channel_not_found"),
            {"state": State.DEAD},
        ),
        (
            replace(SENDING, is_final=True),
            SlackError("no", "channel_not_found"),
            {"state": State.NEW, "not_before": NOW + MENDING},
        ),
        # ... or a word in a thread, which may be locked for good: that is tried for a day.
        (
            replace(SENDING, thread="7.0"),
            SlackError("no", "restricted_action_thread_locked"),
            {"state": State.NEW, "not_before": NOW + timedelta(seconds=2)},
        ),
        (
            replace(SENDING, thread="7.0", failing_since=NOW - timedelta(days=1)),
            SlackError("no", "is_archived"),
            {"state": State.DEAD},
        ),
        # ... and where directly fails too, it is tried for a day.
        (
            replace(SENDING, user="U1", directly=True),
            SlackError("no", "user_not_found"),
            {"state": State.NEW, "not_before": NOW + MENDING},
        ),
        (
            replace(SENDING, user="U1", directly=True, failing_since=NOW - timedelta(days=1)),
            SlackError("no", "user_not_found"),
            {"state": State.DEAD},
        ),
        # A token that was taken away may come back.
        (SENDING, SlackError("no", "account_inactive"), {"state": State.NEW}),
        # A message that Slack cannot read is sent as plain text, at once ...
        (
            SENDING,
            SlackError("no", "invalid_blocks"),
            {"state": State.NEW, "plain": True, "error": "no", "not_before": NOW},
        ),
        # ... and if that is no better, like whatever Slack has no known reason for.
        (
            replace(SENDING, plain=True),
            SlackError("no", "invalid_blocks"),
            {"state": State.NEW, "not_before": NOW + timedelta(seconds=2)},
        ),
        (
            replace(SENDING, tries=3),
            SlackError("no", "something_new"),
            {"state": State.NEW, "not_before": NOW + timedelta(seconds=16)},
        ),
    ],
)
def test_what_a_refusal_means(card: Card, error: SlackError, then: dict[str, Any]) -> None:
    after = refused(card, error, NOW)

    assert {name: getattr(after, name) for name in then} == then


def test_slacks_own_pause_is_kept() -> None:
    after = refused(SENDING, SlackTooFast("429", "ratelimited", 7), NOW)

    assert after.not_before == NOW + timedelta(seconds=7)


def test_what_was_found_is_adopted_and_then_brought_up_to_date() -> None:
    by_name = replace(SENDING, version=3, channel="#ops")
    after = adopted(by_name, Place("C1", "7.0"), LATER)

    assert (after.place, after.ts, move(after, LATER)) == ("C1", "7.0", Move.UPDATE)


def test_a_history_that_cannot_be_read_now_is_read_later() -> None:
    after = unseen(SENDING, SlackUnavailable("429", "ratelimited", 30), LATER)

    assert move(after, LATER + timedelta(seconds=29)) is Move.WAIT
    assert move(after, LATER + timedelta(seconds=30)) is Move.LOOK


def test_what_is_not_there_is_posted_again() -> None:
    assert move(missing(SENDING, LATER), LATER) is Move.POST


def test_edits_are_a_second_apart() -> None:
    card = replace(posted(SENDING, "C1", "7.0", NOW), version=2)

    assert move(card, NOW + timedelta(milliseconds=900)) is Move.WAIT
    assert move(card, NOW + timedelta(seconds=1)) is Move.UPDATE
