"""Answering a person, a button or a schedule: they all say the same words."""

import logging
from datetime import timedelta
from uuid import uuid4

from bot import parsing
from bot.alerts.wishes import Wish
from bot.cards import Message
from bot.command import Answer, Command, Context, Decision, Look, Proposal
from bot.errors import BotError, Misunderstood, NotAllowed, SlackError
from bot.model import Ask, Role
from bot.operations import Operation
from bot.parsing.secrecy import scrub
from bot.render import answers
from bot.service import finding, gathering, replying, roles, starting, wishing
from bot.service.parts import Parts
from bot.store import asks

logger = logging.getLogger(__name__)

# The process that took an Ask has been gone for this long if it is still not settled.
_ORPHANED = timedelta(minutes=1)


def receive(parts: Parts, ask: Ask) -> int | None:
    """Write down what was asked, before it is acknowledged; None if it was before."""
    with parts.transaction() as tx:
        return asks.receive(tx, ask, scrub(ask.text), parts.now())


def answer(parts: Parts, number: int, ask: Ask) -> None:
    """Answer *ask*, always in words, and write down how it ended."""
    with parts.transaction() as tx:
        if not asks.take(tx, number):
            return
    state, result = _outcome(parts, ask)
    with parts.transaction() as tx:
        asks.settle(tx, number, state, result, parts.now())


def report_orphans(parts: Parts) -> None:
    """Tell those who asked a process that died before it answered. Nobody waits in vain."""
    with parts.leader_transaction() as tx:
        orphans = asks.orphans(tx, parts.now() - _ORPHANED)
        for orphan in orphans:
            asks.settle(tx, orphan.id, "failed", "interrupted before it was answered", parts.now())
    for orphan in orphans:
        _tell(parts, orphan.ask, answers.interrupted(orphan.ask.text))


def _outcome(parts: Parts, ask: Ask) -> tuple[str, str]:
    try:
        return "answered", _answer(parts, ask)
    except BotError as error:
        logger.info("refused %r from %s: %s", scrub(ask.text), ask.user, error)
        _tell(parts, ask, answers.refusal(error))
        return "refused", str(error)
    except Exception:
        # Whatever it was, the person hears of it, and the log has the rest.
        reference = uuid4().hex[:8]
        logger.exception("could not answer %r, reference %s", scrub(ask.text), reference)
        _tell(parts, ask, answers.failure(reference))
        return "failed", f"reference {reference}"


def _answer(parts: Parts, ask: Ask) -> str:
    known = gathering.remembered(parts)
    name, rest = parsing.verb(parsing.words(ask.text), parts.commands, known)
    command = parts.commands[name]
    role = roles.role(parts, ask.user)
    allow(command, role)
    context = gathering.context(parts, ask, command, rest, role)
    return _apply(parts, context, _run(command, context))


def _run(command: Command, context: Context) -> Answer:
    try:
        return command.run(context)
    except parsing.Guess as guess:
        raise Misunderstood(str(guess), guess.command(command.name)) from guess


def allow(command: Command, role: Role) -> None:
    """Raise NotAllowed, naming who may, unless *role* may run *command*."""
    if role >= command.needs:
        return
    who = Role.ADMIN.title if command.needs is Role.ADMIN else "an operator or an admin"
    raise NotAllowed(
        f"Only {who} may `{command.name}`; you are {role.title}. Nothing was done. "
        f"Ask a course lead to add you to SPACEBOT_{command.needs.name}S."
    )


def _apply(parts: Parts, context: Context, answer: Answer) -> str:
    """Do what the command decided; return a line for the audit."""
    ask = context.ask
    match answer:
        case Message():
            replying.reply(parts, ask, answer)
            return answer.text
        case Look():
            return _apply(parts, context, answer.then(finding.find(parts, answer.question)))
        case Operation():
            return starting.begin(parts, answer)
        case Proposal():
            return starting.propose(parts, ask, answer)
        case Decision():
            return _decide(parts, context, answer)
        case Wish():
            return wishing.grant(parts, context, answer)


def _decide(parts: Parts, context: Context, decision: Decision) -> str:
    proposal = starting.proposal(parts, decision.number)
    # The one who taps is asked, not the one for whom the question was shown.
    allow(parts.commands[proposal.verb], context.role)
    if decision.yes:
        return starting.confirm(parts, context.ask, proposal)
    return starting.cancel(parts, context.ask, proposal)


def _tell(parts: Parts, ask: Ask, message: Message) -> None:
    try:
        replying.reply(parts, ask, message)
    except SlackError as error:
        logger.warning("could not tell %s: %s", ask.user, error)
