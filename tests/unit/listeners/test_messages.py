"""Mentions and direct messages, and the request in their text."""

from typing import Any

import pytest

from bot.model import InertReason, Source
from tests.unit.listeners.conftest import BoltHarness, Json
from tests.unit.listeners.samples import BLOCK, DIRECT, EDITED, MENTION, SPAN

# A mention in the bot's own direct messages is delivered as both kinds of event.
IN_DIRECT: Json = {**DIRECT, "text": "<@U0BOT> wake all"}

MENTION_IN_DIRECT: Json = {**MENTION, "channel": "D1"}

PASTED = "```\n10:02 @ana: /space wake all\n```"


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


# (the message, the text of the request, why it must not act)
@pytest.mark.parametrize(
    ("typed", "text", "inert"),
    [
        ("wake team-a", "wake team-a", None),
        # A pasted transcript is no request.
        (PASTED, "", BLOCK),
        ("```wake all```", "", BLOCK),
        ("please\n```wake all```", "", BLOCK),
        ("```wake all", "", BLOCK),
        ("&gt; wake all", "", BLOCK),
        ("&gt;&gt;&gt; wake all\nrestart all", "", BLOCK),
        # The text outside it is one.
        (f"status team-a\n{PASTED}", "status team-a", None),
        (f"{PASTED}\nlogs team-a", "logs team-a", None),
        ("&gt; is it up?\nstatus team-a", "status team-a", None),
        # A command that begins in back-ticks is a quotation; names in back-ticks are names.
        ("`wake team-a`", "`wake team-a`", SPAN),
        ("please `wake team-a`", "please `wake team-a`", SPAN),
        ("`wake` team-a", "`wake` team-a", SPAN),
        ("wake `team-a`, `team-b`", "wake `team-a`, `team-b`", None),
        # A lone back-tick is a slip, and so is an empty message.
        ("wake team-a`", "wake team-a`", None),
        ("", "", None),
    ],
)
def test_text_in_code_is_no_request(
    harness: BoltHarness, typed: str, text: str, inert: InertReason | None
) -> None:
    harness.event({**MENTION, "text": f"<@U0BOT> {typed}"})
    harness.event({**DIRECT, "text": typed})

    assert [(ask.text, ask.inert) for ask in harness.handler.asks] == [(text, inert)] * 2


def rich(*elements: Json) -> list[Json]:
    return [{"type": "rich_text", "elements": list(elements)}]


def rich_element(kind: str, *elements: Json) -> Json:
    return {"type": f"rich_text_{kind}", "elements": list(elements)}


def text_element(text: str, **style: Any) -> Json:
    return {"type": "text", "text": text, **({"style": style} if style else {})}


US: Json = {"type": "user", "user_id": "U0BOT"}


# (the blocks, the request, why it must not act); the plain text has no fences
@pytest.mark.parametrize(
    ("elements", "text", "inert"),
    [
        (
            [rich_element("section", US), rich_element("preformatted", text_element("wake all"))],
            "",
            BLOCK,
        ),
        ([rich_element("section", US), rich_element("quote", text_element("wake all"))], "", BLOCK),
        (
            [
                rich_element("section", US, text_element(" status team-a ")),
                rich_element("preformatted", text_element("wake all")),
            ],
            "status team-a",
            None,
        ),
        (
            [rich_element("section", US, text_element(" "), text_element("wake all", code=True))],
            "`wake all`",
            SPAN,
        ),
        (
            [
                rich_element(
                    "section",
                    US,
                    text_element(" wake "),
                    {"type": "link", "url": "https://a.hf.space"},
                ),
                rich_element("list", rich_element("section", text_element("a<b"))),
                rich_element("quote", {"type": "emoji", "name": "pray"}),
            ],
            "wake <https://a.hf.space>\na&lt;b",
            None,
        ),
    ],
)
def test_rich_text_marked_as_code_is_no_request(
    harness: BoltHarness, elements: list[Json], text: str, inert: InertReason | None
) -> None:
    event = {**MENTION, "text": "<@U0BOT> wake all", "blocks": rich(*elements)}

    harness.event(event)

    assert [(ask.text, ask.inert) for ask in harness.handler.asks] == [(text, inert)]
