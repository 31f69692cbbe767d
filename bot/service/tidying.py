"""What an app tells as it dies may hold a secret: it is taken out before anybody sees it."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from functools import cache

from bot import logs
from bot.alerts import evidence
from bot.model import Fleet, Space
from bot.service.lookout import View
from bot.service.parts import Parts

#: What a row takes of the Hub's word for a stage.
_LONGEST_STAGE = 40


def fleet(parts: Parts, max_age: timedelta) -> Fleet:
    """Return the fleet as the lookout sees it, fit to be shown."""
    return _tidied(parts, parts.lookout.fleet(max_age))


def view(parts: Parts, max_age: timedelta) -> View:
    """Return what the lookout can see of the fleet, fit to be shown."""
    seen = parts.lookout.view(max_age)
    return replace(seen, fleet=_tidied(parts, seen.fleet))


def _tidied(parts: Parts, fleet: Fleet) -> Fleet:
    tidy = tidier(parts)
    return {id: tidy(space) for id, space in fleet.items()}


def tidier(parts: Parts) -> Callable[[Space], Space]:
    """Return what makes a Space fit to be kept and shown: its error bounded, without secrets."""
    redact = redactor(parts)

    @cache  # many break alike, and a doubted list is read twice
    def clean(error: str) -> str:
        return evidence.clean_error(redact(error))

    def tidy(space: Space) -> Space:
        stage = evidence.plain(space.stage[:_LONGEST_STAGE])
        if not space.error and stage == space.stage:
            return space
        return replace(space, stage=stage, error=clean(space.error))

    return tidy


def redactor(parts: Parts) -> logs.Redact:
    """Return what takes every value that we know to be secret out of a text."""
    return logs.redactor(_known_secrets(parts))


def _known_secrets(parts: Parts) -> Iterator[str]:
    """Yield what a Space may have printed, whole and line by line."""
    ours = parts.settings
    tokens = (ours.hf_token, ours.slack_bot_token, ours.slack_app_token, ours.slack_signing_secret)
    for secret in filter(None, (*tokens, *ours.secrets.values())):
        value = secret.get_secret_value()
        yield value
        yield from (line for line in value.splitlines() if len(line) >= 8)
