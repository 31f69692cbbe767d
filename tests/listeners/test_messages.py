"""Which messages of people become requests, and in what words."""

from typing import Any

import pytest

from bot.model import InertReason, Source
from tests.listeners.conftest import Json, Porch
from tests.listeners.test_bind import DIRECT, MENTION

# A mention in the bot's own direct messages is delivered as both kinds of event.
IN_DIRECT: Json = {**DIRECT, "text": "<@U0BOT> wake all"}
MENTION_IN_DIRECT: Json = {**MENTION, "channel": "D1"}


@pytest.mark.parametrize(
    "deliveries", [(IN_DIRECT, MENTION_IN_DIRECT), (MENTION_IN_DIRECT, IN_DIRECT)]
)
def test_a_mention_in_a_direct_message_is_one_request(
    porch: Porch, deliveries: tuple[Json, Json]
) -> None:
    for number, event in enumerate(deliveries):
        assert porch.event(event, event_id=f"Ev{number}").status == 200

    [ask] = porch.door.asks
    assert (ask.key, ask.source, ask.text) == ("message:D1:17.1", Source.DIRECT, "wake all")


def test_a_message_that_is_delivered_again_under_a_new_event_id_is_one_request(
    porch: Porch,
) -> None:
    porch.event(MENTION, event_id="Ev1")
    porch.event({**MENTION, "subtype": "thread_broadcast", "thread_ts": "17.0"}, event_id="Ev2")

    assert len(porch.door.asks) == 1


def test_messages_of_one_moment_in_two_channels_are_two_requests(porch: Porch) -> None:
    porch.event(MENTION)
    porch.event({**MENTION, "channel": "C2"})

    assert len(porch.door.asks) == 2


BLOCK, SPAN, EDITED = InertReason.CODE_BLOCK, InertReason.CODE_SPAN, InertReason.EDITED
PASTED = "```\n10:02 @ana: /space wake all\n```"


# (what was typed, what of it is the request, why that does not act)
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
        # What stands beside it is one.
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
def test_what_stands_in_code_is_no_request(
    porch: Porch, typed: str, text: str, inert: InertReason | None
) -> None:
    porch.event({**MENTION, "text": f"<@U0BOT> {typed}"})
    porch.event({**DIRECT, "text": typed})

    assert [(ask.text, ask.inert) for ask in porch.door.asks] == [(text, inert)] * 2


def rich(*elements: Json) -> list[Json]:
    return [{"type": "rich_text", "elements": list(elements)}]


def of(kind: str, *elements: Json) -> Json:
    return {"type": f"rich_text_{kind}", "elements": list(elements)}


def said(text: str, **style: Any) -> Json:
    return {"type": "text", "text": text, **({"style": style} if style else {})}


US: Json = {"type": "user", "user_id": "U0BOT"}


# (the blocks, the request, why it does not act); the text beside them has no fences
@pytest.mark.parametrize(
    ("elements", "text", "inert"),
    [
        ([of("section", US), of("preformatted", said("wake all"))], "", BLOCK),
        ([of("section", US), of("quote", said("wake all"))], "", BLOCK),
        (
            [of("section", US, said(" status team-a ")), of("preformatted", said("wake all"))],
            "status team-a",
            None,
        ),
        ([of("section", US, said(" "), said("wake all", code=True))], "`wake all`", SPAN),
        (
            [
                of("section", US, said(" wake "), {"type": "link", "url": "https://a.hf.space"}),
                of("list", of("section", said("a<b"))),
                of("quote", {"type": "emoji", "name": "pray"}),
            ],
            "wake <https://a.hf.space>\na&lt;b",
            None,
        ),
    ],
)
def test_what_the_composer_marks_as_code_is_no_request(
    porch: Porch, elements: list[Json], text: str, inert: InertReason | None
) -> None:
    event = {**MENTION, "text": "<@U0BOT> wake all", "blocks": rich(*elements)}

    porch.event(event)

    assert [(ask.text, ask.inert) for ask in porch.door.asks] == [(text, inert)]


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
    porch: Porch, event: Json, channel: str
) -> None:
    porch.event(event, event_id="Ev1")
    porch.event({**event, "event_ts": "19.0"}, event_id="Ev2")

    [ask] = porch.door.asks
    assert (ask.key, ask.inert) == (f"edited:{channel}:17.1", EDITED)
    assert (ask.user, ask.text) == ("U1", "wake all")


def test_a_request_that_is_edited_later_is_a_request_and_a_hint(porch: Porch) -> None:
    porch.event(MENTION)
    porch.event({**MENTION, "edited": {"user": "U1", "ts": "18.0"}})

    assert [ask.inert for ask in porch.door.asks] == [None, EDITED]


# Slack changes messages, too: a preview is added, a file is gone, a bot edits its card.
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
def test_what_slack_or_a_bot_changes_is_no_edit_of_a_person(porch: Porch, change: Json) -> None:
    assert porch.event({**CHANGED, **change}).status == 200
    assert porch.door.asks == []
