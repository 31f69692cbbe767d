"""What a person can set off in the drawer, to watch what the bot makes of it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from bot.sandbox.hub.faults import ACTS
from bot.sandbox.slack import faults
from bot.sandbox.slack.app import Slack
from bot.sandbox.slack.faults import Fault, Sockets
from bot.sandbox.slack.rooms import OPS


@dataclass(frozen=True, slots=True)
class Scenario:
    """One entry of the drawer's list. `start` takes the sandbox's Slack and its Hub."""

    group: str
    label: str
    start: Callable[[Slack, Any], object]


def _slack(label: str, method: str, fault: Fault, times: int = 1) -> Scenario:
    return Scenario("Slack", label, lambda slack, _: slack.faults.add(method, fault, times=times))


def _minute(label: str, method: str, fault: Fault) -> Scenario:
    """Let every call of *method* fail for a minute."""
    label = f"{label} for a minute"
    return Scenario(
        "Slack", label, lambda slack, _: slack.faults.add(method, fault, times=None, seconds=60)
    )


def _hub(label: str, start: Callable[[Any], object]) -> Scenario:
    return Scenario("Hub", label, lambda _, world: start(world.faults))


def _channel(label: str, start: Callable[[Slack], object]) -> Scenario:
    return Scenario("Alert channel", label, lambda slack, _: start(slack))


def _rename(slack: Slack) -> None:
    """Give the alert channel another name, or its own again."""
    name = slack.workspace.rooms.by_id(OPS.id).name
    slack.channels.rename(OPS.id, OPS.name if name != OPS.name else f"{OPS.name}-2")


def _lasting(label: str, **states: Any) -> Scenario:
    """Change how Slack is, until the faults are cleared; every socket is cut to show it."""

    def start(slack: Slack, _: Any) -> None:
        for name, value in states.items():
            setattr(slack.faults, name, value)
        slack.cut_sockets()

    return Scenario("Slack app", label, start)


_POST, _EDIT = "chat.postMessage", "chat.update"

SCENARIOS = {
    "post_limit": _slack(
        "3 posts meet the message limit", _POST, faults.refused("message_limit_exceeded"), 3
    ),
    "post_blocks": _slack("A post has invalid blocks", _POST, faults.refused("invalid_blocks")),
    "post_unanswered": _slack(
        "A post arrives, its answer doesn't", _POST, faults.silent(stored=True)
    ),
    "edit_failed": _slack("An edit fails", _EDIT, faults.refused("update_failed")),
    "edit_closed": _slack(
        "3 edits come too late for good", _EDIT, faults.refused("edit_window_closed"), 3
    ),
    "posts_refused": _minute("Posts are refused", _POST, faults.refused("message_limit_exceeded")),
    "edits_refused": _minute("Edits are refused", _EDIT, faults.refused("cant_update_message")),
    "blocks_refused": _minute("Blocks are refused", _POST, faults.refused("msg_blocks_too_long")),
    "html": _slack("A page answers 3 calls", faults.EVERY_METHOD, faults.html(), 3),
    "post_without_ts": _slack("A post's answer has no ts", _POST, faults.without_ts()),
    "post_elsewhere": _slack(
        "A post's answer is about another", _POST, faults.of_another_channel()
    ),
    "form_expired": _slack("A form comes too late", "views.open", faults.EXPIRED_TRIGGERS[-1]),
    "too_fast": _slack("3 calls have to wait 5 s", faults.EVERY_METHOD, faults.rate_limited(5), 3),
    "broken": _slack("3 calls meet a 503", faults.EVERY_METHOD, faults.broken(503), 3),
    "twice": Scenario(
        "Slack", "The next message is delivered twice", lambda slack, _: slack.deliver_twice()
    ),
    "sockets_cut": Scenario("Slack", "The sockets break", lambda slack, _: slack.cut_sockets()),
    "restart_unanswered": _hub(
        "A restart is done, its answer lost",
        lambda hub: hub.refuse(502, call="restart", times=1, after=True),
    ),
    "restart_page": _hub(
        "A page answers instead of a restart", lambda hub: hub.html(call="restart", times=1)
    ),
    "acts_sign_in": _hub(
        "3 acts answer with a sign-in page",
        lambda hub: hub.answer("Please sign in", call=ACTS, times=3),
    ),
    "acts_empty": _hub(
        "3 acts are done, their answers empty",
        lambda hub: hub.answer("", call=ACTS, times=3, after=True),
    ),
    "acts_redirect": _hub(
        "3 acts are redirected to themselves", lambda hub: hub.redirect(call=ACTS, times=3)
    ),
    "collision": Scenario(
        "Hub", "A secret gets a variable's name", lambda _, world: world.collide_first()
    ),
    "entry_null": Scenario(
        "Hub", "The list can't show one Space, or can again", lambda _, world: world.hide_first()
    ),
    "over_quota": _hub("3 restarts exceed the quota", lambda hub: hub.over_quota(times=3)),
    "creations": _hub(
        "New Spaces have to wait 20 hours", lambda hub: hub.limit_creations(hours=20, times=3)
    ),
    "restarts_limited": _hub(
        "30 restarts are rate-limited, for 0 seconds",
        lambda hub: hub.refuse(429, call="restart", times=30, headers={"Retry-After": "0"}),
    ),
    "storage_full": _hub("3 large files exceed the storage", lambda hub: hub.fill_storage(times=3)),
    "store_lost": _hub("The store of large files is lost", lambda hub: hub.lose_store()),
    "list_fails": _hub("3 lists fail", lambda hub: hub.refuse(500, call="list", times=3)),
    "too_many_sockets": _lasting("There are too many sockets", sockets=Sockets.TOO_MANY),
    "sockets_closed": _lasting("Every socket is closed at once", sockets=Sockets.CLOSED),
    "ghosts": _lasting("Slack counts 2 sockets more", ghosts=2),
    "token_revoked": _lasting("The bot token is revoked", is_revoked=True),
    "may_not_write": _lasting("The app loses chat:write", missing_scopes=frozenset({"chat:write"})),
    "scopes_hidden": _lasting("Slack doesn't say the scopes", hides_scopes=True),
    "channel_renamed": _channel("It is renamed", _rename),
    "channel_archived": _channel("It is archived", lambda slack: slack.channels.archive(OPS.id)),
    "channel_unarchived": _channel(
        "It is unarchived", lambda slack: slack.channels.unarchive(OPS.id)
    ),
    "bot_removed": _channel("The bot is removed", lambda slack: slack.channels.remove_bot(OPS.id)),
    "bot_added": _channel("The bot is added", lambda slack: slack.channels.add_bot(OPS.id)),
}
