"""The messages that an app sends in an acknowledgment or to a response URL."""

from collections.abc import Mapping
from typing import Any

from bot.sandbox.slack.blocks import check_message_blocks, with_ids
from bot.sandbox.slack.ephemeral_ids import ResponseUrl
from bot.sandbox.slack.errors import SlackError
from bot.sandbox.slack.messages import Draft
from bot.sandbox.slack.model import BOT_USER
from bot.sandbox.slack.workspace import Workspace

IN_CHANNEL = "in_channel"


def post_response(
    workspace: Workspace, response_url: ResponseUrl, payload: Mapping[str, Any]
) -> None:
    """Post, replace or delete a message, ephemeral unless `in_channel`."""
    if payload.get("delete_original"):
        _delete(workspace, response_url)
        return
    draft = _make_draft(workspace, response_url, payload)
    if payload.get("replace_original") and response_url.source is not None:
        workspace.message_store.edit(response_url.source, draft)
        return
    is_public = payload.get("response_type") == IN_CHANNEL
    posted = workspace.message_store.post(
        response_url.channel,
        BOT_USER,
        draft,
        ephemeral_for="" if is_public else response_url.person,
    )
    if response_url.command:
        workspace.ephemeral_ids.set_source(response_url.id, posted)


def post_ack_response(
    workspace: Workspace, response_url: ResponseUrl, payload: Mapping[str, Any]
) -> None:
    """Post the reply in a command's acknowledgment; `in_channel` shows the command as well."""
    if payload.get("response_type") == IN_CHANNEL:
        workspace.message_store.post(
            response_url.channel, response_url.person, Draft(response_url.command)
        )
    if payload.get("text") or payload.get("blocks"):
        post_response(workspace, response_url, payload)


def _delete(workspace: Workspace, response_url: ResponseUrl) -> None:
    if response_url.source is None:
        raise SlackError("message_not_found")
    workspace.message_store.remove(
        workspace.message_store.get(response_url.channel, response_url.source.ts)
    )


def _make_draft(
    workspace: Workspace, response_url: ResponseUrl, payload: Mapping[str, Any]
) -> Draft:
    blocks = payload.get("blocks") or []
    text = str(payload.get("text") or "")
    if not text and not blocks:
        raise SlackError("no_text")
    check_message_blocks(blocks)
    thread_ts = str(payload.get("thread_ts") or "")
    if response_url.source is not None and not thread_ts:
        thread_ts = response_url.source.thread_ts
    return Draft(text, with_ids(blocks, workspace.state_lock.id("b")), thread_ts)
