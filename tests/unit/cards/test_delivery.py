"""Delivery: how a card changes with Slack's response."""

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.error import URLError

import pytest

from bot.cards import Card, DeliveryAction, DeliveryState, Message, MessageRef, next_action
from bot.cards.delivery import (
    RETRY_AFTER_MISCONFIGURATION,
    mark_adopted,
    mark_not_found,
    mark_rejected,
    mark_sending,
    mark_unverified,
)
from bot.cards.keys import CardKey
from bot.errors import SlackError, SlackOutcomeUnknown, SlackRateLimited, SlackUnavailable
from bot.refusals import Refusal, classify_refusal
from bot.render import footnotes
from bot.slack import errors
from tests.slack_codes import CODES
from tests.unit.cards.samples import EVERY, LATER, NOW, POSTED, SENDING, R

GONE = SlackError("gone", "message_not_found")


@pytest.mark.parametrize(
    ("card", "error", "then"),
    [
        # It may have arrived: verify it, and don't post again.
        (SENDING, SlackOutcomeUnknown("no answer"), {"state": DeliveryState.SENDING}),
        # An edit may be repeated without harm.
        (POSTED, SlackOutcomeUnknown("no answer"), {"state": DeliveryState.POSTED, "ts": "7.0"}),
        (SENDING, SlackUnavailable("429", "ratelimited", 7), {"state": DeliveryState.NEW}),
        # The message was deleted: it is posted again.
        (POSTED, GONE, {"state": DeliveryState.NEW, "ts": None, "times_deleted": 1}),
        # ... once, and not if its subject is resolved.
        (replace(POSTED, times_deleted=1), GONE, {"state": DeliveryState.DELETED, "ts": None}),
        (replace(POSTED, is_resolved=True), GONE, {"state": DeliveryState.DELETED}),
        # It can't be edited any more: an outdated one is replaced by a new message ...
        (
            replace(POSTED, version=2, content_version=2),
            SlackError("no", "edit_window_closed"),
            {"state": DeliveryState.NEW, "ts": None, "replaced_ts": "7.0", "target_channel": "C1"},
        ),
        # ... and a current one stays: that edit only verified that it exists.
        (
            replace(POSTED, version=2),
            SlackError("no", "edit_window_closed"),
            {"state": DeliveryState.POSTED, "ts": "7.0", "posted_version": 2, "replacements": 0},
        ),
        # The channel rejects it. The requester gets a direct message ...
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
        # ... also if the channel is for announcements only ...
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
        # ... without a requester it waits for access, posted or not ...
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
        # ... unless it was resolved before its post ...
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
        # ... or is a thread reply, as a thread may stay locked: that is retried for a day.
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
        # ... and if a direct message fails too, it is retried for a day.
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
        # A revoked token may be restored.
        (SENDING, SlackError("no", "account_inactive"), {"state": DeliveryState.NEW}),
        # A message with invalid blocks is sent as plain text at once ...
        (
            SENDING,
            SlackError("no", "invalid_blocks"),
            {"state": DeliveryState.NEW, "plain": True, "error": "no", "retry_at": NOW},
        ),
        # ... and if that fails, it is handled like an unknown error.
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
    after = mark_rejected(SENDING, SlackRateLimited("429", "ratelimited", 7), NOW)

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


NOW = datetime(2026, 3, 2, tzinfo=UTC)
ALERT = Card(
    1,
    CardKey.incident(5),
    "C1",
    Message("broken"),
    2,
    0,
    DeliveryState.SENDING,
    "n",
    content_version=2,
)


KINDS = {
    "alert": ALERT,
    "alert's reply": replace(ALERT, thread="7.0"),
    "operation card": replace(ALERT, key=CardKey.operation(1), user="U1"),
    "reply": replace(ALERT, key=CardKey.final_reply(1), user="U1", thread="7.0"),
}


# The action for a class of rejections: of a post, and of an edit.
ACTIONS: dict[Refusal, dict[str, str]] = {
    R.RETRY: {"post": "retry", "edit": "retry"},
    R.OUTAGE: {"post": "look", "edit": "retry"},
    R.CONTENT: {"post": "plain", "edit": "plain"},
    R.AUTH: {"post": "mend", "edit": "mend"},
    R.EDIT_LOST: {"post": "retry", "edit": "replace"},
    R.GONE: {"post": "retry", "edit": "post again"},
    R.CHANNEL: {"post": "mend", "edit": "mend"},
}


def expected(code: str, way: str, kind: str) -> str:
    """Return the action; for a person, a direct message counts as another channel."""
    found = classify_refusal(code)
    if found is R.CHANNEL and KINDS[kind].user:
        return "via_dm"
    if found is R.GONE and way == "post" and kind == "reply":
        return "via_dm"  # people deleted the message of its thread
    if found is R.CHANNEL and kind == "alert's reply":
        return "retry"  # a thread may stay locked
    return ACTIONS[found][way]


def action(before: Card, after: Card) -> str:
    """Return the next action of *after*, by the fields that delivery reads."""
    pause = (after.retry_at or NOW) - NOW
    signs = {
        "give up": after.state is DeliveryState.FAILED,
        "look": after.state is DeliveryState.SENDING,
        "via_dm": after.via_dm and not before.via_dm,
        "plain": after.plain and not before.plain,
        "replace": after.replaced_ts is not None and after.ts is None,
        "post again": after.times_deleted > before.times_deleted
        and after.state is DeliveryState.NEW,
        "mend": pause == RETRY_AFTER_MISCONFIGURATION,
        "retry": timedelta() < pause < RETRY_AFTER_MISCONFIGURATION,
    }
    return next((name for name, shown in signs.items() if shown), "nothing")


@pytest.mark.parametrize("code", [*EVERY, "invalid_blocks_of_tomorrow", "something_new"])
def test_every_refusal_of_a_card_has_its_action(code: str) -> None:
    error = errors._error_from_code(200, code, {})
    for kind, sending in KINDS.items():
        posted = replace(sending, state=DeliveryState.POSTED, ts="7.0", posted_channel="C1")
        for way, card in (("post", sending), ("edit", posted)):
            done = action(card, mark_rejected(card, error, NOW))
            assert done == expected(code, way, kind), (code, way, kind)


# Each failure of a call, and those without a code: a rate limit, no answer, a proxy's answer.
FAILURES = [
    *(
        errors._error_from_code(200, code, {})
        for code in sorted({*EVERY, "missing_scope", "ratelimited"})
    ),
    errors._error_without_response(URLError(ConnectionRefusedError())),
    errors._error_without_response(TimeoutError()),
    errors.unreadable_error(502),
]
ACT_OR_STEP = re.compile(
    r"Nothing was|may have been done|[Tt]ry again|I look|Invite|Install|Choose"
)


@pytest.mark.parametrize("error", FAILURES)
def test_reason_of_an_undelivered_card_is_the_fact_alone(error: SlackError) -> None:
    why = footnotes.delivery(mark_rejected(SENDING, error, NOW))
    assert why.startswith("not delivered yet: ")
    assert not ACT_OR_STEP.search(why)


def test_pauses_grow_up_to_a_limit() -> None:
    card, pauses = ALERT, []
    for _ in range(12):
        card = mark_rejected(card, SlackError("no", "message_limit_exceeded"), NOW)
        pauses.append(((card.retry_at or NOW) - NOW).total_seconds())
    assert pauses[:4] == [2, 4, 8, 16]
    assert pauses == sorted(pauses)
    assert pauses[-1] == 300


HISTORY = sorted({*CODES["conversations.history"], *CODES["conversations.replies"]})


@pytest.mark.parametrize("code", [*HISTORY, "something_new"])
def test_refused_history_is_read_later_or_the_card_may_repeat(
    code: str,
) -> None:
    sending = replace(ALERT, sending_since=NOW)
    after = mark_unverified(sending, errors._error_from_code(200, code, {}), NOW)
    waits = after.state is DeliveryState.SENDING and (after.retry_at or NOW) > NOW
    assert waits != after.may_repeat, "it's looked for again, or posted again with a note"


def test_unknown_refusal_of_the_history_has_a_limit() -> None:
    card = replace(ALERT, sending_since=NOW)
    for _ in range(6):
        card = mark_unverified(card, SlackError("no", "something_new"), NOW)
    assert (card.state, card.may_repeat) == (DeliveryState.NEW, True)


@pytest.mark.parametrize(("attempts", "seconds"), [(0, 0), (1, 0), (2, 4), (3, 8)])
def test_a_post_that_slack_loses_again_is_repeated_after_growing_pauses(
    attempts: int, seconds: int
) -> None:
    lost = mark_not_found(replace(SENDING, attempts=attempts), NOW)

    assert lost.retry_at == NOW + timedelta(seconds=seconds)
    assert lost.attempts == attempts


@pytest.mark.parametrize(
    ("is_resolved", "state"), [(False, DeliveryState.NEW), (True, DeliveryState.FAILED)]
)
def test_an_alert_waits_for_its_channel_as_long_as_it_is_open(
    state: DeliveryState, *, is_resolved: bool
) -> None:
    failing = replace(SENDING, failing_since=NOW - timedelta(days=2), is_resolved=is_resolved)

    assert mark_rejected(failing, SlackError("No.", "not_in_channel"), NOW).state is state


@pytest.mark.parametrize(("replacements", "seconds"), [(0, 0), (1, 2), (2, 4), (20, 300)])
def test_messages_that_cannot_be_edited_are_replaced_after_growing_pauses(
    replacements: int, seconds: int
) -> None:
    outdated = replace(POSTED, version=2, content_version=2, replacements=replacements)

    replaced = mark_rejected(outdated, SlackError("No.", "cant_update_message"), NOW)

    assert (replaced.state, replaced.replaced_ts) == (DeliveryState.NEW, POSTED.ts)
    assert replaced.retry_at == NOW + timedelta(seconds=seconds)


@pytest.mark.parametrize(("code", "kept"), [("not_in_channel", True), ("http_502", False)])
def test_a_new_post_forgets_a_failure_that_was_no_answer_of_slack(code: str, *, kept: bool) -> None:
    assert mark_sending(replace(POSTED, refusal=code), NOW).refusal == (code if kept else "")
