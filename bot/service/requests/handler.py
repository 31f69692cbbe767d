"""Answering a person, a button or a schedule: they all say the same words."""

import logging
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import uuid4

from bot import parsing
from bot.alerts.actions import AlertAction
from bot.cards import Message
from bot.command import (
    BulkAction,
    Command,
    ConfirmationReply,
    Context,
    Fetch,
    File,
    Form,
    Freshness,
    Proposal,
    Result,
    Stop,
    Upload,
    check_permission,
)
from bot.errors import BotError, DatabaseUnavailable, Misunderstood, NotAllowed, SlackError
from bot.model import Ask, Permission, Source
from bot.operations import Operation
from bot.redaction import redact_secrets
from bot.render import replies
from bot.service import reply_channel
from bot.service.alerts import actions
from bot.service.dependencies import Dependencies
from bot.service.operations import begin, stopping
from bot.service.requests import (
    audit_targets,
    bulk_actions,
    forms,
    inert_text,
    lookups,
    permissions,
    request_context,
    secret_guard,
    uploads,
)
from bot.store import asks

logger = logging.getLogger(__name__)

# The process that took an Ask has been gone for this long if it is still not settled.
_ABANDONED_AFTER = timedelta(minutes=1)
# A form may change hundreds of Spaces before it is answered.
_FORM_ABANDONED_AFTER = timedelta(minutes=15)
# An upload shows that it goes on; the longest that it is quiet is while the Hub takes a commit.
_UPLOAD_ABANDONED_AFTER = timedelta(minutes=4)
# How the audit calls it, by whether something had been begun.
_INTERRUPTED_RESULTS = ("interrupted before it was answered", "interrupted, and may have been done")


def receive(deps: Dependencies, ask: Ask) -> int | None:
    """Write down what was asked, before it is acknowledged; None if it was before."""
    text, now = secret_guard.storable_text(deps, ask), deps.now()
    return deps.store.batch(lambda tx: asks.receive(tx, ask, text, now))


def refuse(deps: Dependencies, ask: Ask, reason: str) -> None:
    """Write down that *ask* was turned away at the door. It may come in again, and be let in."""
    # A trigger is new with each thing that is done, and the same where it is delivered again.
    rejected = replace(ask, idempotency_key=f"refused:{ask.trigger_id or uuid4().hex}")
    text = secret_guard.storable_text(deps, ask)
    with deps.transaction() as tx:
        number = asks.receive(tx, rejected, text, deps.now())
        if number is not None:
            asks.finish(tx, number, "refused", reason, deps.now())


def withdraw(deps: Dependencies, number: int, reason: str) -> None:
    """Write down that a request was turned away although it was received: that took too long."""
    with deps.transaction() as tx:
        asks.finish(tx, number, "refused", reason, deps.now())


def check_form(deps: Dependencies, ask: Ask) -> Mapping[str, str]:
    """Say what is wrong with a form as it was filled in, by field. Writes nothing, asks nobody."""
    try:
        name, _ = parsing.parse_verb(
            parsing.tokenize(ask.text), deps.commands, parsing.NameIndex.of(())
        )
    except BotError:
        return {}  # the answer says it better
    problems = deps.commands[name].check(ask)
    return {field: redact_secrets(problem) for field, problem in problems.items()}


def answer(deps: Dependencies, number: int, ask: Ask) -> None:
    """Answer *ask*, always in words, and write down how it ended."""
    if not deps.store.batch(lambda tx: asks.claim(tx, number)):
        return
    if ask.response_url:
        deps.response_urls.put(ask.user, ask.channel, ask.response_url, deps.now())
    state, result = _answer_or_report(deps, number, ask)
    now = deps.now()
    try:
        deps.store.batch(lambda tx: asks.finish(tx, number, state, result, now))
    except DatabaseUnavailable:
        logger.warning("ask %s was answered, and that is not written down", number)


def notify_abandoned(deps: Dependencies) -> None:
    """Tell those who asked a process that died before it answered. Nobody waits in vain."""
    with deps.leader_transaction() as tx:
        now = deps.now()
        candidates = asks.orphans(tx, now - _ABANDONED_AFTER)
        expired = [o for o in candidates if _is_abandoned(o, now)]
        abandoned = [
            o for o in expired if asks.abandon(tx, o.id, _INTERRUPTED_RESULTS[o.is_started], now)
        ]
        for request in abandoned:
            uploads.show_interrupted(tx, request.ask)
    for request in abandoned:
        reply_channel.reply_best_effort(
            deps, request.ask, replies.interrupted(request.ask.text, is_started=request.is_started)
        )


def _is_abandoned(pending: asks.PendingAsk, now: datetime) -> bool:
    if pending.heartbeat_at:
        return pending.heartbeat_at < now - _UPLOAD_ABANDONED_AFTER
    is_form = pending.ask.source is Source.MODAL
    return pending.received_at < now - (_FORM_ABANDONED_AFTER if is_form else _ABANDONED_AFTER)


def _answer_or_report(deps: Dependencies, number: int, ask: Ask) -> tuple[str, str]:
    try:
        return _handle(deps, number, ask)
    except DatabaseUnavailable:
        raise  # nothing can be said of it before it is back
    except BotError as error:
        reason = redact_secrets(str(error))
        logger.info(
            "refused %r from %s: %s", secret_guard.loggable_text(deps, ask), ask.user, reason
        )
        _tell_refusal(deps, ask, error)
        return "refused", reason
    except Exception:
        # Whatever it was, the person hears of it, and the log has the rest.
        reference = uuid4().hex[:8]
        logger.exception(
            "could not answer %r, reference %s", secret_guard.loggable_text(deps, ask), reference
        )
        reply_channel.reply_best_effort(deps, ask, replies.internal_error(reference))
        return "failed", f"reference {reference}"


def _tell_refusal(parts: Dependencies, ask: Ask, error: BotError) -> None:
    """Say why it was refused. That Slack took no answer is of no use later: it's asked again."""
    message = replies.refusal(error)
    if not isinstance(error, SlackError):
        reply_channel.reply_best_effort(parts, ask, message)
        return
    try:
        reply_channel.reply(parts, ask, message)
    except SlackError as again:
        logger.warning("could not tell %s: %s", ask.user, again)


def _handle(deps: Dependencies, number: int, ask: Ask) -> tuple[str, str]:
    names = request_context.load_names(deps)
    secret_guard.reject_secrets(deps, ask, names)
    inert_text.check_words(ask)
    try:
        name, rest = parsing.parse_verb(parsing.tokenize(ask.text), deps.commands, names)
    except Misunderstood as error:
        raise permissions.with_permission_note(deps, ask.user, error) from None
    command = deps.commands[name]
    permission = permissions.get_permission(deps, ask.user)
    try:
        check_permission(command, permission)
    except NotAllowed as refusal:
        raise secret_guard.add_rotation_advice(deps, ask, names, refusal) from None
    context, result = _gather_and_run(deps, ask, command, rest, permission)
    inert_text.check_result(ask, result)
    audit_targets.record_targets(deps, number, context, result)
    return _apply(deps, context, result)


def _gather_and_run(
    deps: Dependencies, ask: Ask, command: Command, words: tuple[str, ...], permission: Permission
) -> tuple[Context, Result]:
    can_open_form = command.freshness is Freshness.FORM
    if can_open_form and ask.source is not Source.MODAL:
        context = request_context.make_context(deps, ask, command, words, permission)
        if form := _try_form(command, context):
            return context, form
    context = request_context.make_context(
        deps, ask, command, words, permission, require_live=can_open_form
    )
    return context, _run_with_queries(deps, command, context)


def _try_form(command: Command, context: Context) -> Form | None:
    """Return the form that *command* opens, if it does: nothing else may follow from old sights."""
    try:
        result = command.run(context)
    except Misunderstood:
        return None  # it may name a Space that is younger than the last sweep
    return result if isinstance(result, Form) else None


def _run_with_queries(deps: Dependencies, command: Command, context: Context) -> Result:
    """Let *command* decide, and find for it whatever it wants to know on the way."""
    try:
        result = command.run(context)
        while isinstance(result, Fetch):
            result = result.then(lookups.run_query(deps, result.query))
    except parsing.SuggestedTargets as guess:
        raise Misunderstood(str(guess), guess.command_for(command.name)) from guess
    return result


def _apply(deps: Dependencies, context: Context, result: Result) -> tuple[str, str]:
    """Do what the command decided; return how it ended, and a line for the audit."""
    ask = context.ask
    match result:
        case Message() | File() | Form():
            return "answered", _reply(deps, ask, result)
        case Operation() | Proposal() | ConfirmationReply():
            return _apply_operation(deps, context, result)
        case Stop():
            return "acted", stopping.stop(deps, context, result)
        case BulkAction():
            return bulk_actions.run_bulk_action(deps, ask, result)
        case Upload():
            return uploads.upload(deps, ask, result)
        case AlertAction():
            return "acted", actions.execute(deps, context, result)


def _reply(deps: Dependencies, ask: Ask, result: Message | File | Form) -> str:
    match result:
        case Message():
            reply_channel.reply(deps, ask, result)
            return result.text
        case File():
            return reply_channel.reply_with_file(deps, ask, result)
        case Form():
            return forms.open_or_offer(deps, ask, result)


def _apply_operation(
    deps: Dependencies, context: Context, result: Operation | Proposal | ConfirmationReply
) -> tuple[str, str]:
    match result:
        case Operation():
            line = begin.begin(deps, context.ask, result)
            return "acted" if begin.operation_number(line) else "answered", line
        case Proposal():
            return "asked", begin.propose(deps, context.ask, result)
        case ConfirmationReply():
            return _apply_confirmation(deps, context, result)


def _apply_confirmation(
    deps: Dependencies, context: Context, confirmation: ConfirmationReply
) -> tuple[str, str]:
    proposal = begin.get_proposal(deps, confirmation.operation)
    # The one who taps is asked, not the one for whom the question was shown.
    check_permission(deps.commands[proposal.verb], context.permission)
    if not confirmation.is_confirmed:
        return "answered", begin.cancel(deps, context.ask, proposal)
    line = begin.confirm(deps, context.ask, proposal)
    return "acted" if begin.operation_number(line) else "answered", line
