"""The faults and changes that a person can start in the drawer."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from bot.sandbox.hub import fleet_changes, known_causes, seed
from bot.sandbox.hub.faults import ALL_WRITES
from bot.sandbox.hub.space import AppState
from bot.sandbox.slack import faults
from bot.sandbox.slack.app import Slack
from bot.sandbox.slack.directory import ASSISTANT, OPS
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


def _fleet_change(label: str, change: Callable[[Any], object]) -> Scenario:
    return Scenario("Spaces", label, lambda _, world: change(world))


def _channel_change(label: str, start: Callable[[Slack], object]) -> Scenario:
    return Scenario("Alert channel", label, lambda slack, _: start(slack))


def _toggle_channel_name(slack: Slack) -> None:
    """Rename the alert channel, or restore its name."""
    name = slack.workspace.directory.by_id(OPS.id).name
    slack.channels.rename(OPS.id, OPS.name if name != OPS.name else f"{OPS.name}-2")


def _toggle_account(slack: Slack) -> None:
    """Deactivate the assistant's account, or restore it. The bot knows it after five minutes."""
    people = slack.workspace.directory.people
    people[ASSISTANT.id] = replace(people[ASSISTANT.id], deleted=not people[ASSISTANT.id].deleted)


def _delete_last_card(slack: Slack) -> None:
    """Delete the newest message of the bot in the alert channel, as an owner of the workspace."""
    shown = slack.workspace.messages(OPS.id)
    cards = [message for message in shown if message.is_bot and not message.ephemeral_for]
    if cards:
        slack.workspace.message_store.remove(cards[-1])


def _lasting_state(label: str, **states: Any) -> Scenario:
    """Return a scenario that changes Slack's state until the faults are cleared.

    It closes every socket, because the new state shows when the bot reconnects.
    """

    def start(slack: Slack, _: Any) -> None:
        for name, value in states.items():
            setattr(slack.faults, name, value)
        slack.cut_sockets()

    return Scenario("Slack app", label, start)


_FLEET_CHANGES: dict[str, Callable[[Any], object]] = {
    "4 apps crash at once": fleet_changes.crash_several,
    "An app crashes and recovers 3 times": fleet_changes.make_unstable,
    "Someone deletes a Space": fleet_changes.delete_one,
    "Moderation locks a Space": known_causes.lock_one,
    "The quota pauses a Space, again after each start": known_causes.use_up_quota,
    "A ZeroGPU app has no GPU function": known_causes.lack_gpu_function,
    "No machine is free for a Space": known_causes.leave_unscheduled,
    "A static Space fails to build": known_causes.fail_static_build,
    "New Spaces need a paid plan": known_causes.gate_creations,
    "Other hardware needs a payment method": known_causes.ask_for_payment_method,
    "Copies of a paused template are paused, or not": fleet_changes.toggle_paused_copies,
    "A Space is protected, with a volume and replicas": fleet_changes.show_all_settings,
    "A build never ends": fleet_changes.build_endlessly,
    "The build of an update never ends": fleet_changes.update_endlessly,
    "The builds of all updates never end": fleet_changes.update_all_endlessly,
    "A Space builds and starts again and again": fleet_changes.loop_start,
    "Builds take 15 times as long, or not": fleet_changes.toggle_slow_builds,
    "A student pushes a commit": fleet_changes.push_commit,
    "A pushed commit is never built": fleet_changes.push_unbuilt_commit,
    "The first domain of an app is dead, or not": fleet_changes.toggle_first_domain,
    "The next uploads fail to build": fleet_changes.fail_next_commits,
    "The list omits a Space, or not": fleet_changes.toggle_listing,
    "An app stops answering, or not": fleet_changes.toggle_app,
    "A class of 60 Spaces joins": seed.add_class,
    "Apps die when they restart, or not": fleet_changes.toggle_fatal_restarts,
    "A changed variable or secret kills apps, or not": fleet_changes.toggle_fatal_values,
}
#: What the first running app can answer, by label.
_APP_STATES: dict[str, AppState] = {
    "An app answers 404": "404",
    "An app hangs": "hang",
    "An app takes 5 seconds to answer": "slow",
    "An app answers with an error page": "error_page",
    "An app answers with its own login page": "login_page",
    "An app redirects to the Hub's login": "redirect",
}
_POST, _EDIT = "chat.postMessage", "chat.update"

SCENARIOS = {
    **{change.__name__: _fleet_change(label, change) for label, change in _FLEET_CHANGES.items()},
    **{
        f"app_{state}": _fleet_change(label, partial(fleet_changes.answer_with, state=state))
        for label, state in _APP_STATES.items()
    },
    "post_limit": _slack_fault(
        "3 posts exceed the message limit", _POST, faults.api_error("message_limit_exceeded"), 3
    ),
    "post_blocks": _slack_fault(
        "A post has invalid blocks", _POST, faults.api_error("invalid_blocks")
    ),
    "post_unanswered": _slack_fault(
        "A post arrives, but its answer doesn't", _POST, faults.no_response(stored=True)
    ),
    "edit_failed": _slack_fault("An edit fails", _EDIT, faults.api_error("update_failed")),
    "edit_closed": _slack_fault(
        "3 edits are too late", _EDIT, faults.api_error("edit_window_closed"), 3
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
    "html": _slack_fault("3 calls get an HTML page", faults.EVERY_METHOD, faults.html_page(), 3),
    "post_without_ts": _slack_fault("A post's answer has no ts", _POST, faults.answer_without_ts()),
    "post_elsewhere": _slack_fault(
        "A post's answer names another channel", _POST, faults.answer_of_another_channel()
    ),
    "form_expired": _slack_fault(
        "A form opens too late", "views.open", faults.EXPIRED_TRIGGERS[-1]
    ),
    "too_fast": _slack_fault(
        "3 calls are rate-limited for 5 seconds", faults.EVERY_METHOD, faults.rate_limited(5), 3
    ),
    "broken": _slack_fault(
        "3 calls get error 503", faults.EVERY_METHOD, faults.server_error(503), 3
    ),
    "twice": Scenario(
        "Slack", "The next message is delivered twice", lambda slack, _: slack.deliver_twice()
    ),
    "both_kinds": Scenario(
        "Slack",
        "The next mention in a DM arrives twice",
        lambda slack, _: slack.deliver_as_both_kinds(),
    ),
    "assistant_leaves": Scenario(
        "Slack", "Tomás leaves the workspace, or returns", lambda slack, _: _toggle_account(slack)
    ),
    "reconnect": Scenario(
        "Slack", "Slack asks for a new socket", lambda slack, _: slack.request_reconnect()
    ),
    "post_dropped": _slack_fault(
        "The connection of a post breaks", _POST, faults.drop_connection()
    ),
    "post_not_json": _slack_fault(
        "A post's answer isn't JSON", _POST, faults.invalid_answer("{", stored=True)
    ),
    "sockets_cut": Scenario("Slack", "All sockets break", lambda slack, _: slack.cut_sockets()),
    "restart_hangs": _hub_fault(
        "A restart hangs for a minute", lambda hub: hub.hang(call="restart", times=1)
    ),
    "token_refused": _hub_fault(
        "The Hub refuses the token for 20 calls", lambda hub: hub.refuse(401, times=20)
    ),
    "restart_unanswered": _hub_fault(
        "A restart happens, but its answer is lost",
        lambda hub: hub.refuse(502, call="restart", times=1, after=True),
    ),
    "restart_page": _hub_fault(
        "A restart gets an HTML page", lambda hub: hub.html(call="restart", times=1)
    ),
    "acts_sign_in": _hub_fault(
        "3 acts get a sign-in page",
        lambda hub: hub.answer("Please sign in", call=ALL_WRITES, times=3),
    ),
    "acts_empty": _hub_fault(
        "3 acts happen, but their answers are empty",
        lambda hub: hub.answer("", call=ALL_WRITES, times=3, after=True),
    ),
    "acts_redirect": _hub_fault(
        "3 acts are redirected to themselves", lambda hub: hub.redirect(call=ALL_WRITES, times=3)
    ),
    "lists_sign_in": _hub_fault(
        "3 lists get a sign-in page", lambda hub: hub.html(call="list", times=3)
    ),
    "lists_redirect": _hub_fault(
        "3 lists are redirected to themselves", lambda hub: hub.redirect(call="list", times=3)
    ),
    "collision": Scenario(
        "Hub", "A secret and a variable get the same name", lambda _, world: world.collide_first()
    ),
    "entry_null": Scenario(
        "Hub", "The list shows a Space as null, or not", lambda _, world: world.hide_first()
    ),
    "over_quota": _hub_fault("3 restarts exceed the quota", lambda hub: hub.over_quota(times=3)),
    "creations": _hub_fault(
        "New Spaces must wait 20 hours", lambda hub: hub.limit_creations(hours=20, times=3)
    ),
    "restarts_limited": _hub_fault(
        "30 restarts are rate-limited for 0 seconds",
        lambda hub: hub.refuse(429, call="restart", times=30, headers={"Retry-After": "0"}),
    ),
    "storage_full": _hub_fault(
        "3 large files don't fit into the storage", lambda hub: hub.fill_storage(times=3)
    ),
    "store_lost": _hub_fault(
        "The store of large files is unreachable", lambda hub: hub.lose_store()
    ),
    "list_fails": _hub_fault("3 lists fail", lambda hub: hub.refuse(500, call="list", times=3)),
    "too_many_sockets": _lasting_state(
        "Slack refuses more sockets", sockets=SocketBehavior.TOO_MANY
    ),
    "sockets_closed": _lasting_state(
        "Every socket is closed at once", sockets=SocketBehavior.CLOSED
    ),
    "ghosts": _lasting_state("Slack counts 2 more sockets", ghosts=2),
    "token_revoked": _lasting_state("The bot token is revoked", is_revoked=True),
    "may_not_write": _lasting_state(
        "The app loses chat:write", missing_scopes=frozenset({"chat:write"})
    ),
    "scopes_hidden": _lasting_state("Slack doesn't name the scopes", hides_scopes=True),
    "channel_renamed": _channel_change("It is renamed", _toggle_channel_name),
    "channel_archived": _channel_change(
        "It is archived", lambda slack: slack.channels.archive(OPS.id)
    ),
    "channel_unarchived": _channel_change(
        "It is unarchived", lambda slack: slack.channels.unarchive(OPS.id)
    ),
    "card_deleted": _channel_change("Someone deletes its last card", _delete_last_card),
    "bot_removed": _channel_change(
        "The bot is removed", lambda slack: slack.channels.remove_bot(OPS.id)
    ),
    "bot_added": _channel_change("The bot is added", lambda slack: slack.channels.add_bot(OPS.id)),
}
