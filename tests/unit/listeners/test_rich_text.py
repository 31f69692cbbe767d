"""Rich text: code and quotations are no requests."""

from typing import Any

import pytest

from bot.model import InertReason
from tests.unit.listeners.conftest import BoltHarness, Json
from tests.unit.listeners.samples import BLOCK, DIRECT, MENTION, SPAN

PASTED = "```\n10:02 @ana: /space wake all\n```"


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
