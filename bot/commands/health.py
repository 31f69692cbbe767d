"""`health`: how a probe decides that an app is ready, and continuous probes."""

from collections.abc import Mapping, Sequence

from bot.alerts.actions import RemoveHealthCheck, SetHealthCheck
from bot.cards import Message
from bot.command import Context, Freshness, command
from bot.errors import UsageError
from bot.health.check import HealthCheck, StoredCheck, merge
from bot.model import Role
from bot.parsing import to_command
from bot.parsing.health_arguments import HealthArguments, parse_health_arguments
from bot.parsing.targets import select_existing
from bot.queries import HealthChecksQuery
from bot.render import health as render
from bot.results import Answer, Fetch


@command(
    "health [targets] [path] [status N] [under 2s] [watch|rest]",
    role=Role.OPERATOR,
    freshness=Freshness.FRESH,
    example="health team-* /docs under 2s",
    does="set health checks",
)
def health(context: Context) -> Answer:
    """How an app proves that it's ready: the path, its status and time. Alone, it lists all checks.

    `watch` visits running Spaces every 5 minutes, which keeps them awake; it asks first. `rest`
    ends that, and `default` removes what you set for exactly these targets.
    """
    if not context.words:
        return Fetch(HealthChecksQuery(), lambda found: render.check_list(found, context.slash))
    wanted = parse_health_arguments(context.words)
    if not wanted.targets:
        raise UsageError(
            f"For which Spaces? For example `{context.slash} health team-a /docs`.",
        )
    ids = context.resolve_for_action(wanted.targets, "health")
    if wanted.is_default:
        return RemoveHealthCheck(wanted.targets)
    if wanted.check.is_default:
        return Fetch(HealthChecksQuery(), lambda found: _show(context, ids, found))
    if wanted.check.is_continuous and not wanted.is_confirmed:
        return _ask(context, ids)
    return _set(context, wanted)


def _set(context: Context, wanted: HealthArguments) -> Answer:
    return SetHealthCheck(StoredCheck(wanted.targets, wanted.check, context.ask.user, context.now))


def _show(context: Context, ids: Sequence[str], stored: Sequence[StoredCheck]) -> Message:
    """Return the checks of the Spaces *ids*, as the probes resolve them."""
    found: dict[str, list[HealthCheck]] = {}
    for one in stored:
        for id in select_existing(one.targets, context.fleet, context.names):
            found.setdefault(id, []).append(one.check)
    checks: Mapping[str, HealthCheck] = {id: merge(those) for id, those in found.items()}
    spaces = [context.fleet[id] for id in ids]
    return render.space_checks(spaces, checks, context.verdicts, context.names)


def _ask(context: Context, ids: Sequence[str]) -> Message:
    """Return what watching costs, with a button that repeats the command."""
    spaces = [context.fleet[id] for id in ids]
    command = to_command(("health", *context.words, "yes"))
    return render.watch_confirmation(spaces, context.prices, context.names, command)
