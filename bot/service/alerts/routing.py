"""The routing table: watches resolved against the current fleet."""

from collections.abc import Sequence
from datetime import datetime

from bot.alerts import problems
from bot.alerts.routing import SETTINGS, Route, RoutingTable, Watch
from bot.class_hours import silent_spaces
from bot.model import Fleet, find_template, without_template
from bot.parsing import NameIndex
from bot.parsing.names import is_named
from bot.parsing.targets import select_existing
from bot.schedules import Schedule
from bot.schedules.keep_awake import quiet_spaces
from bot.service import channels
from bot.settings import Settings
from bot.store import Tx, class_hours, schedules, watches


def list_watches(tx: Tx, settings: Settings) -> list[Watch]:
    """Return all watches, the one from the settings first."""
    channel = channels.load_alert_channel_key(tx, settings)
    default = Watch(channel, (), tuple(sorted(settings.alert_on)), SETTINGS)
    return [default, *watches.list_all(tx)]


def load_routing(tx: Tx, settings: Settings, fleet: Fleet, now: datetime) -> RoutingTable:
    """Return the routing table for *fleet*."""
    all_watches = list_watches(tx, settings)
    has_targets = any(watch.targets for watch in all_watches)
    names = NameIndex.of(fleet if has_targets else (), settings.prefix)
    template = find_template(fleet, settings.template)
    counted = without_template(fleet, template)
    counted_names = NameIndex.of(counted if has_targets else (), settings.prefix)
    routes = (
        _make_route(watch, fleet, names)
        if template and is_named(template, watch.targets, names)
        else _make_route(watch, counted, counted_names)
        for watch in all_watches
    )
    silent = _find_without_class(tx, settings, counted, now) | _find_kept(
        tx, settings, counted, now
    )
    return RoutingTable.of(routes, silent)


def _find_without_class(tx: Tx, settings: Settings, fleet: Fleet, now: datetime) -> frozenset[str]:
    """Return the Spaces with class hours that have no class at *now*."""
    known = class_hours.list_all(tx)
    names = NameIndex.of(fleet if known else (), settings.prefix)
    return silent_spaces(
        [(hours, select_existing(hours.targets, fleet, names)) for hours in known], now
    )


def _find_kept(tx: Tx, settings: Settings, fleet: Fleet, now: datetime) -> frozenset[str]:
    """Return the Spaces that the bot wakes again by itself."""
    found = (
        quiet_spaces(
            schedule,
            [fleet[id] for id in kept_spaces(schedule, fleet, settings)],
            schedules.kept_wakes(tx, schedule.id),
            now,
        )
        for schedule in schedules.kept_awake(tx)
    )
    return frozenset().union(*found)


def kept_spaces(schedule: Schedule, fleet: Fleet, settings: Settings) -> frozenset[str]:
    """Return the Spaces that *schedule* keeps awake."""
    return select_existing(schedule.targets, fleet, NameIndex.of(fleet, settings.prefix))


def _make_route(watch: Watch, fleet: Fleet, names: NameIndex) -> Route:
    kinds = problems.parse_kinds(watch.problems)
    return Route(watch.channel, kinds, resolve_watch(watch.targets, fleet, names))


def resolve_watch(targets: Sequence[str], fleet: Fleet, names: NameIndex) -> frozenset[str] | None:
    """Return the Spaces that a watch's *targets* mean; None means all."""
    return select_existing(targets, fleet, names) if targets else None
