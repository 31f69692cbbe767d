"""Removes secrets from error messages and logs before they are stored or shown."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from functools import cache

from bot import log_config
from bot.alerts import diagnosis
from bot.model import Fleet, Space
from bot.service.fleet_cache import FleetCache, FleetSnapshot
from bot.settings import Settings

#: The size of the stage column.
_MAX_STAGE_LENGTH = 40


def fetch_fleet(settings: Settings, fleet_cache: FleetCache, max_age: timedelta) -> Fleet:
    """Return the sanitized fleet, from a listing at most *max_age* old."""
    return _sanitize_fleet(settings, fleet_cache.fleet(max_age))


def fetch_snapshot(
    settings: Settings, fleet_cache: FleetCache, max_age: timedelta
) -> FleetSnapshot:
    """Return a sanitized listing, at most *max_age* old, with the owners that failed."""
    snapshot = fleet_cache.snapshot(max_age)
    return replace(snapshot, fleet=_sanitize_fleet(settings, snapshot.fleet))


def _sanitize_fleet(settings: Settings, fleet: Fleet) -> Fleet:
    sanitize = make_sanitizer(settings)
    return {id: sanitize(space) for id, space in fleet.items()}


def make_sanitizer(settings: Settings) -> Callable[[Space], Space]:
    """Return a function that redacts and shortens the stage and error of a Space."""
    redact = make_redactor(settings)

    @cache  # errors repeat across Spaces, and an unconfirmed listing is read twice
    def clean_error(error: str) -> str:
        """Return *error* bounded and without secrets."""
        return diagnosis.sanitize_error(redact(error))

    def sanitize(space: Space) -> Space:
        """Return *space* with a stage and an error that are safe to store and show."""
        stage = diagnosis.strip_controls(space.stage[:_MAX_STAGE_LENGTH])
        error = clean_error(space.error)
        is_safe = stage == space.stage and error == space.error
        return space if is_safe else replace(space, stage=stage, error=error)

    return sanitize


def make_redactor(settings: Settings) -> log_config.Redact:
    """Return a function that replaces every known secret in a text."""
    return log_config.make_redactor(_known_secrets(settings))


def _known_secrets(settings: Settings) -> Iterator[str]:
    """Yield the known secrets, whole and by line, because logs are printed by line."""
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
