"""chat.*: saying, changing and removing messages."""

from bot.sandbox.slack import portraits
from bot.sandbox.slack.blocks import check_message_blocks, named
from bot.sandbox.slack.errors import SlackError
from bot.sandbox.slack.methods import Call, method
from bot.sandbox.slack.nouns import BOT_USER, TEAM_DOMAIN, Blocks, Channel, Json, Message
from bot.sandbox.slack.timeline import Draft


@method("chat.postMessage", "chat:write")
def post_message(call: Call) -> Json:
    room = call.place()
    _may_speak(call, room)
    draft = _draft(call)
    _in_a_thread(call, room, draft.thread_ts)
    said = call.workspace.timeline.post(room.id, BOT_USER, draft)
    shown = portraits.message(call.workspace, said, metadata=True)
    return {"channel": room.id, "ts": said.ts, "message": shown}


@method("chat.postEphemeral", "chat:write")
def post_ephemeral(call: Call) -> Json:
    room = call.place()
    _may_speak(call, room)
    person = call.need("user")
    if person not in room.members:
        raise SlackError("user_not_in_channel")
    said = call.workspace.timeline.post(room.id, BOT_USER, _draft(call), only_for=person)
    return {"message_ts": said.ts}


@method("chat.update", "chat:write")
def update(call: Call) -> Json:
    room = call.channel()
    said = _own(call, room, "cant_update_message")
    if room.is_archived:
        raise SlackError("is_inactive")
    draft = _draft(call)
    changed = call.workspace.timeline.edit(said, draft)
    shown = portraits.message(call.workspace, changed, metadata=True)
    return {"channel": room.id, "ts": changed.ts, "text": changed.text, "message": shown}


@method("chat.delete", "chat:write")
def delete(call: Call) -> Json:
    room = call.channel()
    said = _own(call, room, "cant_delete_message")
    call.workspace.timeline.remove(said)
    return {"channel": room.id, "ts": said.ts}


@method("chat.getPermalink")
def get_permalink(call: Call) -> Json:
    room = call.channel()
    said = call.workspace.timeline.get(room.id, call.need("message_ts"))
    link = f"https://{TEAM_DOMAIN}.slack.com/archives/{room.id}/p{said.ts.replace('.', '')}"
    if said.is_reply:
        link += f"?thread_ts={said.thread_ts}&cid={room.id}"
    return {"channel": room.id, "permalink": link}


def _may_speak(call: Call, room: Channel) -> None:
    if room.is_archived:
        raise SlackError("is_archived")
    public = "chat:write.public" in call.workspace.installation.scopes
    if BOT_USER not in room.members and not (public and call.method == "chat.postMessage"):
        raise SlackError("not_in_channel")


def _own(call: Call, room: Channel, refusal: str) -> Message:
    """A message of the bot's own; an ephemeral one is out of reach of its ts."""
    said = call.workspace.timeline.get(room.id, call.need("ts"))
    if said.ephemeral_for:
        raise SlackError("message_not_found")
    if said.user != BOT_USER:
        raise SlackError(refusal)
    return said


def _in_a_thread(call: Call, room: Channel, thread_ts: str) -> None:
    if not thread_ts:
        return
    try:
        call.workspace.timeline.get(room.id, thread_ts)
    except SlackError:
        raise SlackError("thread_not_found") from None


def _draft(call: Call) -> Draft:
    blocks = checked_blocks(call)
    text = call.text("text") or call.text("markdown_text")
    if not text and not blocks:
        raise SlackError("no_text")
    return Draft(text, blocks, call.text("thread_ts"), _metadata(call))


def checked_blocks(call: Call) -> Blocks:
    blocks = call.json("blocks", "invalid_blocks_format") or []
    if not isinstance(blocks, list):
        raise SlackError("invalid_blocks_format")
    check_message_blocks(blocks)
    return named(blocks, call.workspace.pulse.id("b"))


def _metadata(call: Call) -> Json | None:
    metadata = call.json("metadata", "invalid_metadata_format")
    if metadata is None:
        return None
    if not isinstance(metadata, dict):
        raise SlackError("invalid_metadata_format")
    right = isinstance(metadata.get("event_payload"), dict) and metadata.get("event_type")
    if metadata and not right:
        raise SlackError("invalid_metadata_schema")
    return metadata
