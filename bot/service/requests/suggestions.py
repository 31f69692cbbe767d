"""Suggested commands, which are offered as a button only if they parse and resolve."""

from datetime import timedelta

from bot.command import resolve_suggestion
from bot.errors import BotError, UsageError
from bot.model import Ask, Fleet
from bot.parsing import tokenize
from bot.service import sanitizing
from bot.service.dependencies import Dependencies
from bot.service.requests import permissions, request_context


def verify(deps: Dependencies, ask: Ask, error: BotError) -> BotError:
    """Return *error* with a suggestion that works, corrected further if needed; else without one.

    A suggestion corrects one fault, and the request may have several.
    """
    if not isinstance(error, UsageError) or not error.suggestion:
        return error
    permission = permissions.get_permission(deps.slack, deps.settings, ask.user)
    words = tokenize(error.suggestion)
    context = request_context.context_of_fleet(deps, ask, _known_fleet(deps), permission, words)
    suggestion = resolve_suggestion(context, error.suggestion)
    if suggestion == error.suggestion:
        return error
    return UsageError(str(error), suggestion)


def _known_fleet(deps: Dependencies) -> Fleet:
    """Return the Spaces of the last sweep and of the last listing, without a call."""
    listed = sanitizing.fetch_snapshot(deps.sanitizer, deps.fleet_cache, timedelta.max).fleet
    missing = request_context.load_missing_spaces(deps.store)
    return {**missing, **request_context.load_last_fleet(deps.store), **listed}
