"""Block Kit's rules for whole messages and views."""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from bot.sandbox.slack.elements import (
    ACCESSORIES,
    ACTIONS,
    IMAGE,
    INPUTS,
    NAME,
    URL,
    any_text,
    mrkdwn,
    plain,
)
from bot.sandbox.slack.errors import SlackError
from bot.sandbox.slack.shapes import (
    Rule,
    all_of,
    any_key,
    anything,
    boolean,
    by_type,
    items,
    json_object,
    one_of,
    string,
    unique_in,
    violation,
)

# Characters of JSON. Slack documents no limit; developers have measured this one.
MAX_BLOCKS_LENGTH = 13_200


def _block(required: dict[str, Rule], **optional: Rule) -> Rule:
    return json_object(required, {"block_id": NAME, **optional})


_RICH_TEXT_ELEMENTS = items(
    by_type(
        dict.fromkeys(
            (
                "rich_text_section",
                "rich_text_list",
                "rich_text_preformatted",
                "rich_text_quote",
            ),
            anything,
        )
    ),
    100,
)
_TABLE_CELL = by_type(
    {
        "raw_text": json_object({"text": string(10_000)}),
        "raw_number": json_object({"value": anything}, {"text": string(10_000)}),
        "rich_text": json_object({"elements": _RICH_TEXT_ELEMENTS}, {"block_id": NAME}),
    }
)
_CONTEXT_ELEMENT = by_type(
    {
        "image": IMAGE,
        "mrkdwn": mrkdwn(3000),
        "plain_text": any_text(3000),
    }
)
_COMMON_BLOCKS: dict[str, Rule] = {
    "section": all_of(
        _block(
            {},
            text=any_text(3000),
            fields=items(any_text(2000), 10),
            accessory=by_type(ACCESSORIES),
            expand=boolean,
        ),
        any_key("text", "fields"),
    ),
    "divider": _block({}),
    "header": _block({"text": plain(150)}),
    "context": _block({"elements": items(_CONTEXT_ELEMENT, 10)}),
    "actions": all_of(
        _block({"elements": items(by_type(ACTIONS), 25)}), unique_in("elements", "action_id")
    ),
    "image": all_of(
        _block({"alt_text": string(2000)}, image_url=URL, title=plain(2000), slack_file=anything),
        any_key("image_url", "slack_file"),
    ),
    "rich_text": _block({"elements": _RICH_TEXT_ELEMENTS}),
    "input": _block(
        {"label": plain(2000), "element": by_type(INPUTS)},
        hint=plain(2000),
        optional=boolean,
        dispatch_action=boolean,
    ),
}
_MESSAGE_BLOCKS: dict[str, Rule] = {
    **_COMMON_BLOCKS,
    "markdown": _block({"text": string(12_000)}),
    "table": _block(
        {"rows": items(items(_TABLE_CELL, 20), 100)}, column_settings=items(anything, 20)
    ),
}
_ALERT_LEVEL = one_of("default", "info", "warning", "error", "success")
_MODAL_BLOCKS: dict[str, Rule] = {
    **_COMMON_BLOCKS,
    "alert": _block({"text": any_text(200)}, level=_ALERT_LEVEL),
}
_COMMON_VIEW_KEYS: dict[str, Rule] = {
    "callback_id": NAME,
    "private_metadata": string(3000, 0),
    "external_id": string(255, 0),
}
_VIEW_RULE: Rule = by_type(
    {
        "modal": json_object(
            {"title": plain(24), "blocks": items(by_type(_MODAL_BLOCKS), 100, 0)},
            {
                **_COMMON_VIEW_KEYS,
                "submit": plain(24),
                "close": plain(24),
                "clear_on_close": boolean,
                "notify_on_close": boolean,
                "submit_disabled": boolean,
            },
        ),
        "home": json_object({"blocks": items(by_type(_COMMON_BLOCKS), 100, 0)}, _COMMON_VIEW_KEYS),
    }
)


def check_message_blocks(blocks: Any) -> None:
    """Check the blocks of a message.

    Raises:
        SlackError: with the error that chat.postMessage returns.
    """
    violations = list(items(by_type(_MESSAGE_BLOCKS), 50, 0)(blocks, "/blocks"))
    if not violations:
        violations = [*_repeated_id_violations(blocks, "/blocks"), *_markdown_violations(blocks)]
    if violations:
        raise SlackError("invalid_blocks", violations)
    if len(json.dumps(blocks, ensure_ascii=False, separators=(",", ":"))) > MAX_BLOCKS_LENGTH:
        raise SlackError("msg_blocks_too_long")
    if sum(block["type"] == "table" for block in blocks) > 1:
        raise SlackError("invalid_attachments", ["only_one_table_allowed"])


def check_view(view: Any) -> None:
    """Check a view.

    Raises:
        SlackError: with the error that views.open returns.
    """
    violations = list(_VIEW_RULE(view, "/view"))
    if not violations:
        violations = [
            *_repeated_id_violations(view["blocks"], "/view/blocks"),
            *_submit_violations(view),
        ]
    if violations:
        raise SlackError("invalid_arguments", violations)


def _repeated_id_violations(blocks: Sequence[Mapping[str, Any]], pointer: str) -> Iterator[str]:
    return unique_in("blocks", "block_id")({"blocks": blocks}, pointer.removesuffix("/blocks"))


def _markdown_violations(blocks: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """Yield a violation if all markdown blocks together exceed the limit."""
    total = sum(len(b["text"]) for b in blocks if b["type"] == "markdown")
    if total > 12_000:
        yield violation("must be less than 12001 characters", "/blocks")


def _submit_violations(view: Mapping[str, Any]) -> Iterator[str]:
    has_input = any(block["type"] == "input" for block in view["blocks"])
    if view["type"] == "modal" and has_input and "submit" not in view:
        yield violation("submit is required when an input block is within blocks", "/view")


def with_ids(blocks: Sequence[Mapping[str, Any]], name: str) -> tuple[dict[str, Any], ...]:
    """Return the blocks as Slack stores them, with generated ids where the app gave none."""
    return tuple(
        {
            **_with_action_ids(block, f"{name}{index}"),
            "block_id": block.get("block_id") or f"{name}{index}",
        }
        for index, block in enumerate(blocks)
    )


def _with_action_ids(block: Mapping[str, Any], name: str) -> dict[str, Any]:
    copy = dict(block)
    if block["type"] == "actions":
        copy["elements"] = [
            _with_action_id(e, f"{name}-{i}") for i, e in enumerate(block["elements"])
        ]
    for key in ("accessory", "element"):
        if key in block and block[key]["type"] != "image":
            copy[key] = _with_action_id(block[key], name)
    return copy


def _with_action_id(element: Mapping[str, Any], name: str) -> dict[str, Any]:
    return {**element, "action_id": element.get("action_id") or name}
