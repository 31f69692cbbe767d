"""conversations.*: channels, direct messages, their history and their threads."""

from bot.sandbox.slack import portraits
from bot.sandbox.slack.errors import SlackError
from bot.sandbox.slack.methods import Call, method, page
from bot.sandbox.slack.nouns import BOT_USER, Channel, Json, Message

_READ_SCOPES = {
    "public_channel": "channels:read",
    "private_channel": "groups:read",
    "im": "im:read",
}


@method("conversations.open", "im:write")
def open_(call: Call) -> Json:
    if call.text("channel"):
        return {"channel": {"id": call.channel().id}}
    if "," in call.need("users"):
        raise SlackError("method_not_supported_for_channel_type")
    dm = call.workspace.rooms.dm(call.need("users"))
    return {"no_op": True, "already_open": True, "channel": {"id": dm.id}}


@method("conversations.info")
def info(call: Call) -> Json:
    room = call.channel()
    call.require(_READ_SCOPES[_kind(room)])
    return {"channel": portraits.channel(room)}


@method("conversations.list")
def list_(call: Call) -> Json:
    kinds = (call.text("types") or "public_channel").split(",")
    rooms = [r for r in call.workspace.rooms.channels.values() if _kind(r) in kinds]
    for room in rooms:
        call.require(_READ_SCOPES[_kind(room)])
    if call.flag("exclude_archived"):
        rooms = [r for r in rooms if not r.is_archived]
    shown, cursor = page(rooms, call, 100)
    return {"channels": [portraits.channel(r) for r in shown], **cursor}


@method("users.conversations")
def users_conversations(call: Call) -> Json:
    """The channels that the bot is in, and no others."""
    kinds = (call.text("types") or "public_channel").split(",")
    for kind in kinds:
        if kind not in _READ_SCOPES:
            raise SlackError("invalid_types")
        call.require(_READ_SCOPES[kind])
    rooms = [r for r in call.workspace.rooms.of(BOT_USER) if _kind(r) in kinds]
    if call.flag("exclude_archived"):
        rooms = [r for r in rooms if not r.is_archived]
    shown, cursor = page(rooms, call, 100)
    return {"channels": [portraits.channel(r) for r in shown], **cursor}


@method("conversations.members")
def members(call: Call) -> Json:
    room = call.channel()
    call.require(_READ_SCOPES[_kind(room)])
    shown, cursor = page(sorted(room.members), call, 100)
    return {"members": shown, **cursor}


@method("conversations.join", "channels:join")
def join(call: Call) -> Json:
    room = call.channel()
    if room.is_dm:
        raise SlackError("method_not_supported_for_channel_type")
    if room.is_archived:
        raise SlackError("is_archived")
    return {"channel": portraits.channel(call.workspace.rooms.join(room.id, BOT_USER))}


@method("conversations.history")
def history(call: Call) -> Json:
    room = _readable(call)
    said = [m for m in call.workspace.messages(room.id) if _within(call, m)]
    shown, cursor = page(said[::-1], call, 100)
    return _listed(call, shown, cursor)


@method("conversations.replies")
def replies(call: Call) -> Json:
    room = _readable(call)
    ts = call.need("ts")
    thread = [m for m in call.workspace.timeline.everything(room.id) if ts in (m.ts, m.thread_ts)]
    if not thread:
        raise SlackError("thread_not_found")
    said = [m for m in thread if not m.ephemeral_for and (m.ts == ts or _within(call, m))]
    shown, cursor = page(said, call, 100)
    return _listed(call, shown, cursor)


def _kind(room: Channel) -> str:
    if room.is_dm:
        return "im"
    return "private_channel" if room.is_private else "public_channel"


def _readable(call: Call) -> Channel:
    room = call.channel()
    call.require(_READ_SCOPES[_kind(room)].replace("read", "history"))
    return call.own_channel()


def _within(call: Call, said: Message) -> bool:
    """Newer than `oldest`, older than `latest`; both ends only when `inclusive`."""
    oldest, latest = call.text("oldest") or "0", call.text("latest") or "9" * 12
    time, first, last = float(said.ts), float(oldest), float(latest)
    return first < time < last or (call.flag("inclusive") and time in (first, last))


def _listed(call: Call, shown: list[Message], cursor: Json) -> Json:
    metadata = call.flag("include_all_metadata")
    return {
        "messages": [portraits.message(call.workspace, m, metadata=metadata) for m in shown],
        "has_more": bool(cursor["response_metadata"]["next_cursor"]),
        **cursor,
    }
