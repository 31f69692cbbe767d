"""Block Kit's limits: a value at the limit passes, one beyond it gets Slack's error."""

from collections.abc import Callable
from typing import Any

import pytest

from bot.sandbox.slack.blocks import check_message_blocks, check_view, with_ids
from bot.sandbox.slack.errors import SlackError
from bot.sandbox.slack.model import Json

Build = Callable[[int], Any]


def plain(text: str) -> Json:
    return {"type": "plain_text", "text": text}


def mrkdwn(text: str) -> Json:
    return {"type": "mrkdwn", "text": text}


def section(**keys: Any) -> list[Json]:
    return [{"type": "section", **keys}]


def actions(*elements: Json) -> list[Json]:
    return [{"type": "actions", "elements": list(elements)}]


def push_button(**keys: Any) -> Json:
    return {"type": "button", "text": plain("Wake"), **keys}


def options(count: int) -> list[Json]:
    return [{"text": plain(f"o{n}"), "value": f"v{n}"} for n in range(count)]


def menu(kind: str, count: int) -> Json:
    return {"type": kind, "options": options(count)}


def overflow(label: str = "o", value: str = "v") -> Json:
    return {"type": "overflow", "options": [{"text": plain(label), "value": value}]}


def table(rows: int, cells: int = 1) -> list[Json]:
    cell = {"type": "raw_text", "text": "x"}
    return [{"type": "table", "rows": [[cell] * cells for _ in range(rows)]}]


def modal(**keys: Any) -> Json:
    return {"type": "modal", "title": plain("Wake"), "blocks": [], **keys}


def field(**keys: Any) -> Json:
    element = {"type": "plain_text_input", "action_id": "a"}
    return {"type": "input", "label": plain("Name"), "element": element, **keys}


LIMITS: list[tuple[str, int, Build]] = [
    ("blocks of a message", 50, lambda n: [{"type": "divider"}] * n),
    ("a block_id", 255, lambda n: section(text=mrkdwn("x"), block_id="b" * n)),
    ("a header", 150, lambda n: [{"type": "header", "text": plain("h" * n)}]),
    ("the text of a section", 3000, lambda n: section(text=mrkdwn("t" * n))),
    ("the fields of a section", 10, lambda n: section(fields=[mrkdwn("f")] * n)),
    ("one field", 2000, lambda n: section(fields=[mrkdwn("f" * n)])),
    ("a context's elements", 10, lambda n: [{"type": "context", "elements": [mrkdwn("c")] * n}]),
    ("a row of actions", 25, lambda n: actions(*[push_button()] * n)),
    ("a button's label", 75, lambda n: actions({"type": "button", "text": plain("b" * n)})),
    ("a button's value", 2000, lambda n: actions(push_button(value="v" * n))),
    ("a button's address", 3000, lambda n: actions(push_button(url="u" * n))),
    ("an action_id", 255, lambda n: actions(push_button(action_id="a" * n))),
    ("an overflow menu", 5, lambda n: actions(menu("overflow", n))),
    ("a select menu", 100, lambda n: actions(menu("static_select", n))),
    ("radio buttons", 10, lambda n: actions(menu("radio_buttons", n))),
    ("checkboxes", 10, lambda n: actions(menu("checkboxes", n))),
    (
        "an option's label",
        75,
        lambda n: actions(
            {"type": "overflow", "options": [{"text": plain("o" * n), "value": "v"}]}
        ),
    ),
    (
        "an option's value",
        150,
        lambda n: actions(
            {"type": "overflow", "options": [{"text": plain("o"), "value": "v" * n}]}
        ),
    ),
    (
        "a confirmation's title",
        100,
        lambda n: actions(
            push_button(
                confirm={
                    "title": plain("t" * n),
                    "text": plain("x"),
                    "confirm": plain("y"),
                    "deny": plain("n"),
                }
            )
        ),
    ),
    ("the rows of a table", 100, table),
    ("the cells of a row", 20, lambda n: table(1, n)),
    (
        "markdown, summed over the message",
        12_000,
        lambda n: [{"type": "markdown", "text": "m" * m} for m in (n // 2, n - n // 2)],
    ),
]


@pytest.mark.parametrize(("limit", "build"), [r[1:] for r in LIMITS], ids=[r[0] for r in LIMITS])
def test_a_limit_of_a_message(limit: int, build: Build) -> None:
    check_message_blocks(build(limit))
    with pytest.raises(SlackError, match="invalid_blocks"):
        check_message_blocks(build(limit + 1))


VIEW_LIMITS: list[tuple[str, int, Build]] = [
    ("blocks of a view", 100, lambda n: modal(blocks=[{"type": "divider"}] * n)),
    ("a title", 24, lambda n: modal(title=plain("t" * n))),
    ("a submit button", 24, lambda n: modal(submit=plain("t" * n))),
    ("a close button", 24, lambda n: modal(close=plain("t" * n))),
    ("a callback_id", 255, lambda n: modal(callback_id="c" * n)),
    ("private metadata", 3000, lambda n: modal(private_metadata="p" * n)),
    ("an alert", 200, lambda n: modal(blocks=[{"type": "alert", "text": plain("a" * n)}])),
]


@pytest.mark.parametrize(
    ("limit", "build"), [r[1:] for r in VIEW_LIMITS], ids=[r[0] for r in VIEW_LIMITS]
)
def test_a_limit_of_a_view(limit: int, build: Build) -> None:
    check_view(build(limit))
    with pytest.raises(SlackError, match="invalid_arguments"):
        check_view(build(limit + 1))


WRONG: list[tuple[str, list[Json], str]] = [
    ("an unknown type", [{"type": "sectoin"}], "unsupported type: sectoin"),
    (
        "an alert outside a modal",
        [{"type": "alert", "text": plain("a")}],
        "unsupported type: alert",
    ),
    ("a section of nothing", section(), "missing required field: text or fields"),
    ("an empty text", section(text=mrkdwn("")), "must be more than 0 characters"),
    ("mrkdwn in a header", [{"type": "header", "text": mrkdwn("h")}], "unsupported type: mrkdwn"),
    ("a key of no meaning", section(text=mrkdwn("x"), oh=1), "invalid additional property: oh"),
    ("no action at all", actions(), "no fewer than 1 items allowed"),
    (
        "a style of one's own",
        actions(push_button(style="green")),
        "must be one of: primary, danger",
    ),
    (
        "the same action_id twice in a block",
        actions(push_button(action_id="a"), push_button(action_id="a")),
        "`action_id` a already exists",
    ),
    (
        "the same block_id twice",
        [{"type": "divider", "block_id": "b"}, {"type": "divider", "block_id": "b"}],
        "`block_id` b already exists",
    ),
    (
        "an empty cell",
        [{"type": "table", "rows": [[{"type": "raw_text", "text": ""}]]}],
        "must be more than 0 characters",
    ),
    (
        "mrkdwn in a cell",
        [{"type": "table", "rows": [[mrkdwn("x")]]}],
        "unsupported type: mrkdwn",
    ),
]


@pytest.mark.parametrize(("blocks", "words"), [w[1:] for w in WRONG], ids=[w[0] for w in WRONG])
def test_invalid_blocks_get_slacks_error_messages(blocks: list[Json], words: str) -> None:
    with pytest.raises(SlackError) as refused:
        check_message_blocks(blocks)
    assert any(words in said for said in refused.value.messages)
    assert refused.value.body()["response_metadata"]["messages"][0].startswith("[ERROR] ")


def test_violation_has_a_json_pointer() -> None:
    with pytest.raises(SlackError) as refused:
        check_message_blocks(section(text=mrkdwn("t" * 3001)))
    assert refused.value.messages == (
        "must be less than 3001 characters [json-pointer:/blocks/0/text/text]",
    )


def test_second_table_has_its_own_error_code() -> None:
    with pytest.raises(SlackError) as refused:
        check_message_blocks(table(1) + table(1))
    assert refused.value.code == "invalid_attachments"
    assert refused.value.messages == ("only_one_table_allowed",)


def test_total_length_of_blocks_is_limited() -> None:
    check_message_blocks(section(text=mrkdwn("t" * 3000)) * 4)
    with pytest.raises(SlackError, match="msg_blocks_too_long"):
        check_message_blocks(section(text=mrkdwn("t" * 3000)) * 5)


def test_view_with_inputs_needs_a_submit_button() -> None:
    check_view(modal(blocks=[field()], submit=plain("Send")))
    with pytest.raises(SlackError, match="invalid_arguments"):
        check_view(modal(blocks=[field()]))


def test_a_view_has_no_markdown_and_no_table() -> None:
    for block in (table(1)[0], {"type": "markdown", "text": "m"}):
        with pytest.raises(SlackError, match="invalid_arguments"):
            check_view(modal(blocks=[block]))


def test_missing_block_and_action_ids_are_generated() -> None:
    [block] = with_ids(actions(push_button(), push_button(action_id="mine")), "b")
    assert block["block_id"] == "b0"
    assert [e["action_id"] for e in block["elements"]] == ["b0-0", "mine"]
