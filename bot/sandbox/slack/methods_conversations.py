"""conversations.*: channels, direct messages, their history and their threads."""

from bot.sandbox.slack import serializers
from bot.sandbox.slack.errors import SlackError
from bot.sandbox.slack.methods import ApiCall, api_method, paginate
from bot.sandbox.slack.model import BOT_USER, Channel, Json, Message

_READ_SCOPES = {
    "public_channel": "channels:read",
    "private_channel": "groups:read",
    "im": "im:read",
}


@api_method("conversations.open", "im:write")
def open_(call: ApiCall) -> Json:
    """Return the id of the direct messages with a person."""
    if call.text("channel"):
        return {"channel": {"id": call.channel().id}}
    if "," in call.require_arg("users"):
        raise SlackError("method_not_supported_for_channel_type")
    dm = call.workspace.directory.dm(call.require_arg("users"))
    return {"no_op": True, "already_open": True, "channel": {"id": dm.id}}


@api_method("conversations.info")
def info(call: ApiCall) -> Json:
    """Return one channel."""
    conversation = call.channel()
    call.require_scope(_READ_SCOPES[_kind(conversation)])
    return {"channel": serializers.channel(conversation)}


@api_method("conversations.list")
def list_(call: ApiCall) -> Json:
    """Return all channels of the requested types."""
    kinds = (call.text("types") or "public_channel").split(",")
    conversations = [r for r in call.workspace.directory.channels.values() if _kind(r) in kinds]
    for conversation in conversations:
        call.require_scope(_READ_SCOPES[_kind(conversation)])
    if call.flag("exclude_archived"):
        conversations = [r for r in conversations if not r.is_archived]
    selected, cursor = paginate(conversations, call, 100)
    return {"channels": [serializers.channel(r) for r in selected], **cursor}


@api_method("users.conversations")
def users_conversations(call: ApiCall) -> Json:
    """Return the channels that the bot is in."""
    kinds = (call.text("types") or "public_channel").split(",")
    for kind in kinds:
        if kind not in _READ_SCOPES:
            raise SlackError("invalid_types")
        call.require_scope(_READ_SCOPES[kind])
    conversations = [r for r in call.workspace.directory.channels_of(BOT_USER) if _kind(r) in kinds]
    if call.flag("exclude_archived"):
        conversations = [r for r in conversations if not r.is_archived]
    selected, cursor = paginate(conversations, call, 100)
    return {"channels": [serializers.channel(r) for r in selected], **cursor}


@api_method("conversations.members")
def members(call: ApiCall) -> Json:
    """Return the ids of a channel's members."""
    conversation = call.channel()
    call.require_scope(_READ_SCOPES[_kind(conversation)])
    selected, cursor = paginate(sorted(conversation.members), call, 100)
    return {"members": selected, **cursor}


@api_method("conversations.join", "channels:join")
def join(call: ApiCall) -> Json:
    """Add the bot to a channel."""
    conversation = call.channel()
    if conversation.is_dm:
        raise SlackError("method_not_supported_for_channel_type")
    if conversation.is_archived:
        raise SlackError("is_archived")
    return {
        "channel": serializers.channel(call.workspace.directory.join(conversation.id, BOT_USER))
    }


@api_method("conversations.history")
def history(call: ApiCall) -> Json:
    """Return the messages of a channel outside threads, newest first."""
    conversation = _readable_channel(call)
    matching = [m for m in call.workspace.messages(conversation.id) if _is_in_range(call, m)]
    selected, cursor = paginate(matching[::-1], call, 100)
    return _history_page(call, selected, cursor)


@api_method("conversations.replies")
def replies(call: ApiCall) -> Json:
    """Return the messages of a thread, oldest first."""
    conversation = _readable_channel(call)
    ts = call.require_arg("ts")
    thread = [
        m
        for m in call.workspace.message_store.all_messages(conversation.id)
        if ts in (m.ts, m.thread_ts)
    ]
    if not thread:
        raise SlackError("thread_not_found")
    matching = [m for m in thread if not m.ephemeral_for and (m.ts == ts or _is_in_range(call, m))]
    selected, cursor = paginate(matching, call, 100)
    return _history_page(call, selected, cursor)


def _kind(conversation: Channel) -> str:
    if conversation.is_dm:
        return "im"
    return "private_channel" if conversation.is_private else "public_channel"


def _readable_channel(call: ApiCall) -> Channel:
    conversation = call.channel()
    call.require_scope(_READ_SCOPES[_kind(conversation)].replace("read", "history"))
    return call.joined_channel()


def _is_in_range(call: ApiCall, message: Message) -> bool:
    """Return whether *message* is between `oldest` and `latest`, with both if `inclusive`."""
    oldest, latest = call.text("oldest") or "0", call.text("latest") or "9" * 12
    time, first, last = float(message.ts), float(oldest), float(latest)
    return first < time < last or (call.flag("inclusive") and time in (first, last))


def _history_page(call: ApiCall, messages: list[Message], cursor: Json) -> Json:
    metadata = call.flag("include_all_metadata")
    return {
        "messages": [serializers.message(call.workspace, m, metadata=metadata) for m in messages],
        "has_more": bool(cursor["response_metadata"]["next_cursor"]),
        **cursor,
    }
