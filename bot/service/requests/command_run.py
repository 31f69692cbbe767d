"""Runs a command: gathers its context, and executes the queries that lead to its result."""

from bot import parsing
from bot.command import Command, Context, Freshness
from bot.errors import UsageError
from bot.model import Ask, Permission, Source
from bot.results import Fetch, Form, Result
from bot.service.dependencies import Dependencies
from bot.service.requests import lookups, request_context


def gather_and_run(
    deps: Dependencies, ask: Ask, command: Command, words: tuple[str, ...], permission: Permission
) -> tuple[Context, Result]:
    """Return the context of *command* with *words*, and its result."""
    can_open_form = command.freshness is Freshness.FORM
    if can_open_form and ask.source is not Source.MODAL:
        context = request_context.make_context(deps, ask, command, words, permission)
        if form := _try_form(command, context):
            return context, form
    context = request_context.make_context(
        deps, ask, command, words, permission, require_live=can_open_form
    )
    return context, run_with_queries(deps, command, context)


def run_with_queries(deps: Dependencies, command: Command, context: Context) -> Result:
    """Return the result of *command* after running its queries."""
    try:
        result = command.run(context)
        while isinstance(result, Fetch):
            result = result.then(lookups.run_query(deps, result.query))
    except parsing.SuggestedTargets as guess:
        raise UsageError(str(guess), guess.command_for(command.name)) from guess
    return result


def _try_form(command: Command, context: Context) -> Form | None:
    """Return the form that *command* opens from the stored fleet; None for other results.

    Other results need the current fleet.
    """
    try:
        result = command.run(context)
    except UsageError:
        return None  # it may name a Space that is newer than the last sweep
    return result if isinstance(result, Form) else None
