"""Keeping up with channels: a name becomes an id, and what happens in Slack is followed."""

import logging
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from bot.alerts import channels as core
from bot.alerts.channels import AlertChannel, Change, ChannelEvent, Problem, Status
from bot.errors import SlackError
from bot.render import channels as render
from bot.service import admin_notices, alert_channel
from bot.service.parts import Job, Parts
from bot.slack_ids import is_channel
from bot.store import Tx, channels, incidents, watches

logger = logging.getLogger(__name__)


def record(parts: Parts, event: ChannelEvent) -> None:
    """Write down what follows from *event*. It may come twice, late, and on any replica."""
    with parts.transaction() as tx:
        if not _is_relevant(parts, tx, event):
            return
        incidents.alone(tx)
        _apply(parts, tx, event)
    logger.info("channel %s: %s", event.channel, event.change)
    parts.nudge(Job.DELIVER)


def reconcile(parts: Parts) -> None:
    """Resolve the alert channel's name when it is due, and tell the admins what has changed."""
    with parts.leader_transaction() as tx:
        channels.catch_up(tx, parts.now())
        channel = _adopt(parts, tx)
        is_pending = any(status.is_pending for status in channels.statuses(tx).values())
    if core.is_due(channel, parts.now()):
        is_pending = _resolve(parts, channel) or is_pending
    if is_pending:
        _announce(parts)


def _is_relevant(parts: Parts, tx: Tx, event: ChannelEvent) -> bool:
    followed = {watch.channel for watch in watches.every(tx)} | channels.statuses(tx).keys()
    return core.is_relevant(event, alert_channel.read(parts, tx), followed)


def _apply(parts: Parts, tx: Tx, event: ChannelEvent) -> None:
    before = alert_channel.read(parts, tx)
    after = core.after_event(before, event)
    if after != before:
        channels.keep_alert_channel(tx, after)
    known = channels.statuses(tx)
    if event.change is Change.ID_CHANGED:
        channels.remember_move(tx, event.channel, event.new_id)
        channels.move(tx, event.channel, event.new_id, parts.now())
        channels.keep_statuses(tx, _moved(known, event.channel, event.new_id))
        return
    status = core.next_status(known.get(event.channel, Status()), event)
    channels.keep_statuses(tx, {**known, event.channel: status})
    if core.is_reopening(event):
        channels.retry(tx, event.channel)


def _moved(known: Mapping[str, Status], old: str, new: str) -> dict[str, Status]:
    """Return the statuses after channel *old* got the id *new*; what is newer stays."""
    rest = {channel: status for channel, status in known.items() if channel != old}
    return {**({new: known[old]} if old in known else {}), **rest}


def _adopt(parts: Parts, tx: Tx) -> AlertChannel:
    """Return the channel of the settings, which may name another one since the last start.

    What waits under the old name was never posted, so it goes to the new channel.
    """
    kept = channels.alert_channel(tx)
    channel = core.configured(kept, parts.settings.alert_channel)
    if kept == channel:
        return channel
    incidents.alone(tx)
    channels.keep_alert_channel(tx, channel)
    if kept is not None and kept.id is None:
        channels.move(tx, kept.configured, channel.key, parts.now())
        _set_problem(tx, kept.configured, None)
    return channel


def _resolve(parts: Parts, channel: AlertChannel) -> bool:
    """Look the name of *channel* up; return whether there is something to tell the admins."""
    try:
        id = parts.slack.find_channel(channel.configured)
    except SlackError as error:
        logger.warning("#%s can't be looked up: %s", channel.configured, error)
        with parts.leader_transaction() as tx:
            channels.keep_alert_channel(tx, core.not_resolved(channel, parts.now()))
        return False
    with parts.leader_transaction() as tx:
        incidents.alone(tx)
        _write_found(tx, channel, id, parts.now())
    return True


def _write_found(tx: Tx, channel: AlertChannel, id: str | None, now: datetime) -> None:
    name = channel.configured
    if id is None:
        logger.warning("I'm not in a channel called #%s. Invite me there. Alerts wait.", name)
        channels.keep_alert_channel(tx, core.not_resolved(channel, now))
        _set_problem(tx, name, Problem.UNRESOLVED)
        return
    logger.info("the alert channel #%s is %s", name, id)
    channels.keep_alert_channel(tx, core.resolved(channel, id))
    channels.move(tx, name, id, now)
    _set_problem(tx, name, None)


def _set_problem(tx: Tx, channel: str, problem: Problem | None) -> None:
    known = channels.statuses(tx)
    status = replace(known.get(channel, Status()), problem=problem)
    if status != known.get(channel, Status()):
        channels.keep_statuses(tx, {**known, channel: status})


def _announce(parts: Parts) -> None:
    """Tell the admins named in the settings of every channel whose problem has changed."""
    admins = admin_notices.recipients(parts)
    with parts.leader_transaction() as tx:
        incidents.alone(tx)
        known = channels.statuses(tx)
        main = alert_channel.key(parts, tx)
        for channel, status in known.items():
            if status.is_pending:
                _tell(parts, tx, channel, status, main=main, admins=admins)
        told = {name: replace(status, announced=status.problem) for name, status in known.items()}
        channels.keep_statuses(tx, told)


def _tell(
    parts: Parts, tx: Tx, channel: str, status: Status, *, main: str, admins: frozenset[str]
) -> None:
    now = parts.now()
    if status.announced:
        # A name that is resolved, or replaced by another one, is the alert channel's.
        open_ = main if status.announced is Problem.UNRESOLVED else channel
        said = render.let_in(open_) if is_channel(open_) else None
        admin_notices.resolve(tx, _cause(channel, status.announced), now, said)
    if status.problem:
        logger.warning("nothing can be posted in %s: %s", channel, status.problem)
        said = render.kept_out(
            channel, status.problem, is_main=channel == main, slash=parts.settings.command
        )
        admin_notices.notify_admins(tx, admins, _cause(channel, status.problem), said, now)


def _cause(channel: str, problem: Problem) -> str:
    return f"channel_{problem}:{channel}"
