"""The workspace as one person sees it on the page: the response of `/sandbox/state`."""

from urllib.parse import quote

from bot.sandbox.slack import suggestions
from bot.sandbox.slack.model import BOT_USER, Channel, File, Json, Message, Person, View
from bot.sandbox.slack.workspace import Workspace

MAX_PUSHES = 20


def page_state(workspace: Workspace, person: str, channel: str) -> Json:
    """Return the state that the page shows, and mark the channel as read."""
    with workspace.state_lock.read_lock():
        workspace.message_store.mark_read(channel, person)
        directory, installation = workspace.directory, workspace.installation
        here = directory.by_id(channel)
        return {
            "version": workspace.state_lock.version,
            "me": _person(directory.people[person]),
            "people": [_person(p) for p in directory.people.values()],
            "channels": [_channel(workspace, c, person) for c in directory.channels_of(person)],
            "command": "".join(installation.commands[:1]),
            "examples": suggestions.examples(installation, directory.people[person], here),
            "completions": suggestions.completions(installation, here),
            "messages": [
                {**_message(workspace, m), **_thread(workspace, m, person)}
                for m in workspace.messages(channel, person)
            ],
            "view": _view(workspace.view(person)),
            "pushes": [
                {"id": p.id, "channel": p.channel, "text": p.text, "at": p.at}
                for p in workspace.pushes(person)[-MAX_PUSHES:]
            ],
        }


def _person(person: Person) -> Json:
    return {"id": person.id, "name": person.name, "title": person.title}


def _channel(workspace: Workspace, conversation: Channel, person: str) -> Json:
    unread = workspace.message_store.count_unread(conversation.id, person)
    kind = "dm" if conversation.is_dm else "channel"
    return {
        "id": conversation.id,
        "name": conversation.name,
        "kind": kind,
        "unread": unread,
        "note": _bot_absence_note(conversation),
    }


def _bot_absence_note(conversation: Channel) -> str:
    """Return why the bot can't post in the channel, in a word or two, or an empty string."""
    if conversation.is_archived:
        return "archived"
    return "" if BOT_USER in conversation.members else "no bot"


def _message(workspace: Workspace, message: Message) -> Json:
    return {
        "ts": message.ts,
        "user": message.user,
        "name": workspace.directory.person(message.user).name,
        "bot": workspace.directory.person(message.user).is_bot,
        "text": message.text,
        "blocks": [dict(b) for b in message.blocks],
        "ephemeral": bool(message.ephemeral_for),
        "edited": message.edited,
        "files": [_file(f) for f in message.files],
    }


def _thread(workspace: Workspace, message: Message, person: str) -> Json:
    replies = workspace.replies(message, person)
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
