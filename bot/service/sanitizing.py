"""Removes secrets from error messages and logs before they are stored or shown."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

from bot import log_config
from bot.alerts import diagnosis
from bot.model import Fleet, Space
from bot.service.fleet_cache import FleetCache, FleetSnapshot
from bot.settings import Settings
from bot.text_memo import TextMemo

#: The size of the stage column.
_MAX_STAGE_LENGTH = 40
#: Characters of an error that are read. It must exceed what is shown of one, so that a secret at
#: the end of this part is never half shown.
_MAX_ERROR_LENGTH = 40_000
#: Characters of remembered errors: those of the largest fleet, before and after all have changed.
_MAX_CHARACTERS = 10_000_000


class Sanitizer:
    """Removes secrets from the stages and errors of Spaces, and bounds their length.

    It remembers errors, because every sweep and every listing finds them again.
    """

    def __init__(self, settings: Settings) -> None:
        self.redact = make_redactor(settings)
        self._sanitize_error = TextMemo(self._redact_error, _MAX_CHARACTERS)

    def sanitize(self, space: Space) -> Space:
        """Return *space* with a stage and an error that are safe to store and show."""
        stage = diagnosis.strip_controls(space.stage[:_MAX_STAGE_LENGTH])
        error = self._sanitize_error(space.error[:_MAX_ERROR_LENGTH])
        is_safe = stage == space.stage and error == space.error
        return space if is_safe else replace(space, stage=stage, error=error)

    def sanitize_fleet(self, fleet: Fleet) -> Fleet:
        """Return *fleet* with each Space sanitized."""
        return {id: self.sanitize(space) for id, space in fleet.items()}

    def _redact_error(self, error: str) -> str:
        return diagnosis.sanitize_error(self.redact(error))


def fetch_fleet(sanitizer: Sanitizer, fleet_cache: FleetCache, max_age: timedelta) -> Fleet:
    """Return the sanitized fleet, from a listing at most *max_age* old."""
    return sanitizer.sanitize_fleet(fleet_cache.fleet(max_age))


def fetch_snapshot(
    sanitizer: Sanitizer, fleet_cache: FleetCache, max_age: timedelta
) -> FleetSnapshot:
    """Return a sanitized listing, at most *max_age* old, with the owners that failed."""
    snapshot = fleet_cache.snapshot(max_age)
    return replace(snapshot, fleet=sanitizer.sanitize_fleet(snapshot.fleet))


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
