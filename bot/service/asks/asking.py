"""Answering a person, a button or a schedule: they all say the same words."""

import logging
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import uuid4

from bot import parsing
from bot.alerts.wishes import Wish
from bot.cards import Message
from bot.command import (
    Command,
    Context,
    Decision,
    Deed,
    File,
    Form,
    Look,
    Looks,
    Proposal,
    Result,
    Stop,
    Upload,
    allow,
)
from bot.errors import BotError, DatabaseUnavailable, Misunderstood, NotAllowed, SlackError
from bot.model import Ask, Source, Standing
from bot.operations import Operation
from bot.redaction import redact_secrets
from bot.render import answers
from bot.service import replying
from bot.service.alerts import wishing
from bot.service.asks import (
    discretion,
    doing,
    finding,
    forms,
    gathering,
    inert,
    roles,
    touching,
    uploading,
)
from bot.service.operations import starting, stopping
from bot.service.parts import Parts
from bot.store import asks

logger = logging.getLogger(__name__)

# The process that took an Ask has been gone for this long if it is still not settled.
_ORPHANED = timedelta(minutes=1)
# A form may change hundreds of Spaces before it is answered.
_ORPHANED_FORM = timedelta(minutes=15)
# An upload shows that it goes on; the longest that it is quiet is while the Hub takes a commit.
_ORPHANED_UPLOAD = timedelta(minutes=4)
# How the audit calls it, by whether something had been begun.
_INTERRUPTED = ("interrupted before it was answered", "interrupted, and may have been done")


def receive(parts: Parts, ask: Ask) -> int | None:
    """Write down what was asked, before it is acknowledged; None if it was before."""
    text, now = discretion.kept(parts, ask), parts.now()
    return parts.store.together(lambda tx: asks.receive(tx, ask, text, now))


def refuse(parts: Parts, ask: Ask, why: str) -> None:
    """Write down that *ask* was turned away at the door. It may come in again, and be let in."""
    # A trigger is new with each thing that is done, and the same where it is delivered again.
    turned_away = replace(ask, key=f"refused:{ask.trigger or uuid4().hex}")
    text = discretion.kept(parts, ask)
    with parts.transaction() as tx:
        number = asks.receive(tx, turned_away, text, parts.now())
        if number is not None:
            asks.settle(tx, number, "refused", why, parts.now())


def withdraw(parts: Parts, number: int, why: str) -> None:
    """Write down that a request was turned away although it was received: that took too long."""
    with parts.transaction() as tx:
        asks.settle(tx, number, "refused", why, parts.now())


def check(parts: Parts, ask: Ask) -> Mapping[str, str]:
    """Say what is wrong with a form as it was filled in, by field. Writes nothing, asks nobody."""
    try:
        name, _ = parsing.verb(parsing.words(ask.text), parts.commands, parsing.Names.of(()))
    except BotError:
        return {}  # the answer says it better
    problems = parts.commands[name].check(ask)
    return {field: redact_secrets(why) for field, why in problems.items()}


def answer(parts: Parts, number: int, ask: Ask) -> None:
    """Answer *ask*, always in words, and write down how it ended."""
    if not parts.store.together(lambda tx: asks.take(tx, number)):
        return
    if ask.respond:
        parts.response_urls.put(ask.user, ask.channel, ask.respond, parts.now())
    state, result = _outcome(parts, number, ask)
    now = parts.now()
    try:
        parts.store.together(lambda tx: asks.settle(tx, number, state, result, now))
    except DatabaseUnavailable:
        logger.warning("ask %s was answered, and that is not written down", number)


def report_orphans(parts: Parts) -> None:
    """Tell those who asked a process that died before it answered. Nobody waits in vain."""
    with parts.leader_transaction() as tx:
        now = parts.now()
        old = asks.orphans(tx, now - _ORPHANED)
        dead = [o for o in old if _is_dead(o, now)]
        orphans = [o for o in dead if asks.give_up(tx, o.id, _INTERRUPTED[o.begun], now)]
        for orphan in orphans:
            uploading.abandon(tx, orphan.ask)
    for orphan in orphans:
        replying.tell(parts, orphan.ask, answers.interrupted(orphan.ask.text, begun=orphan.begun))


def _is_dead(taken: asks.Taken, now: datetime) -> bool:
    if taken.alive_at:
        return taken.alive_at < now - _ORPHANED_UPLOAD
    is_form = taken.ask.source is Source.MODAL
    return taken.received_at < now - (_ORPHANED_FORM if is_form else _ORPHANED)


def _outcome(parts: Parts, number: int, ask: Ask) -> tuple[str, str]:
    try:
        return _answer(parts, number, ask)
    except DatabaseUnavailable:
        raise  # nothing can be said of it before it is back
    except BotError as error:
        why = redact_secrets(str(error))
        logger.info("refused %r from %s: %s", discretion.logged(parts, ask), ask.user, why)
        _tell_refusal(parts, ask, error)
        return "refused", why
    except Exception:
        # Whatever it was, the person hears of it, and the log has the rest.
        reference = uuid4().hex[:8]
        logger.exception(
            "could not answer %r, reference %s", discretion.logged(parts, ask), reference
        )
        replying.tell(parts, ask, answers.failure(reference))
        return "failed", f"reference {reference}"


def _tell_refusal(parts: Parts, ask: Ask, error: BotError) -> None:
    """Say why it was refused. That Slack took no answer is of no use later: it's asked again."""
    message = answers.refusal(error)
    if not isinstance(error, SlackError):
        replying.tell(parts, ask, message)
        return
    try:
        replying.reply(parts, ask, message)
    except SlackError as again:
        logger.warning("could not tell %s: %s", ask.user, again)


def _answer(parts: Parts, number: int, ask: Ask) -> tuple[str, str]:
    known = gathering.remembered(parts)
    discretion.check(parts, ask, known)
    inert.check_words(ask)
    try:
        name, rest = parsing.verb(parsing.words(ask.text), parts.commands, known)
    except Misunderstood as error:
        raise roles.offered(parts, ask.user, error) from None
    command = parts.commands[name]
    standing = roles.standing(parts, ask.user)
    try:
        allow(command, standing)
    except NotAllowed as refusal:
        raise discretion.advised(parts, ask, known, refusal) from None
    context, result = _decided(parts, ask, command, rest, standing)
    inert.check_result(ask, result)
    touching.note(parts, number, context, result)
    return _apply(parts, context, result)


def _decided(
    parts: Parts, ask: Ask, command: Command, words: tuple[str, ...], standing: Standing
) -> tuple[Context, Result]:
    may_open = command.looks is Looks.FORM
    if may_open and ask.source is not Source.MODAL:
        context = gathering.context(parts, ask, command, words, standing)
        if form := _form(command, context):
            return context, form
    context = gathering.context(parts, ask, command, words, standing, afresh=may_open)
    return context, _run(parts, command, context)


def _form(command: Command, context: Context) -> Form | None:
    """Return the form that *command* opens, if it does: nothing else may follow from old sights."""
    try:
        answer = command.run(context)
    except Misunderstood:
        return None  # it may name a Space that is younger than the last sweep
    return answer if isinstance(answer, Form) else None


def _run(parts: Parts, command: Command, context: Context) -> Result:
    """Let *command* decide, and find for it whatever it wants to know on the way."""
    try:
        answer = command.run(context)
        while isinstance(answer, Look):
            answer = answer.then(finding.find(parts, answer.question))
    except parsing.Guess as guess:
        raise Misunderstood(str(guess), guess.command(command.name)) from guess
    return answer


def _apply(parts: Parts, context: Context, answer: Result) -> tuple[str, str]:
    """Do what the command decided; return how it ended, and a line for the audit."""
    ask = context.ask
    match answer:
        case Message() | File() | Form():
            return "answered", _say(parts, ask, answer)
        case Operation() | Proposal() | Decision():
            return _work(parts, context, answer)
        case Stop():
            return "acted", stopping.stop(parts, context, answer)
        case Deed():
            return doing.do(parts, ask, answer)
        case Upload():
            return uploading.upload(parts, ask, answer)
        case Wish():
            return "acted", wishing.grant(parts, context, answer)


def _say(parts: Parts, ask: Ask, answer: Message | File | Form) -> str:
    match answer:
        case Message():
            replying.reply(parts, ask, answer)
            return answer.text
        case File():
            return replying.hand_over(parts, ask, answer)
        case Form():
            return forms.offer(parts, ask, answer)


def _work(
    parts: Parts, context: Context, answer: Operation | Proposal | Decision
) -> tuple[str, str]:
    match answer:
        case Operation():
            line = starting.begin(parts, context.ask, answer)
            return "acted" if starting.number(line) else "answered", line
        case Proposal():
            return "asked", starting.propose(parts, context.ask, answer)
        case Decision():
            return _decide(parts, context, answer)


def _decide(parts: Parts, context: Context, decision: Decision) -> tuple[str, str]:
    proposal = starting.proposal(parts, decision.number)
    # The one who taps is asked, not the one for whom the question was shown.
    allow(parts.commands[proposal.verb], context.standing)
    if not decision.yes:
        return "answered", starting.cancel(parts, context.ask, proposal)
    line = starting.confirm(parts, context.ask, proposal)
    return "acted" if starting.number(line) else "answered", line
