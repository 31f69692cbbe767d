"""The health of the bot as this replica sees it."""

from datetime import datetime, timedelta
from functools import partial
from zoneinfo import ZoneInfo

from bot.alerts import polling
from bot.alerts.channels import AlertChannel
from bot.cards import Card
from bot.concurrency import run_with_timeout
from bot.diagnostics import check_slash_command
from bot.errors import DatabaseUnavailable
from bot.model import CheckResult
from bot.render import diagnostics, footnotes, formatting
from bot.service import channels
from bot.service.dependencies import Dependencies, Hub
from bot.service.leadership import Leadership
from bot.settings import Settings
from bot.store import Store, Tx, cards, lease, spaces

# A sweep older than this many intervals is late, and what is shown may be outdated.
_LATE_POLLS = 3
_MIN_LATE = timedelta(minutes=1)
# How long failed cards are reported.
_FAILED_CARDS_WINDOW = timedelta(days=1)
# The reserve for the sweep and for people's reads.
_LOW_BUDGET_CALLS = 20
_RATE_LIMIT = "Hugging Face rate limit"
# Seconds to wait for the database.
_DATABASE_SECONDS = 3.0


def run_diagnostics(deps: Dependencies) -> tuple[CheckResult, ...]:
    """Return the checks of the bot itself, then those of the setup.

    A database that hangs is reported by a check of its own and hides no other result.
    """
    try:
        results = run_with_timeout(partial(_check_self, deps), _DATABASE_SECONDS)
    except (TimeoutError, DatabaseUnavailable):
        results = ()
    return (
        *results,
        _check_budget(deps.hub, deps.now(), ZoneInfo(deps.settings.timezone)),
        *deps.setup_checks.run(partial(_load_channel, deps.store, deps.settings)),
    )


def _check_self(deps: Dependencies) -> tuple[CheckResult, ...]:
    with deps.store.transaction() as tx:
        results = (
            _check_sweep(tx, deps, deps.now()),
            _check_leader(tx, deps.leadership),
            _check_cards(tx, deps.now()),
        )
        return (*results, check_slash_command(tx, deps.settings.command))


def _load_channel(store: Store, settings: Settings) -> AlertChannel:
    with store.transaction() as tx:
        return channels.load_alert_channel(tx, settings)


def _check_sweep(tx: Tx, deps: Dependencies, now: datetime) -> CheckResult:
    last = spaces.last_sweep(tx)
    if last is None:
        return CheckResult(
            "last sweep", "none yet. If that lasts, read the lines below and the log."
        )
    age = now - last
    is_late = age > max(
        _MIN_LATE, _LATE_POLLS * polling.longest_interval(deps.settings.poll_seconds)
    )
    schedule = _describe_schedule(deps, now)
    problem = (
        f"{formatting.duration(age)} ago, and what I show is that old. {schedule}See Hugging Face "
        "and the leader below."
    )
    detail = f"{formatting.duration(age)} ago. {schedule}".strip()
    return CheckResult("last sweep", problem if is_late else "", detail)


def _describe_schedule(deps: Dependencies, now: datetime) -> str:
    """Return the interval of sweeps and its reason, empty on a replica that doesn't lead."""
    if not deps.leadership.current_lease():
        return ""
    zone = ZoneInfo(deps.settings.timezone)
    return f"{diagnostics.describe_poll(deps.poll_schedule.interval, now, zone)} "


def _check_leader(tx: Tx, leadership: Leadership) -> CheckResult:
    if leadership.current_lease():
        return CheckResult("leader", detail="this instance")
    holder = lease.holder(tx)
    if holder is None:
        return CheckResult("leader", "none. Wait 15 s and check again; then restart a replica.")
    return CheckResult("leader", detail=f"another replica: {holder}")


def _check_cards(tx: Tx, now: datetime) -> CheckResult:
    undelivered, failed = cards.pending(tx), cards.failed(tx, now - _FAILED_CARDS_WINDOW)
    failing = [card for card in undelivered if card.failing_since]
    oldest = min(failing, key=lambda card: str(card.failing_since), default=None)
    problems = [_describe_undelivered(len(failing), oldest)] if oldest else []
    if failed:
        given_up = formatting.count(len(failed), "message")
        problems.append(f"{given_up} given up: {failed[-1].error}")
    detail = f"{len(undelivered)} waiting" if undelivered else "up to date"
    shown = oldest or (failed[-1] if failed else None)
    channel = shown.channel if shown else ""
    return CheckResult("messages", " ".join(problems), detail, channel=channel)


def _describe_undelivered(number: int, oldest: Card) -> str:
    """Return the number of undelivered cards, and the error of the *oldest*."""
    return f"{formatting.count(number, 'message')} {footnotes.not_delivered(oldest.error)}"


def _check_budget(hub: Hub, now: datetime, zone: ZoneInfo) -> CheckResult:
    budget = hub.budget()
    if budget is None or now >= budget.resets_at:
        return CheckResult(_RATE_LIMIT, detail="no limit reached")
    until = f"{budget.resets_at.astimezone(zone):%H:%M:%S %Z}"
    remaining = f"{formatting.count(budget.remaining, 'call')} left until {until}"
    is_low = budget.remaining < _LOW_BUDGET_CALLS
    problem = f"{remaining}. Changes wait until then." if is_low else ""
    return CheckResult(_RATE_LIMIT, problem, remaining)
