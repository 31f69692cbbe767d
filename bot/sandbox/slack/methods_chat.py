"""chat.*: posting, editing and deleting messages."""

from bot.sandbox.slack import serializers
from bot.sandbox.slack.blocks import check_message_blocks, with_ids
from bot.sandbox.slack.errors import SlackError
from bot.sandbox.slack.messages import Draft
from bot.sandbox.slack.methods import ApiCall, api_method
from bot.sandbox.slack.model import BOT_USER, TEAM_DOMAIN, Blocks, Channel, Json, Message


@api_method("chat.postMessage", "chat:write")
def post_message(call: ApiCall) -> Json:
    """Post a message."""
    conversation = call.target_channel()
    _require_can_post(call, conversation)
    draft = _make_draft(call)
    _require_thread(call, conversation, draft.thread_ts)
    message = call.workspace.message_store.post(conversation.id, BOT_USER, draft)
    body = serializers.message(call.workspace, message, metadata=True)
    return {"channel": conversation.id, "ts": message.ts, "message": body}


@api_method("chat.postEphemeral", "chat:write")
def post_ephemeral(call: ApiCall) -> Json:
    """Post a message that one member of the channel sees."""
    conversation = call.target_channel()
    _require_can_post(call, conversation)
    person = call.require_arg("user")
    if person not in conversation.members:
        raise SlackError("user_not_in_channel")
    message = call.workspace.message_store.post(
        conversation.id, BOT_USER, _make_draft(call), ephemeral_for=person
    )
    return {"message_ts": message.ts}


@api_method("chat.update", "chat:write")
def update(call: ApiCall) -> Json:
    """Edit a message of the bot."""
    conversation = call.channel()
    message = _own_message(call, conversation, "cant_update_message")
    if conversation.is_archived:
        raise SlackError("is_inactive")
    draft = _make_draft(call)
    changed = call.workspace.message_store.edit(message, draft)
    body = serializers.message(call.workspace, changed, metadata=True)
    return {"channel": conversation.id, "ts": changed.ts, "text": changed.text, "message": body}


@api_method("chat.delete", "chat:write")
def delete(call: ApiCall) -> Json:
    """Delete a message of the bot."""
    conversation = call.channel()
    message = _own_message(call, conversation, "cant_delete_message")
    call.workspace.message_store.remove(message)
    return {"channel": conversation.id, "ts": message.ts}


@api_method("chat.getPermalink")
def get_permalink(call: ApiCall) -> Json:
    """Return the URL of a message."""
    conversation = call.channel()
    message = call.workspace.message_store.get(conversation.id, call.require_arg("message_ts"))
    link = (
        f"https://{TEAM_DOMAIN}.slack.com/archives/{conversation.id}/p{message.ts.replace('.', '')}"
    )
    if message.is_reply:
        link += f"?thread_ts={message.thread_ts}&cid={conversation.id}"
    return {"channel": conversation.id, "permalink": link}


def _require_can_post(call: ApiCall, conversation: Channel) -> None:
    if conversation.is_archived:
        raise SlackError("is_archived")
    is_public_allowed = "chat:write.public" in call.workspace.installation.scopes
    if BOT_USER not in conversation.members and not (
        is_public_allowed and call.method == "chat.postMessage"
    ):
        raise SlackError("not_in_channel")


def _own_message(call: ApiCall, conversation: Channel, refusal: str) -> Message:
    """Return a message of the bot. Slack can't find an ephemeral one by its timestamp."""
    message = call.workspace.message_store.get(conversation.id, call.require_arg("ts"))
    if message.ephemeral_for:
        raise SlackError("message_not_found")
    if message.user != BOT_USER:
        raise SlackError(refusal)
    return message


def _require_thread(call: ApiCall, conversation: Channel, thread_ts: str) -> None:
    if not thread_ts:
        return
    try:
        call.workspace.message_store.get(conversation.id, thread_ts)
    except SlackError:
        raise SlackError("thread_not_found") from None


def _make_draft(call: ApiCall) -> Draft:
    blocks = parse_blocks(call)
    text = call.text("text") or call.text("markdown_text")
    if not text and not blocks:
        raise SlackError("no_text")
    return Draft(text, blocks, call.text("thread_ts"), _metadata(call))


def parse_blocks(call: ApiCall) -> Blocks:
    """Return the checked blocks of a call, with ids."""
    blocks = call.json("blocks", "invalid_blocks_format") or []
    if not isinstance(blocks, list):
        raise SlackError("invalid_blocks_format")
    check_message_blocks(blocks)
    return with_ids(blocks, call.workspace.state_lock.id("b"))


def _metadata(call: ApiCall) -> Json | None:
    metadata = call.json("metadata", "invalid_metadata_format")
    if metadata is None:
        return None
    if not isinstance(metadata, dict):
        raise SlackError("invalid_metadata_format")
    is_valid = isinstance(metadata.get("event_payload"), dict) and metadata.get("event_type")
    if metadata and not is_valid:
        raise SlackError("invalid_metadata_schema")
    return metadata
