"""Answers the requests of people, buttons and schedules, all of which are commands in words."""

import logging
from collections.abc import Mapping
from concurrent.futures import Future
from dataclasses import replace
from uuid import uuid4

from bot import metrics, parsing
from bot.alerts.actions import AlertAction
from bot.audit import AskState, Outcome
from bot.cards import Message
from bot.command import Context, check_permission
from bot.error_boundary import report_unexpected
from bot.errors import (
    BotError,
    DatabaseUnavailable,
    PermissionDenied,
    SlackError,
    UnexpectedError,
    UsageError,
)
from bot.model import Ask
from bot.redaction import redact_secrets
from bot.render import replies
from bot.results import (
    BulkAction,
    File,
    Form,
    Result,
    Upload,
)
from bot.schedules.actions import AddSchedule, ChangeSchedule
from bot.service import reply_channel
from bot.service.alerts import actions
from bot.service.dependencies import Dependencies
from bot.service.requests import (
    audit,
    bulk_actions,
    forms,
    operation_results,
    permissions,
    request_context,
    scheduling,
    suggestions,
    text_guard,
    uploads,
)
from bot.service.requests.slow_answers import SlowAnswerNotice
from bot.service.schedules import changes, reports
from bot.store import Tx, asks

logger = logging.getLogger(__name__)


def receive(deps: Dependencies, ask: Ask) -> "Future[int | None]":
    """Start to record *ask*; the future has its number, None if it is already recorded.

    All that uses the database happens in the group commit, so that the caller can stop waiting.
    """
    settings, commands, now = deps.settings, deps.commands, deps.now()

    def record(tx: Tx) -> int | None:
        """Store the request with the text that may be stored."""
        text = text_guard.storable_text(tx, settings, commands, ask)
        return asks.receive(tx, ask, text, now)

    return deps.store.batch.submit(record)


def refuse(deps: Dependencies, ask: Ask, reason: str) -> None:
    """Record that *ask* was rejected before it was received; the same request may come again."""
    # A trigger id is unique to an interaction and the same when Slack delivers it again.
    rejected = replace(ask, idempotency_key=f"refused:{ask.trigger_id or uuid4().hex}")
    with deps.store.transaction() as tx:
        text = text_guard.storable_text(tx, deps.settings, deps.commands, ask)
        number = asks.receive(tx, rejected, text, deps.now())
        if number is not None:
            asks.finish(tx, number, Outcome(AskState.REFUSED, reason), deps.now())


def withdraw(deps: Dependencies, number: int, reason: str) -> "Future[None]":
    """Start to record that a request was rejected, because receiving it took too long."""
    rejected, now = Outcome(AskState.REFUSED, reason), deps.now()
    return deps.store.batch.submit(lambda tx: asks.finish(tx, number, rejected, now))


def check_form(deps: Dependencies, ask: Ask) -> Mapping[str, str]:
    """Return the errors of a submitted form, by field, without a call or a write."""
    try:
        name, _ = parsing.parse_verb(
            parsing.tokenize(ask.text), deps.commands, parsing.NameIndex.of(())
        )
    except BotError:
        return {}  # the answer explains it better
    problems = deps.commands[name].check(ask)
    return {field: redact_secrets(problem) for field, problem in problems.items()}


def answer(deps: Dependencies, number: int, ask: Ask) -> None:
    """Answer *ask* in every case, and record the outcome."""
    if not deps.store.batch(lambda tx: asks.claim(tx, number)):
        return
    if ask.response_url:
        deps.response_urls.put(ask.user, ask.channel, ask.response_url, deps.now())
    outcome = _answer_or_report(deps, number, ask)
    if ask.schedule is not None:
        metrics.schedule_runs.labels(outcome.state).inc()
    try:
        deps.store.batch(lambda tx: asks.finish(tx, number, outcome, deps.now()))
    except DatabaseUnavailable:
        logger.warning("request %s was answered, but its outcome wasn't recorded", number)


def _answer_or_report(deps: Dependencies, number: int, ask: Ask) -> Outcome:
    notice = SlowAnswerNotice(deps.slack, ask, deps.answer_timeouts.notice)
    try:
        with report_unexpected(logger, f"request {number}"):
            return _handle(deps, number, ask, notice)
    except DatabaseUnavailable:
        raise  # no reply is possible without the database
    except UnexpectedError as error:
        text = text_guard.loggable_text(deps.commands, ask)
        logger.warning("couldn't answer %r, reference %s", text, error.reference)
        message = replies.internal_error(error.reference)
        if ask.schedule is not None:
            reports.report_failure(deps, ask, message.text)
        else:
            reply_channel.reply_best_effort(deps, ask, message, replace=notice.settle())
        return Outcome(AskState.FAILED, f"reference {error.reference}")
    except BotError as error:
        is_denied = isinstance(error, PermissionDenied)
        reason = "not allowed" if is_denied else redact_secrets(str(error))
        text = text_guard.loggable_text(deps.commands, ask)
        logger.info("refused %r from %s: %s", text, ask.user, reason)
        if ask.schedule is not None:
            return reports.report_refusal(deps, ask, suggestions.verify(deps, ask, error))
        _reply_refusal(deps, ask, error, replace=notice.settle())
        return Outcome(AskState.REFUSED, reason)


def _reply_refusal(deps: Dependencies, ask: Ask, error: BotError, *, replace: bool) -> None:
    """Reply with the reason of the refusal.

    A Slack error isn't queued for later, because the person will have repeated the request.
    """
    message = replies.refusal(suggestions.verify(deps, ask, error))
    if not isinstance(error, SlackError):
        reply_channel.reply_best_effort(deps, ask, message, replace=replace)
        return
    try:
        reply_channel.reply(deps.slack, ask, message, replace=replace)
    except SlackError as reply_error:
        logger.warning("couldn't reply to %s: %s", ask.user, reply_error)


def _handle(deps: Dependencies, number: int, ask: Ask, notice: SlowAnswerNotice) -> Outcome:
    names = request_context.load_names(deps.store, deps.settings)
    text_guard.reject_secrets(deps, ask, names)
    text_guard.reject_inert_text(ask)
    try:
        words = parsing.put_time_last(parsing.tokenize(ask.text))
        name, rest = parsing.parse_verb(words, deps.commands, names)
    except UsageError as error:
        raise permissions.with_permission_note(deps, ask.user, error) from None
    command = deps.commands[name]
    permission = permissions.get_permission(deps.slack, deps.settings, ask.user)
    try:
        check_permission(command, permission)
    except PermissionDenied as refusal:
        raise text_guard.add_rotation_advice(deps.commands, ask, names, refusal) from None
    if command.is_read:
        notice.start()
    context, result = scheduling.run_or_schedule(deps, ask, command, rest, permission)
    text_guard.reject_quoted_act(ask, result)
    audit.record_targets(deps.store, number, context, result)
    return _apply(deps, context, result, notice)


def _apply(
    deps: Dependencies, context: Context, result: Result, notice: SlowAnswerNotice
) -> Outcome:
    """Apply *result*; return the outcome of the request."""
    ask = context.ask
    match result:
        case Message() | File() | Form():
            answer = _reply(deps, ask, result, replace=notice.settle())
            return Outcome(AskState.ANSWERED, answer)
        case BulkAction():
            return bulk_actions.run_bulk_action(deps, ask, result)
        case Upload():
            return uploads.upload(deps, ask, result)
        case AlertAction():
            return actions.execute(deps, context, result)
        case AddSchedule() | ChangeSchedule():
            return changes.apply(deps, context, result)
        case _:
            return operation_results.apply(deps, context, result)


def _reply(deps: Dependencies, ask: Ask, result: Message | File | Form, *, replace: bool) -> str:
    match result:
        case Message() if ask.schedule is not None:
            return reports.report_answer(deps, ask, result)
        case Message():
            reply_channel.reply(deps.slack, ask, result, replace=replace)
            return result.text
        case File():
            return reply_channel.reply_with_file(deps.slack, ask, result, replace=replace)
        case Form():
            return forms.open_or_offer(deps, ask, result)
