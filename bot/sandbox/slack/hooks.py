"""What an app says through an acknowledgement or a response URL, and where it appears."""

from collections.abc import Mapping
from typing import Any

from bot.sandbox.slack.blocks import check_message_blocks, named
from bot.sandbox.slack.errors import SlackError
from bot.sandbox.slack.nouns import BOT_USER
from bot.sandbox.slack.tickets import Hook
from bot.sandbox.slack.timeline import Draft
from bot.sandbox.slack.workspace import Workspace

IN_CHANNEL = "in_channel"


def say(workspace: Workspace, hook: Hook, payload: Mapping[str, Any]) -> None:
    """Posts, replaces or deletes. Ephemeral unless told otherwise."""
    if payload.get("delete_original"):
        _delete(workspace, hook)
        return
    draft = _draft(workspace, hook, payload)
    if payload.get("replace_original") and hook.source is not None:
        workspace.timeline.edit(hook.source, draft)
        return
    aloud = payload.get("response_type") == IN_CHANNEL
    workspace.timeline.post(hook.channel, BOT_USER, draft, only_for="" if aloud else hook.person)


def acknowledged(workspace: Workspace, hook: Hook, payload: Mapping[str, Any]) -> None:
    """The reply to a command that came with its ack. `in_channel` shows the command too."""
    if payload.get("response_type") == IN_CHANNEL:
        workspace.timeline.post(hook.channel, hook.person, Draft(hook.command))
    if payload.get("text") or payload.get("blocks"):
        say(workspace, hook, payload)


def _delete(workspace: Workspace, hook: Hook) -> None:
    if hook.source is None:
        raise SlackError("message_not_found")
    workspace.timeline.remove(workspace.timeline.get(hook.channel, hook.source.ts))


def _draft(workspace: Workspace, hook: Hook, payload: Mapping[str, Any]) -> Draft:
    blocks = payload.get("blocks") or []
    text = str(payload.get("text") or "")
    if not text and not blocks:
        raise SlackError("no_text")
    check_message_blocks(blocks)
    thread_ts = str(payload.get("thread_ts") or "")
    if hook.source is not None and not thread_ts:
        thread_ts = hook.source.thread_ts
    return Draft(text, named(blocks, workspace.pulse.id("b")), thread_ts)
