"""The workspace as the page draws it for one person: the contract of `/sandbox/state`."""

from urllib.parse import quote

from bot.sandbox.slack.nouns import BOT_USER, Channel, File, Json, Message, Person, View
from bot.sandbox.slack.workspace import Workspace

MOST_PUSHES = 20


def state(workspace: Workspace, person: str, channel: str) -> Json:
    """Everything the page shows. To look at a channel is to have read it."""
    with workspace.pulse.reading():
        workspace.timeline.read(channel, person)
        rooms = workspace.rooms
        return {
            "version": workspace.pulse.version,
            "me": _person(rooms.people[person]),
            "people": [_person(p) for p in rooms.people.values()],
            "channels": [_channel(workspace, c, person) for c in rooms.of(person)],
            "command": "".join(workspace.installation.commands[:1]),
            "messages": [
                {**_message(workspace, m), **_thread(workspace, m, person)}
                for m in workspace.messages(channel, person)
            ],
            "view": _view(workspace.view(person)),
            "pushes": [
                {"id": p.id, "channel": p.channel, "text": p.text, "at": p.at}
                for p in workspace.pushes(person)[-MOST_PUSHES:]
            ],
        }


def _person(person: Person) -> Json:
    return {"id": person.id, "name": person.name, "title": person.title}


def _channel(workspace: Workspace, room: Channel, person: str) -> Json:
    unread = workspace.timeline.unread(room.id, person)
    kind = "dm" if room.is_dm else "channel"
    return {
        "id": room.id,
        "name": room.name,
        "kind": kind,
        "unread": unread,
        "note": _note_on(room),
    }


def _note_on(room: Channel) -> str:
    """Return what keeps the bot from posting there, in a word or two, or nothing."""
    if room.is_archived:
        return "archived"
    return "" if BOT_USER in room.members else "no bot"


def _message(workspace: Workspace, said: Message) -> Json:
    return {
        "ts": said.ts,
        "user": said.user,
        "name": workspace.rooms.person(said.user).name,
        "bot": workspace.rooms.person(said.user).is_bot,
        "text": said.text,
        "blocks": [dict(b) for b in said.blocks],
        "ephemeral": bool(said.ephemeral_for),
        "edited": said.edited,
        "files": [_file(f) for f in said.files],
    }


def _thread(workspace: Workspace, said: Message, person: str) -> Json:
    replies = workspace.replies(said, person)
    return {
        "reply_count": len(replies),
        "replies": [{**_message(workspace, r), "reply_count": 0, "replies": []} for r in replies],
    }


def _file(file: File) -> Json:
    url = f"/sandbox/files/{file.id}/{quote(file.name, safe='')}"
    return {"id": file.id, "name": file.name, "size": len(file.content), "url": url}


def _view(view: View | None) -> Json | None:
    if view is None:
        return None
    body = view.body
    return {
        "id": view.id,
        "callback_id": view.callback_id,
        "title": view.title,
        "submit": (body.get("submit") or {}).get("text", ""),
        "close": (body.get("close") or {}).get("text", "Cancel"),
        "blocks": [dict(b) for b in view.blocks],
        "errors": dict(view.errors),
    }
