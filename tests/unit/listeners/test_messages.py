"""Which messages become requests, and with which text."""

import pytest

from bot.model import Source
from tests.unit.listeners.conftest import BoltHarness, Json
from tests.unit.listeners.samples import DIRECT, EDITED, MENTION

# A mention in the bot's own direct messages is delivered as both kinds of event.
IN_DIRECT: Json = {**DIRECT, "text": "<@U0BOT> wake all"}


MENTION_IN_DIRECT: Json = {**MENTION, "channel": "D1"}


@pytest.mark.parametrize(
    "deliveries", [(IN_DIRECT, MENTION_IN_DIRECT), (MENTION_IN_DIRECT, IN_DIRECT)]
)
def test_a_mention_in_a_direct_message_is_one_request(
    harness: BoltHarness, deliveries: tuple[Json, Json]
) -> None:
    for number, event in enumerate(deliveries):
        assert harness.event(event, event_id=f"Ev{number}").status == 200

    [ask] = harness.handler.asks
    assert (ask.idempotency_key, ask.source, ask.text) == (
        "message:D1:17.1",
        Source.DIRECT,
        "wake all",
    )


# A reply in a thread that is also sent to the channel: one message with one ts and client_msg_id.
REPLY: Json = {**MENTION, "thread_ts": "17.0", "client_msg_id": "c1"}
BROADCAST: Json = {**REPLY, "subtype": "thread_broadcast", "root": {"ts": "17.0", "user": "U2"}}


@pytest.mark.parametrize(
    "deliveries",
    [(BROADCAST,), (REPLY, BROADCAST), (BROADCAST, REPLY), (BROADCAST, BROADCAST), (REPLY, REPLY)],
)
def test_a_thread_reply_that_is_also_sent_to_the_channel_is_one_request(
    harness: BoltHarness, deliveries: tuple[Json, ...]
) -> None:
    for number, event in enumerate(deliveries):
        assert harness.event(event, event_id=f"Ev{number}").status == 200

    [ask] = harness.handler.asks
    assert (ask.idempotency_key, ask.text, ask.thread) == ("message:C1:17.1", "wake all", "17.0")
    assert ask.inert is None


def test_messages_with_one_timestamp_in_two_channels_are_two_requests(harness: BoltHarness) -> None:
    harness.event(MENTION)
    harness.event({**MENTION, "channel": "C2"})

    assert len(harness.handler.asks) == 2


CHANGED: Json = {
    "type": "message",
    "subtype": "message_changed",
    "hidden": True,
    "channel_type": "im",
    "channel": "D1",
    "ts": "18.0",
    "message": {
        "user": "U1",
        "ts": "17.1",
        "text": "wake all",
        "edited": {"user": "U1", "ts": "18.0"},
    },
    "previous_message": {"user": "U1", "ts": "17.1", "text": "wkae all"},
}


@pytest.mark.parametrize(
    ("event", "channel"),
    [({**MENTION, "edited": {"user": "U1", "ts": "18.0"}}, "C1"), (CHANGED, "D1")],
)
def test_an_edited_message_gets_one_hint_however_often_it_is_edited(
    harness: BoltHarness, event: Json, channel: str
) -> None:
    harness.event(event, event_id="Ev1")
    harness.event({**event, "event_ts": "19.0"}, event_id="Ev2")

    [ask] = harness.handler.asks
    assert (ask.idempotency_key, ask.inert) == (f"edited:{channel}:17.1", EDITED)
    assert (ask.user, ask.text) == ("U1", "wake all")


def test_a_request_that_is_edited_later_is_a_request_and_a_hint(harness: BoltHarness) -> None:
    harness.event(MENTION)
    harness.event({**MENTION, "edited": {"user": "U1", "ts": "18.0"}})

    assert [ask.inert for ask in harness.handler.asks] == [None, EDITED]


# Changes that no person made: a preview added, a file removed, a card edited by a bot.
@pytest.mark.parametrize(
    "change",
    [
        {"message": {**CHANGED["message"], "text": "wkae all"}},
        {"message": {**CHANGED["message"], "edited": None}},
        {"message": {**CHANGED["message"], "user": "U0BOT"}},
        {"message": {**CHANGED["message"], "bot_id": "B7"}},
        {"message": {**CHANGED["message"], "subtype": "tombstone"}},
        {"message": None},
        {"channel_type": "channel"},
    ],
)
def test_changes_by_slack_or_a_bot_are_ignored(harness: BoltHarness, change: Json) -> None:
    assert harness.event({**CHANGED, **change}).status == 200
    assert harness.handler.asks == []
