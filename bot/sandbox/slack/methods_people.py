"""Who is who: api, auth, apps, team, bots, users and usergroups."""

from bot.sandbox.slack import serializers
from bot.sandbox.slack.errors import SlackError
from bot.sandbox.slack.methods import ApiCall, api_method, paginate
from bot.sandbox.slack.model import (
    APP_ID,
    BOT_ID,
    BOT_NAME,
    BOT_USER,
    TEAM_DOMAIN,
    TEAM_ID,
    Json,
    UserGroup,
)


@api_method("api.test", token="none")  # noqa: S106  a kind of token, not one
def api_test(call: ApiCall) -> Json:
    if call.text("error"):
        raise SlackError(call.text("error"), args=dict(call.args))
    return {"args": dict(call.args)}


@api_method("auth.test")
def auth_test(_call: ApiCall) -> Json:
    return {
        "url": f"https://{TEAM_DOMAIN}.slack.com/",
        "team": "IFCore class",
        "user": BOT_NAME,
        "team_id": TEAM_ID,
        "user_id": BOT_USER,
        "bot_id": BOT_ID,
        "is_enterprise_install": False,
    }


@api_method("apps.connections.open", token="app")  # noqa: S106  a kind of token, not one
def connections_open(call: ApiCall) -> Json:
    """A one-shot address for a socket."""
    base = call.workspace.base_url.replace("http", "ws", 1)
    ticket = call.workspace.ephemeral_ids.create_socket_ticket()
    return {"url": f"{base}/link/?ticket={ticket}&app_id={APP_ID}"}


@api_method("team.info", "team:read")
def team_info(_call: ApiCall) -> Json:
    return {"team": {"id": TEAM_ID, "name": "IFCore class", "domain": TEAM_DOMAIN}}


@api_method("bots.info", "users:read")
def bots_info(call: ApiCall) -> Json:
    if call.text("bot") not in ("", BOT_ID):
        raise SlackError("bot_not_found")
    about = {"id": BOT_ID, "app_id": APP_ID, "user_id": BOT_USER, "name": BOT_NAME}
    return {"bot": {**about, "deleted": False}}


@api_method("users.info", "users:read")
def users_info(call: ApiCall) -> Json:
    return {"user": serializers.user(call.workspace.directory.person(call.require_arg("user")))}


@api_method("users.list", "users:read")
def users_list(call: ApiCall) -> Json:
    conversations = call.workspace.directory
    selected, cursor = paginate(
        [*conversations.people.values(), *conversations.bots.values()], call, 200
    )
    return {"members": [serializers.user(p) for p in selected], **cursor}


@api_method("usergroups.list", "usergroups:read")
def usergroups_list(call: ApiCall) -> Json:
    groups = call.workspace.directory.groups.values()
    users = call.flag("include_users")
    return {"usergroups": [_group(g, users=users) for g in groups]}


@api_method("usergroups.users.list", "usergroups:read")
def usergroups_users_list(call: ApiCall) -> Json:
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
