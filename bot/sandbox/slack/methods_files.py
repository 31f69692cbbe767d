"""files.*: the first and last step of an upload, and a file's details."""

from bot.sandbox.slack import serializers
from bot.sandbox.slack.errors import SlackError
from bot.sandbox.slack.messages import Draft
from bot.sandbox.slack.methods import ApiCall, api_method
from bot.sandbox.slack.methods_chat import parse_blocks
from bot.sandbox.slack.model import BOT_USER, File, Json


@api_method("files.getUploadURLExternal", "files:write")
def get_upload_url(call: ApiCall) -> Json:
    """Return the URL to upload a file to."""
    length = call.number("length", 0)
    if length <= 0:
        raise SlackError("invalid_arguments", ["must be greater than 0 [json-pointer:/length]"])
    id = call.workspace.files.reserve(call.require_arg("filename"), length)
    return {"upload_url": f"{call.workspace.base_url}/upload/v1/{id}", "file_id": id}


@api_method("files.completeUploadExternal", "files:write")
def complete_upload(call: ApiCall) -> Json:
    """Complete uploaded files and share them in channels."""
    requested = call.json("files")
    if not isinstance(requested, list) or not requested:
        raise SlackError("invalid_arguments", ["missing required field: files"])
    files = [call.workspace.files.complete(f["id"], f.get("title") or "") for f in requested]
    channels = [call.text("channel_id"), *call.text("channels").split(",")]
    for channel in filter(None, channels):
        _share_files(call, channel, files)
    return {"files": [serializers.file(call.workspace, f) for f in files]}


@api_method("files.info", "files:read")
def info(call: ApiCall) -> Json:
    """Return one file and where it is shared."""
    store = call.workspace.files
    file = store.get(call.require_arg("file"))
    shares: dict[str, list[Json]] = {}
    for channel, ts, thread_ts in store.shares.get(file.id, ()):
        shares.setdefault(channel, []).append({"ts": ts, "thread_ts": thread_ts})
    return {"file": {**serializers.file(call.workspace, file), "shares": {"public": shares}}}


def _share_files(call: ApiCall, channel: str, files: list[File]) -> None:
    conversation = call.workspace.directory.find(channel)
    if BOT_USER not in conversation.members:
        raise SlackError("not_in_channel")
    thread_ts = call.text("thread_ts")
    draft = Draft(call.text("initial_comment"), parse_blocks(call), thread_ts, files=tuple(files))
    message = call.workspace.message_store.post(conversation.id, BOT_USER, draft)
    for file in files:
        call.workspace.files.share(file, conversation.id, message.ts, thread_ts)
