"""Users, channels, messages, views and files as the Web API shows them."""

from bot.sandbox.slack.nouns import (
    APP_ID,
    BOT_ID,
    BOT_NAME,
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


def channel(room: Channel) -> Json:
    shared = {"id": room.id, "is_archived": room.is_archived, "is_im": room.is_dm, "created": 0}
    if room.is_dm:
        return {**shared, "user": room.partner(), "is_channel": False}
    return {
        **shared,
        "name": room.name,
        "name_normalized": room.name,
        "is_channel": not room.is_private,
        "is_group": room.is_private,
        "is_private": room.is_private,
        "is_mpim": False,
        "is_general": False,
        "is_member": BOT_USER in room.members,
        "num_members": len(room.members),
        "topic": {"value": "", "creator": "", "last_set": 0},
        "purpose": {"value": "", "creator": "", "last_set": 0},
    }


def message(workspace: Workspace, said: Message, *, metadata: bool = False) -> Json:
    """As history and the answers of chat.* show it."""
    shown: Json = {"type": "message", "ts": said.ts, "user": said.user, "text": said.text}
    if said.is_bot:
        profile = {"id": BOT_ID, "app_id": APP_ID, "name": BOT_NAME, "team_id": TEAM_ID}
        shown |= {"bot_id": BOT_ID, "app_id": APP_ID, "team": TEAM_ID, "bot_profile": profile}
    if said.blocks:
        shown["blocks"] = [dict(b) for b in said.blocks]
    if said.files:
        shown["files"] = [file(workspace, f) for f in said.files]
        shown["upload"] = True
    if said.subtype:
        shown["subtype"] = said.subtype
    if said.edited:
        shown["edited"] = {"user": said.user, "ts": said.ts}
    if said.metadata is not None and metadata:
        shown["metadata"] = dict(said.metadata)
    return {**shown, **_thread(workspace, said)}


def _thread(workspace: Workspace, said: Message) -> Json:
    if said.is_reply:
        return {"thread_ts": said.thread_ts}
    replies = [r for r in workspace.replies(said) if not r.ephemeral_for]
    if not replies:
        return {}
    users = sorted({r.user for r in replies})
    return {
        "thread_ts": said.ts,
        "reply_count": len(replies),
        "reply_users": users,
        "reply_users_count": len(users),
        "latest_reply": replies[-1].ts,
    }


def view(shown: View, values: Json | None = None) -> Json:
    empty = {"callback_id": "", "private_metadata": "", "external_id": "", "close": None}
    return {
        **empty,
        "submit": None,
        "clear_on_close": False,
        "notify_on_close": False,
        **shown.body,
        "id": shown.id,
        "team_id": TEAM_ID,
        "state": {"values": values or {}},
        "hash": shown.hash,
        "root_view_id": shown.root_id,
        "previous_view_id": shown.previous_id or None,
        "app_id": APP_ID,
        "app_installed_team_id": TEAM_ID,
        "bot_id": BOT_ID,
    }


def file(workspace: Workspace, kept: File) -> Json:
    address = f"{workspace.base_url}/files-pri/{TEAM_ID}-{kept.id}"
    ending = kept.name.rpartition(".")[2] if "." in kept.name else ""
    return {
        "id": kept.id,
        "name": kept.name,
        "title": kept.title,
        "mimetype": kept.mimetype,
        "filetype": ending or "binary",
        "size": len(kept.content),
        "user": kept.user,
        "created": kept.created,
        "mode": kept.mode,
        "is_external": False,
        "is_public": False,
        "file_access": "visible",
        "url_private": f"{address}/{kept.name}",
        "url_private_download": f"{address}/download/{kept.name}",
    }
