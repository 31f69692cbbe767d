"""Execution of actions on alerts, with the cards in the same transaction."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from bot.alerts.actions import (
    AcknowledgeIncidents,
    AddWatch,
    AlertAction,
    ReleaseIncidents,
    RemoveClassHours,
    SetClassHours,
    UndoMute,
    UnmuteSpaces,
)
from bot.alerts.notifications import plan_refresh
from bot.alerts.routing import RoutingTable
from bot.audit import AskState, Outcome
from bot.cards import Message
from bot.cards.keys import CardKey
from bot.command import Command, Context
from bot.model import Source
from bot.render import schedule_runs
from bot.service import request_state
from bot.service.alerts import routing
from bot.service.alerts.action_effects import HANDLERS
from bot.service.alerts.board import context_of, load_board
from bot.service.alerts.effect import Effect
from bot.service.alerts.notify import apply_plan
from bot.service.dependencies import Dependencies, Job
from bot.service.reply_channel import reply_best_effort
from bot.settings import Settings
from bot.store import Tx, cards, incidents, schedules, spaces


def execute(deps: Dependencies, context: Context, action: AlertAction) -> Outcome:
    """Execute *action* and update the cards; return the outcome."""
    with deps.store.transaction() as tx:
        incidents.lock_incidents(tx)
        now = deps.now()
        effect = HANDLERS[type(action)](tx, deps.settings, context, action, now)
        effect = replace(effect, reply=_with_schedule(tx, context, effect.reply))
        line = effect.audit_line or effect.reply.text
        reply, outcome = effect.reply, Outcome(_state_of(action, effect), line)
        routing_table = _refresh_cards(tx, deps.settings, deps.commands, effect, now)
        request_state.mark_started(tx, context.ask)
        is_posted = _announce(tx, context, effect, routing_table, now)
        if is_posted:
            request_state.mark_done(tx, context.ask, outcome, now)
    if not is_posted:
        reply_best_effort(deps, context.ask, reply)
    if effect.confirmation:
        reply_best_effort(deps, context.ask, effect.confirmation)
    deps.trigger(Job.DELIVER)
    if isinstance(action, AddWatch | UnmuteSpaces | UndoMute | SetClassHours | RemoveClassHours):
        deps.trigger(Job.SWEEP)  # notifies of current problems at once
    return outcome


def _with_schedule(tx: Tx, context: Context, reply: Message) -> Message:
    """Return *reply* with the schedule that asked, if one did."""
    schedule = schedules.get(tx, context.ask.schedule) if context.ask.schedule else None
    return schedule_runs.with_origin(reply, schedule) if schedule else reply


def _state_of(action: AlertAction, effect: Effect) -> AskState:
    """Return the audit state of a request: whether an undo had something to undo."""
    needs_incident = isinstance(
        action,
        UnmuteSpaces | UndoMute | AcknowledgeIncidents | ReleaseIncidents | RemoveClassHours,
    )
    is_unchanged = needs_incident and not (effect.changed or effect.spaces)
    return AskState.UNCHANGED if is_unchanged else AskState.ACTED


def _refresh_cards(
    tx: Tx, settings: Settings, commands: Mapping[str, Command], effect: Effect, now: datetime
) -> RoutingTable:
    fleet = spaces.fleet(tx)
    board = load_board(tx, settings, fleet, routing.load_routing(tx, settings, fleet, now), now)
    plan = plan_refresh(board, now, changed=effect.changed, spaces=effect.spaces)
    apply_plan(tx, board, plan, context_of(settings, commands, board), now)
    return board.routing


def _announce(
    tx: Tx, context: Context, effect: Effect, routing_table: RoutingTable, now: datetime
) -> bool:
    """Announce *effect* in the affected channels; return whether that includes the reply.

    Announcements are cards in the transaction of the action, because a crash must neither lose nor
    repeat one.
    """
    ask = context.ask
    if effect.announce is None:
        return False
    key = effect.key or CardKey.announcement(ask.idempotency_key)
    spaces_by_channel = effect.shown_in or routing_table.mute_announcements(effect.spaces)
    for channel in spaces_by_channel.keys() - {ask.channel}:
        message = effect.announce(spaces_by_channel[channel])
        cards.upsert(tx, key, channel, message, now)
    is_announced_here = ask.channel in spaces_by_channel
    # The button's own card already shows the effect on its Space.
    if not is_announced_here and ask.source is Source.BUTTON and effect.spaces:
        return False
    thread = None if is_announced_here else ask.thread
    cards.upsert(tx, key, ask.channel, effect.reply, now, user=ask.user, thread=thread)
    return True
