"""Who is who: api, auth, apps, team, bots, users and usergroups."""

from bot.sandbox.slack import portraits
from bot.sandbox.slack.errors import SlackError
from bot.sandbox.slack.methods import Call, method, page
from bot.sandbox.slack.nouns import (
    APP_ID,
    BOT_ID,
    BOT_NAME,
    BOT_USER,
    TEAM_DOMAIN,
    TEAM_ID,
    Json,
    UserGroup,
)


@method("api.test", token="none")  # noqa: S106  a kind of token, not one
def api_test(call: Call) -> Json:
    if call.text("error"):
        raise SlackError(call.text("error"), args=dict(call.args))
    return {"args": dict(call.args)}


@method("auth.test")
def auth_test(_call: Call) -> Json:
    return {
        "url": f"https://{TEAM_DOMAIN}.slack.com/",
        "team": "IFCore class",
        "user": BOT_NAME,
        "team_id": TEAM_ID,
        "user_id": BOT_USER,
        "bot_id": BOT_ID,
        "is_enterprise_install": False,
    }


@method("apps.connections.open", token="app")  # noqa: S106  a kind of token, not one
def connections_open(call: Call) -> Json:
    """A one-shot address for a socket."""
    base = call.workspace.base_url.replace("http", "ws", 1)
    return {"url": f"{base}/link/?ticket={call.workspace.tickets.link()}&app_id={APP_ID}"}


@method("team.info", "team:read")
def team_info(_call: Call) -> Json:
    return {"team": {"id": TEAM_ID, "name": "IFCore class", "domain": TEAM_DOMAIN}}


@method("bots.info", "users:read")
def bots_info(call: Call) -> Json:
    if call.text("bot") not in ("", BOT_ID):
        raise SlackError("bot_not_found")
    about = {"id": BOT_ID, "app_id": APP_ID, "user_id": BOT_USER, "name": BOT_NAME}
    return {"bot": {**about, "deleted": False}}


@method("users.info", "users:read")
def users_info(call: Call) -> Json:
    return {"user": portraits.user(call.workspace.rooms.person(call.need("user")))}


@method("users.list", "users:read")
def users_list(call: Call) -> Json:
    rooms = call.workspace.rooms
    shown, cursor = page([*rooms.people.values(), *rooms.bots.values()], call, 200)
    return {"members": [portraits.user(p) for p in shown], **cursor}


@method("usergroups.list", "usergroups:read")
def usergroups_list(call: Call) -> Json:
    groups = call.workspace.rooms.groups.values()
    users = call.flag("include_users")
    return {"usergroups": [_group(g, users=users) for g in groups]}


@method("usergroups.users.list", "usergroups:read")
def usergroups_users_list(call: Call) -> Json:
    group = call.workspace.rooms.groups.get(call.need("usergroup"))
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
