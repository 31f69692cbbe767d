"""files.*: the three steps of an upload, and what is known of a file."""

from bot.sandbox.slack import portraits
from bot.sandbox.slack.errors import SlackError
from bot.sandbox.slack.methods import Call, method
from bot.sandbox.slack.methods_chat import checked_blocks
from bot.sandbox.slack.nouns import BOT_USER, File, Json
from bot.sandbox.slack.timeline import Draft


@method("files.getUploadURLExternal", "files:write")
def get_upload_url(call: Call) -> Json:
    length = call.number("length", 0)
    if length <= 0:
        raise SlackError("invalid_arguments", ["must be greater than 0 [json-pointer:/length]"])
    id = call.workspace.shelf.promise(call.need("filename"), length)
    return {"upload_url": f"{call.workspace.base_url}/upload/v1/{id}", "file_id": id}


@method("files.completeUploadExternal", "files:write")
def complete_upload(call: Call) -> Json:
    wanted = call.json("files")
    if not isinstance(wanted, list) or not wanted:
        raise SlackError("invalid_arguments", ["missing required field: files"])
    files = [call.workspace.shelf.finish(f["id"], f.get("title") or "") for f in wanted]
    places = [call.text("channel_id"), *call.text("channels").split(",")]
    for place in filter(None, places):
        _share(call, place, files)
    return {"files": [portraits.file(call.workspace, f) for f in files]}


@method("files.info", "files:read")
def info(call: Call) -> Json:
    shelf = call.workspace.shelf
    file = shelf.get(call.need("file"))
    shares: dict[str, list[Json]] = {}
    for channel, ts, thread_ts in shelf.shares.get(file.id, ()):
        shares.setdefault(channel, []).append({"ts": ts, "thread_ts": thread_ts})
    return {"file": {**portraits.file(call.workspace, file), "shares": {"public": shares}}}


def _share(call: Call, place: str, files: list[File]) -> None:
    room = call.workspace.rooms.find(place)
    if BOT_USER not in room.members:
        raise SlackError("not_in_channel")
    thread_ts = call.text("thread_ts")
    draft = Draft(call.text("initial_comment"), checked_blocks(call), thread_ts, files=tuple(files))
    said = call.workspace.timeline.post(room.id, BOT_USER, draft)
    for file in files:
        call.workspace.shelf.share(file, room.id, said.ts, thread_ts)
