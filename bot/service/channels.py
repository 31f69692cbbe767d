"""The alert channel, the resolution of its name, and the recorded changes of channels."""

import logging
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from bot.alerts import channels as core
from bot.alerts.channels import AlertChannel, Change, ChannelEvent, Problem, Status, configured
from bot.errors import SlackError
from bot.render import admin_notices as render
from bot.service import admin_notices
from bot.service.dependencies import Dependencies, Job
from bot.settings import Settings
from bot.slack_limits import is_channel
from bot.store import Tx, channels, incidents, watches

logger = logging.getLogger(__name__)


def load_alert_channel(tx: Tx, settings: Settings) -> AlertChannel:
    """Return the stored state of the alert channel."""
    return configured(channels.alert_channel(tx), settings.alert_channel)


def load_alert_channel_key(tx: Tx, settings: Settings) -> str:
    """Return the id of the alert channel, or its configured name until it is resolved."""
    return load_alert_channel(tx, settings).key


def record(deps: Dependencies, event: ChannelEvent) -> None:
    """Record *event* and its consequences.

    An event may arrive twice, late, and on any replica.
    """
    with deps.store.transaction() as tx:
        if not _is_relevant(tx, deps.settings, event):
            return
        incidents.lock_incidents(tx)
        _apply(tx, deps.settings, event, deps.now())
    logger.info("channel %s: %s", event.channel, event.change)
    deps.trigger(Job.DELIVER)


def reconcile(deps: Dependencies) -> None:
    """Resolve the alert channel's name if due, and notify the admins of changed problems."""
    with deps.leadership.transaction() as tx:
        channels.apply_recorded_moves(tx, deps.now())
        channel = _apply_configured(tx, deps.settings, deps.now())
        is_pending = any(status.is_pending for status in channels.statuses(tx).values())
    if core.is_due(channel, deps.now()):
        is_pending = _resolve(deps, channel) or is_pending
    if is_pending:
        _announce(deps)


def _is_relevant(tx: Tx, settings: Settings, event: ChannelEvent) -> bool:
    known = {watch.channel for watch in watches.list_all(tx)} | channels.statuses(tx).keys()
    return core.is_relevant(event, load_alert_channel(tx, settings), known)


def _apply(tx: Tx, settings: Settings, event: ChannelEvent, now: datetime) -> None:
    before = load_alert_channel(tx, settings)
    after = core.after_event(before, event)
    if after != before:
        channels.save_alert_channel(tx, after)
    known = channels.statuses(tx)
    if event.change is Change.ID_CHANGED:
        channels.record_move(tx, event.channel, event.new_id)
        channels.move(tx, event.channel, event.new_id, now)
        channels.save_statuses(tx, _with_new_id(known, event.channel, event.new_id))
        return
    status = core.next_status(known.get(event.channel, Status()), event)
    channels.save_statuses(tx, {**known, event.channel: status})
    if core.is_reopening(event):
        channels.retry(tx, event.channel)


def _with_new_id(known: Mapping[str, Status], old: str, new: str) -> dict[str, Status]:
    """Return the statuses with *old* renamed to *new*, unless *new* has a status already."""
    rest = {channel: status for channel, status in known.items() if channel != old}
    return {**({new: known[old]} if old in known else {}), **rest}


def _apply_configured(tx: Tx, settings: Settings, now: datetime) -> AlertChannel:
    """Return the alert channel, after a change of the settings since the last start.

    Cards for the old unresolved name were never posted, so they move to the new channel.
    """
    stored = channels.alert_channel(tx)
    channel = core.configured(stored, settings.alert_channel)
    if stored == channel:
        return channel
    incidents.lock_incidents(tx)
    channels.save_alert_channel(tx, channel)
    if stored is not None and stored.id is None:
        channels.move(tx, stored.configured, channel.key, now)
        _set_problem(tx, stored.configured, None)
    return channel


def _resolve(deps: Dependencies, channel: AlertChannel) -> bool:
    """Look up the id of *channel*; return whether Slack answered."""
    try:
        id = deps.slack.find_channel(channel.configured)
    except SlackError as error:
        logger.warning("#%s can't be looked up: %s", channel.configured, error)
        with deps.leadership.transaction() as tx:
            channels.save_alert_channel(tx, core.not_resolved(channel, deps.now()))
        return False
    with deps.leadership.transaction() as tx:
        incidents.lock_incidents(tx)
        _save_resolution(tx, channel, id, deps.now())
    return True


def _save_resolution(tx: Tx, channel: AlertChannel, id: str | None, now: datetime) -> None:
    name = channel.configured
    if id is None:
        logger.warning("I'm not in a channel called #%s. Invite me there. Alerts wait.", name)
        channels.save_alert_channel(tx, core.not_resolved(channel, now))
        _set_problem(tx, name, Problem.UNRESOLVED)
        return
    logger.info("the alert channel #%s is %s", name, id)
    channels.save_alert_channel(tx, core.resolved(channel, id))
    channels.move(tx, name, id, now)
    _set_problem(tx, name, None)


def _set_problem(tx: Tx, channel: str, problem: Problem | None) -> None:
    known = channels.statuses(tx)
    status = replace(known.get(channel, Status()), problem=problem)
    if status != known.get(channel, Status()):
        channels.save_statuses(tx, {**known, channel: status})


def _announce(deps: Dependencies) -> None:
    """Notify the admins of every channel whose problem has changed."""
    admins = admin_notices.resolve_recipients(deps.slack, deps.settings)
    with deps.leadership.transaction() as tx:
        incidents.lock_incidents(tx)
        statuses = channels.statuses(tx)
        main = load_alert_channel_key(tx, deps.settings)
        for channel, status in statuses.items():
            if status.is_pending:
                _announce_status(
                    tx, deps.settings, channel, status, deps.now(), main=main, admins=admins
                )
        announced = {
            name: replace(status, announced=status.problem) for name, status in statuses.items()
        }
        channels.save_statuses(tx, announced)


def _announce_status(
    tx: Tx,
    settings: Settings,
    channel: str,
    status: Status,
    now: datetime,
    *,
    main: str,
    admins: frozenset[str],
) -> None:
    if status.announced:
        # A name that is resolved or replaced refers to the alert channel.
        available = main if status.announced is Problem.UNRESOLVED else channel
        notice = render.channel_available(available) if is_channel(available) else None
        admin_notices.resolve(tx, _cause(channel, status.announced), now, notice)
    if status.problem:
        logger.warning("nothing can be posted in %s: %s", channel, status.problem)
        notice = render.channel_unavailable(
            channel, status.problem, is_main=channel == main, slash=settings.command
        )
        admin_notices.notify_admins(tx, admins, _cause(channel, status.problem), notice, now)


def _cause(channel: str, problem: Problem) -> str:
    return f"channel_{problem}:{channel}"
