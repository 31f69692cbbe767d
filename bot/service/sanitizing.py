"""What an app tells as it dies may hold a secret: it is taken out before anybody sees it."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from functools import cache

from bot import log_config
from bot.alerts import diagnosis
from bot.model import Fleet, Space
from bot.service.dependencies import Dependencies
from bot.service.fleet_cache import FleetSnapshot

#: What a row takes of the Hub's word for a stage.
_MAX_STAGE_LENGTH = 40


def fetch_fleet(deps: Dependencies, max_age: timedelta) -> Fleet:
    """Return the fleet as the lookout sees it, fit to be shown."""
    return _sanitize_fleet(deps, deps.fleet_cache.fleet(max_age))


def fetch_snapshot(deps: Dependencies, max_age: timedelta) -> FleetSnapshot:
    """Return what the lookout can see of the fleet, fit to be shown."""
    snapshot = deps.fleet_cache.snapshot(max_age)
    return replace(snapshot, fleet=_sanitize_fleet(deps, snapshot.fleet))


def _sanitize_fleet(deps: Dependencies, fleet: Fleet) -> Fleet:
    sanitize = make_sanitizer(deps)
    return {id: sanitize(space) for id, space in fleet.items()}


def make_sanitizer(deps: Dependencies) -> Callable[[Space], Space]:
    """Return what makes a Space fit to be kept and shown: its error bounded, without secrets."""
    redact = make_redactor(deps)

    @cache  # many break alike, and a doubted list is read twice
    def clean_error(error: str) -> str:
        return diagnosis.sanitize_error(redact(error))

    def sanitize(space: Space) -> Space:
        stage = diagnosis.strip_controls(space.stage[:_MAX_STAGE_LENGTH])
        if not space.error and stage == space.stage:
            return space
        return replace(space, stage=stage, error=clean_error(space.error))

    return sanitize


def make_redactor(deps: Dependencies) -> log_config.Redact:
    """Return what takes every value that we know to be secret out of a text."""
    return log_config.make_redactor(_known_secrets(deps))


def _known_secrets(deps: Dependencies) -> Iterator[str]:
    """Yield what a Space may have printed, whole and line by line."""
    settings = deps.settings
    tokens = (
        settings.hf_token,
        settings.slack_bot_token,
        settings.slack_app_token,
        settings.slack_signing_secret,
    )
    for secret in filter(None, (*tokens, *settings.secrets.values())):
        value = secret.get_secret_value()
        yield value
        yield from (line for line in value.splitlines() if len(line) >= 8)
