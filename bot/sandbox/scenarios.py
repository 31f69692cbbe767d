"""The faults and changes that a person can start in the drawer."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from bot.sandbox.hub.faults import ALL_WRITES
from bot.sandbox.slack import faults
from bot.sandbox.slack.app import Slack
from bot.sandbox.slack.directory import OPS
from bot.sandbox.slack.faults import Fault, SocketBehavior


@dataclass(frozen=True, slots=True)
class Scenario:
    """One entry in the drawer's list. `start` takes the sandbox's Slack and its Hub."""

    group: str
    label: str
    start: Callable[[Slack, Any], object]


def _slack_fault(label: str, method: str, fault: Fault, times: int = 1) -> Scenario:
    return Scenario("Slack", label, lambda slack, _: slack.faults.plan(method, fault, times=times))


def _slack_fault_for_a_minute(label: str, method: str, fault: Fault) -> Scenario:
    """Return a scenario in which every call of *method* fails for a minute."""
    label = f"{label} for a minute"
    return Scenario(
        "Slack", label, lambda slack, _: slack.faults.plan(method, fault, times=None, seconds=60)
    )


def _hub_fault(label: str, start: Callable[[Any], object]) -> Scenario:
    return Scenario("Hub", label, lambda _, world: start(world.faults))


def _channel_change(label: str, start: Callable[[Slack], object]) -> Scenario:
    return Scenario("Alert channel", label, lambda slack, _: start(slack))


def _toggle_channel_name(slack: Slack) -> None:
    """Rename the alert channel, or restore its name."""
    name = slack.workspace.directory.by_id(OPS.id).name
    slack.channels.rename(OPS.id, OPS.name if name != OPS.name else f"{OPS.name}-2")


def _lasting_state(label: str, **states: Any) -> Scenario:
    """Return a scenario that changes Slack's state until the faults are cleared.

    It closes every socket, because the new state shows when the bot reconnects.
    """

    def start(slack: Slack, _: Any) -> None:
        for name, value in states.items():
            setattr(slack.faults, name, value)
        slack.cut_sockets()

    return Scenario("Slack app", label, start)


_POST, _EDIT = "chat.postMessage", "chat.update"

SCENARIOS = {
    "post_limit": _slack_fault(
        "3 posts meet the message limit", _POST, faults.api_error("message_limit_exceeded"), 3
    ),
    "post_blocks": _slack_fault(
        "A post has invalid blocks", _POST, faults.api_error("invalid_blocks")
    ),
    "post_unanswered": _slack_fault(
        "A post arrives, its answer doesn't", _POST, faults.no_response(stored=True)
    ),
    "edit_failed": _slack_fault("An edit fails", _EDIT, faults.api_error("update_failed")),
    "edit_closed": _slack_fault(
        "3 edits come too late for good", _EDIT, faults.api_error("edit_window_closed"), 3
    ),
    "posts_refused": _slack_fault_for_a_minute(
        "Posts are refused", _POST, faults.api_error("message_limit_exceeded")
    ),
    "edits_refused": _slack_fault_for_a_minute(
        "Edits are refused", _EDIT, faults.api_error("cant_update_message")
    ),
    "blocks_refused": _slack_fault_for_a_minute(
        "Blocks are refused", _POST, faults.api_error("msg_blocks_too_long")
    ),
    "html": _slack_fault("A page answers 3 calls", faults.EVERY_METHOD, faults.html_page(), 3),
    "post_without_ts": _slack_fault("A post's answer has no ts", _POST, faults.answer_without_ts()),
    "post_elsewhere": _slack_fault(
        "A post's answer is about another", _POST, faults.answer_of_another_channel()
    ),
    "form_expired": _slack_fault(
        "A form comes too late", "views.open", faults.EXPIRED_TRIGGERS[-1]
    ),
    "too_fast": _slack_fault(
        "3 calls have to wait 5 s", faults.EVERY_METHOD, faults.rate_limited(5), 3
    ),
    "broken": _slack_fault("3 calls meet a 503", faults.EVERY_METHOD, faults.server_error(503), 3),
    "twice": Scenario(
        "Slack", "The next message is delivered twice", lambda slack, _: slack.deliver_twice()
    ),
    "sockets_cut": Scenario("Slack", "The sockets break", lambda slack, _: slack.cut_sockets()),
    "restart_unanswered": _hub_fault(
        "A restart is done, its answer lost",
        lambda hub: hub.refuse(502, call="restart", times=1, after=True),
    ),
    "restart_page": _hub_fault(
        "A page answers instead of a restart", lambda hub: hub.html(call="restart", times=1)
    ),
    "acts_sign_in": _hub_fault(
        "3 acts answer with a sign-in page",
        lambda hub: hub.answer("Please sign in", call=ALL_WRITES, times=3),
    ),
    "acts_empty": _hub_fault(
        "3 acts are done, their answers empty",
        lambda hub: hub.answer("", call=ALL_WRITES, times=3, after=True),
    ),
    "acts_redirect": _hub_fault(
        "3 acts are redirected to themselves", lambda hub: hub.redirect(call=ALL_WRITES, times=3)
    ),
    "collision": Scenario(
        "Hub", "A secret gets a variable's name", lambda _, world: world.collide_first()
    ),
    "entry_null": Scenario(
        "Hub", "The list can't show one Space, or can again", lambda _, world: world.hide_first()
    ),
    "over_quota": _hub_fault("3 restarts exceed the quota", lambda hub: hub.over_quota(times=3)),
    "creations": _hub_fault(
        "New Spaces have to wait 20 hours", lambda hub: hub.limit_creations(hours=20, times=3)
    ),
    "restarts_limited": _hub_fault(
        "30 restarts are rate-limited, for 0 seconds",
        lambda hub: hub.refuse(429, call="restart", times=30, headers={"Retry-After": "0"}),
    ),
    "storage_full": _hub_fault(
        "3 large files exceed the storage", lambda hub: hub.fill_storage(times=3)
    ),
    "store_lost": _hub_fault("The store of large files is lost", lambda hub: hub.lose_store()),
    "list_fails": _hub_fault("3 lists fail", lambda hub: hub.refuse(500, call="list", times=3)),
    "too_many_sockets": _lasting_state(
        "There are too many sockets", sockets=SocketBehavior.TOO_MANY
    ),
    "sockets_closed": _lasting_state(
        "Every socket is closed at once", sockets=SocketBehavior.CLOSED
    ),
    "ghosts": _lasting_state("Slack counts 2 sockets more", ghosts=2),
    "token_revoked": _lasting_state("The bot token is revoked", is_revoked=True),
    "may_not_write": _lasting_state(
        "The app loses chat:write", missing_scopes=frozenset({"chat:write"})
    ),
    "scopes_hidden": _lasting_state("Slack doesn't say the scopes", hides_scopes=True),
    "channel_renamed": _channel_change("It is renamed", _toggle_channel_name),
    "channel_archived": _channel_change(
        "It is archived", lambda slack: slack.channels.archive(OPS.id)
    ),
    "channel_unarchived": _channel_change(
        "It is unarchived", lambda slack: slack.channels.unarchive(OPS.id)
    ),
    "bot_removed": _channel_change(
        "The bot is removed", lambda slack: slack.channels.remove_bot(OPS.id)
    ),
    "bot_added": _channel_change("The bot is added", lambda slack: slack.channels.add_bot(OPS.id)),
}
