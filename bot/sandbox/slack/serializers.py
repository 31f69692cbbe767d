"""Users, channels, messages, views and files in the Web API's JSON."""

from bot.sandbox.slack.model import (
    APP_ID,
    BOT_ID,
    BOT_USER,
    TEAM_ID,
    Channel,
    File,
    Json,
    Message,
    Person,
    View,
)
from bot.sandbox.slack.workspace import Workspace


def user(person: Person) -> Json:
    """Return a person."""
    return {
        "id": person.id,
        "team_id": TEAM_ID,
        "name": person.name.lower(),
        "real_name": person.name,
        "deleted": person.deleted,
        "tz": person.tz,
        "is_admin": person.is_admin,
        "is_owner": person.is_owner,
        "is_primary_owner": person.is_owner,
        "is_restricted": False,
        "is_ultra_restricted": False,
        "is_bot": person.is_bot,
        "profile": {
            "real_name": person.name,
            "display_name": person.name,
            "title": person.title,
            "team": TEAM_ID,
        },
    }


def channel(conversation: Channel) -> Json:
    """Return a channel or direct messages."""
    shared = {
        "id": conversation.id,
        "is_archived": conversation.is_archived,
        "is_im": conversation.is_dm,
        "created": 0,
    }
    if conversation.is_dm:
        return {**shared, "user": conversation.partner(), "is_channel": False}
    return {
        **shared,
        "name": conversation.name,
        "name_normalized": conversation.name,
        "is_channel": not conversation.is_private,
        "is_group": conversation.is_private,
        "is_private": conversation.is_private,
        "is_mpim": False,
        "is_general": False,
        "is_member": BOT_USER in conversation.members,
        "num_members": len(conversation.members),
        "topic": {"value": "", "creator": "", "last_set": 0},
        "purpose": {"value": "", "creator": "", "last_set": 0},
    }


def message(workspace: Workspace, source: Message, *, metadata: bool = False) -> Json:
    """Return a message as in the history and the responses of chat.*."""
    body: Json = {"type": "message", "ts": source.ts, "user": source.user, "text": source.text}
    if source.is_bot:
        name = workspace.installation.bot_name
        profile = {"id": BOT_ID, "app_id": APP_ID, "name": name, "team_id": TEAM_ID}
        body |= {"bot_id": BOT_ID, "app_id": APP_ID, "team": TEAM_ID, "bot_profile": profile}
    if source.blocks:
        body["blocks"] = [dict(b) for b in source.blocks]
    if source.files:
        body["files"] = [file(workspace, f) for f in source.files]
        body["upload"] = True
    if source.subtype:
        body["subtype"] = source.subtype
    if source.edited:
        body["edited"] = {"user": source.user, "ts": source.ts}
    if source.metadata is not None and metadata:
        body["metadata"] = dict(source.metadata)
    return {**body, **_thread(workspace, source)}


def _thread(workspace: Workspace, source: Message) -> Json:
    if source.is_reply:
        return {"thread_ts": source.thread_ts}
    replies = [r for r in workspace.replies(source) if not r.ephemeral_for]
    if not replies:
        return {}
    users = sorted({r.user for r in replies})
    return {
        "thread_ts": source.ts,
        "reply_count": len(replies),
        "reply_users": users,
        "reply_users_count": len(users),
        "latest_reply": replies[-1].ts,
    }


def view(source: View, values: Json | None = None) -> Json:
    """Return a view with the values of its fields."""
    empty = {"callback_id": "", "private_metadata": "", "external_id": "", "close": None}
    return {
        **empty,
        "submit": None,
        "clear_on_close": False,
        "notify_on_close": False,
        **source.body,
        "id": source.id,
        "team_id": TEAM_ID,
        "state": {"values": values or {}},
        "hash": source.hash,
        "root_view_id": source.root_id,
        "previous_view_id": source.previous_id or None,
        "app_id": APP_ID,
        "app_installed_team_id": TEAM_ID,
        "bot_id": BOT_ID,
    }


def file(workspace: Workspace, source: File) -> Json:
    """Return a file with its URLs."""
    address = f"{workspace.base_url}/files-pri/{TEAM_ID}-{source.id}"
    extension = source.name.rpartition(".")[2] if "." in source.name else ""
    return {
        "id": source.id,
        "name": source.name,
        "title": source.title,
        "mimetype": source.mimetype,
        "filetype": extension or "binary",
        "size": len(source.content),
        "user": source.user,
        "created": source.created,
        "mode": source.mode,
        "is_external": False,
        "is_public": False,
        "file_access": "visible",
        "url_private": f"{address}/{source.name}",
        "url_private_download": f"{address}/download/{source.name}",
    }
