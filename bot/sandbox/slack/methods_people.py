"""The methods about the app, the workspace and its people: auth, apps, team, users and others."""

from bot.sandbox.slack import serializers
from bot.sandbox.slack.errors import SlackError
from bot.sandbox.slack.methods import ApiCall, api_method, paginate
from bot.sandbox.slack.model import (
    APP_ID,
    BOT_ID,
    BOT_USER,
    TEAM_DOMAIN,
    TEAM_ID,
    Json,
    UserGroup,
)


@api_method("api.test", token="none")  # noqa: S106 - a kind of token
def api_test(call: ApiCall) -> Json:
    """Return the arguments, or the requested error."""
    if call.text("error"):
        raise SlackError(call.text("error"), args=dict(call.args))
    return {"args": dict(call.args)}


@api_method("auth.test")
def auth_test(call: ApiCall) -> Json:
    """Return the bot's identity. `user` is a username, which Slack writes in lower case."""
    return {
        "url": f"https://{TEAM_DOMAIN}.slack.com/",
        "team": "IFCore class",
        "user": call.workspace.installation.bot_name.lower(),
        "team_id": TEAM_ID,
        "user_id": BOT_USER,
        "bot_id": BOT_ID,
        "is_enterprise_install": False,
    }


@api_method("apps.connections.open", token="app")  # noqa: S106 - a kind of token
def connections_open(call: ApiCall) -> Json:
    """Return the URL for one WebSocket."""
    base = call.workspace.base_url.replace("http", "ws", 1)
    ticket = call.workspace.ephemeral_ids.create_socket_ticket()
    return {"url": f"{base}/link/?ticket={ticket}&app_id={APP_ID}"}


@api_method("team.info", "team:read")
def team_info(_call: ApiCall) -> Json:
    """Return the workspace."""
    return {"team": {"id": TEAM_ID, "name": "IFCore class", "domain": TEAM_DOMAIN}}


@api_method("bots.info", "users:read")
def bots_info(call: ApiCall) -> Json:
    """Return the bot."""
    if call.text("bot") not in ("", BOT_ID):
        raise SlackError("bot_not_found")
    name = call.workspace.installation.bot_name
    about = {"id": BOT_ID, "app_id": APP_ID, "user_id": BOT_USER, "name": name}
    return {"bot": {**about, "deleted": False}}


@api_method("users.info", "users:read")
def users_info(call: ApiCall) -> Json:
    """Return one person."""
    return {"user": serializers.user(call.workspace.directory.person(call.require_arg("user")))}


@api_method("users.list", "users:read")
def users_list(call: ApiCall) -> Json:
    """Return all people and bots."""
    conversations = call.workspace.directory
    selected, cursor = paginate(
        [*conversations.people.values(), *conversations.bots.values()], call, 200
    )
    return {"members": [serializers.user(p) for p in selected], **cursor}


@api_method("usergroups.list", "usergroups:read")
def usergroups_list(call: ApiCall) -> Json:
    """Return all user groups."""
    groups = call.workspace.directory.groups.values()
    users = call.flag("include_users")
    return {"usergroups": [_group(g, users=users) for g in groups]}


@api_method("usergroups.users.list", "usergroups:read")
def usergroups_users_list(call: ApiCall) -> Json:
    """Return the ids of a user group's members."""
    group = call.workspace.directory.groups.get(call.require_arg("usergroup"))
    if group is None:
        raise SlackError("no_such_subteam")
    return {"users": list(group.users)}


def _group(group: UserGroup, *, users: bool) -> Json:
    shown: Json = {
        "id": group.id,
        "team_id": TEAM_ID,
        "is_usergroup": True,
        "handle": group.handle,
        "name": group.name,
        "user_count": len(group.users),
    }
    return {**shown, "users": list(group.users)} if users else shown
