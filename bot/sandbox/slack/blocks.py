"""Block Kit's rules for whole messages and views. Slack refuses what breaks them; so do we."""

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
    any_key,
    anything,
    boolean,
    both,
    complaint,
    distinct,
    items,
    one_of,
    string,
    thing,
    typed,
)

# Slack tells nobody the number; people who wrote long messages have measured it.
LONGEST_BLOCKS = 13_200


def _block(required: dict[str, Rule], **optional: Rule) -> Rule:
    return thing(required, {"block_id": NAME, **optional})


_RICH = items(
    typed(
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
_CELL = typed(
    {
        "raw_text": thing({"text": string(10_000)}),
        "raw_number": thing({"value": anything}, {"text": string(10_000)}),
        "rich_text": thing({"elements": _RICH}, {"block_id": NAME}),
    }
)
_CONTEXT_ELEMENT = typed(
    {
        "image": IMAGE,
        "mrkdwn": mrkdwn(3000),
        "plain_text": any_text(3000),
    }
)
_EVERYWHERE: dict[str, Rule] = {
    "section": both(
        _block(
            {},
            text=any_text(3000),
            fields=items(any_text(2000), 10),
            accessory=typed(ACCESSORIES),
            expand=boolean,
        ),
        any_key("text", "fields"),
    ),
    "divider": _block({}),
    "header": _block({"text": plain(150)}),
    "context": _block({"elements": items(_CONTEXT_ELEMENT, 10)}),
    "actions": both(
        _block({"elements": items(typed(ACTIONS), 25)}), distinct("elements", "action_id")
    ),
    "image": both(
        _block({"alt_text": string(2000)}, image_url=URL, title=plain(2000), slack_file=anything),
        any_key("image_url", "slack_file"),
    ),
    "rich_text": _block({"elements": _RICH}),
    "input": _block(
        {"label": plain(2000), "element": typed(INPUTS)},
        hint=plain(2000),
        optional=boolean,
        dispatch_action=boolean,
    ),
}
_MESSAGE: dict[str, Rule] = {
    **_EVERYWHERE,
    "markdown": _block({"text": string(12_000)}),
    "table": _block({"rows": items(items(_CELL, 20), 100)}, column_settings=items(anything, 20)),
}
_LEVEL = one_of("default", "info", "warning", "error", "success")
_MODAL: dict[str, Rule] = {
    **_EVERYWHERE,
    "alert": _block({"text": any_text(200)}, level=_LEVEL),
}
_SHARED_VIEW: dict[str, Rule] = {
    "callback_id": NAME,
    "private_metadata": string(3000, 0),
    "external_id": string(255, 0),
}
_VIEWS: Rule = typed(
    {
        "modal": thing(
            {"title": plain(24), "blocks": items(typed(_MODAL), 100, 0)},
            {
                **_SHARED_VIEW,
                "submit": plain(24),
                "close": plain(24),
                "clear_on_close": boolean,
                "notify_on_close": boolean,
                "submit_disabled": boolean,
            },
        ),
        "home": thing({"blocks": items(typed(_EVERYWHERE), 100, 0)}, _SHARED_VIEW),
    }
)


def check_message_blocks(blocks: Any) -> None:
    """Raises what chat.postMessage would answer to these blocks."""
    complaints = list(items(typed(_MESSAGE), 50, 0)(blocks, "/blocks"))
    if not complaints:
        complaints = [*_repeated_ids(blocks, "/blocks"), *_too_much_markdown(blocks)]
    if complaints:
        raise SlackError("invalid_blocks", complaints)
    if len(json.dumps(blocks, ensure_ascii=False, separators=(",", ":"))) > LONGEST_BLOCKS:
        raise SlackError("msg_blocks_too_long")
    if sum(block["type"] == "table" for block in blocks) > 1:
        raise SlackError("invalid_attachments", ["only_one_table_allowed"])


def check_view(view: Any) -> None:
    """Raises what views.open would answer to this view."""
    complaints = list(_VIEWS(view, "/view"))
    if not complaints:
        complaints = [*_repeated_ids(view["blocks"], "/view/blocks"), *_lacks_submit(view)]
    if complaints:
        raise SlackError("invalid_arguments", complaints)


def _repeated_ids(blocks: Sequence[Mapping[str, Any]], pointer: str) -> Iterator[str]:
    return distinct("blocks", "block_id")({"blocks": blocks}, pointer.removesuffix("/blocks"))


def _too_much_markdown(blocks: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """The limit of a markdown block counts over the whole message."""
    total = sum(len(b["text"]) for b in blocks if b["type"] == "markdown")
    if total > 12_000:
        yield complaint("must be less than 12001 characters", "/blocks")


def _lacks_submit(view: Mapping[str, Any]) -> Iterator[str]:
    asks = any(block["type"] == "input" for block in view["blocks"])
    if view["type"] == "modal" and asks and "submit" not in view:
        yield complaint("submit is required when an input block is within blocks", "/view")


def named(blocks: Sequence[Mapping[str, Any]], name: str) -> tuple[dict[str, Any], ...]:
    """The blocks as Slack keeps them: each block and element has an id, given or made up."""
    return tuple(
        {
            **_with_action_ids(block, f"{name}{index}"),
            "block_id": block.get("block_id") or f"{name}{index}",
        }
        for index, block in enumerate(blocks)
    )


def _with_action_ids(block: Mapping[str, Any], name: str) -> dict[str, Any]:
    kept = dict(block)
    if block["type"] == "actions":
        kept["elements"] = [_acting(e, f"{name}-{i}") for i, e in enumerate(block["elements"])]
    for key in ("accessory", "element"):
        if key in block and block[key]["type"] != "image":
            kept[key] = _acting(block[key], name)
    return kept


def _acting(element: Mapping[str, Any], name: str) -> dict[str, Any]:
    return {**element, "action_id": element.get("action_id") or name}
