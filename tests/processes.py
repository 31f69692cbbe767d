"""Processes of the bot: restarted, or moved to another database, Hub and Slack."""

from collections.abc import Callable

from bot.service import Bot
from bot.service.fleet_cache import FleetCache
from bot.service.secret_values import SecretValues
from bot.slack.rate_limiter import SlackRateLimiter
from bot.store import Store, lease
from bot.store.lease import Lease
from tests.fakes import FakeClock, FakeHub, FakeLeadership, FakeSlack, with_parts


def process_starter(
    bot: Bot,
    hub: FakeHub,
    slack: FakeSlack,
    store: Store,
    clock: FakeClock,
    current_lease: Lease | None = None,
) -> Callable[[], Bot]:
    """Return a function that starts a process like *bot*, which leads at once.

    *current_lease* is that of the process before the first one.
    """

    def start() -> Bot:
        nonlocal current_lease
        with store.transaction() as tx:
            if current_lease:
                lease.release(tx, current_lease)
            current_lease = lease.acquire(tx, "story", ttl=1e6)
        return with_parts(
            bot,
            hub=hub,
            slack=slack,
            store=store,
            now=clock,
            fleet_cache=FleetCache(hub, bot.deps.settings.owners, clock),
            rate_limiter=SlackRateLimiter(),
            leadership=FakeLeadership(store, current_lease),
            secret_values=SecretValues(),
        )

    return start


def move_bot(bot: Bot, hub: FakeHub, slack: FakeSlack, store: Store) -> Bot:
    """Return *bot* with another Hub, Slack and database, which is a copy of its own.

    It leads there, because the copy has its lease.
    """
    fleet_cache = FleetCache(hub, bot.deps.settings.owners, bot.deps.now)
    return with_parts(
        bot,
        hub=hub,
        slack=slack,
        store=store,
        fleet_cache=fleet_cache,
        secret_values=SecretValues(),
    )
