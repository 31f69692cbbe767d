"""The intake of a request: store, acknowledge and answer it, or reject it."""

import logging
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from enum import StrEnum
from functools import partial
from typing import Protocol

from slack_bolt import BoltResponse

from bot import metrics
from bot.alerts.channels import ChannelEvent
from bot.cards import Message
from bot.concurrency import BoundedExecutor, IntakeGate
from bot.error_boundary import log_errors, report_unexpected
from bot.errors import DatabaseUnavailable, SlackError, UnexpectedError
from bot.model import Ask, Source
from bot.render import replies

logger = logging.getLogger(__name__)

BUSY = "I'm busy right now, so nothing ran. Try again in a minute."
NO_DATABASE = "I can't reach my database, so nothing ran. Try again in a minute."
SLOW_DATABASE = "My database is too slow right now, so nothing ran. Try again in a minute."
WRONG_WORKSPACE = "I belong to another workspace, so nothing ran. Ask an admin of this one."
NO_IDENTITY = "I can't reach Slack right now, so nothing ran. Try again in a minute."
# Must be below 3 s, after which Slack shows the person an error.
RECEIVE_SECONDS = 2.0

#: Acknowledges a request, with a sentence for the person where Slack shows one.
Acknowledge = Callable[[str], BoltResponse]


class IntakeOutcome(StrEnum):
    """What became of a request, as a label of the metric."""

    TAKEN = "taken"
    REPEATED = "repeated"  # Slack delivered it before
    BUSY = "busy"
    FOREIGN = "foreign"  # from a workspace or app that isn't ours
    SLOW = "slow"  # the database took too long
    LOST = "lost"  # it couldn't be read or stored


# Outcomes of a rejected request that get an audit entry.
_AUDITED_OUTCOMES = frozenset({IntakeOutcome.BUSY, IntakeOutcome.FOREIGN})


class RequestHandler(Protocol):
    """Stores and answers requests."""

    def check_form(self, ask: Ask) -> Mapping[str, str]:
        """Return the errors of a submitted form, by field, without storing anything."""

    def receive(self, ask: Ask) -> "Future[int | None]":
        """Start to store *ask*; the future has its number, or None for a repeated delivery."""

    def refuse(self, ask: Ask, reason: str) -> None:
        """Add an audit entry for the refused *ask*."""

    def withdraw(self, number: int, reason: str) -> "Future[None]":
        """Start to mark a stored request as refused, so that it is never answered."""

    def record_channel_event(self, event: ChannelEvent) -> None:
        """Store the consequences of *event*."""

    def answer(self, number: int, ask: Ask) -> None:
        """Answer a stored request. May be slow; reports its own failures to the person."""


class Replier(Protocol):
    """Sends replies to a person outside the acknowledgment."""

    def respond(self, url: str, message: Message, *, replace: bool = False) -> None:
        """Post *message* to a response URL."""

    def post_ephemeral(
        self, channel: str, user: str, message: Message, *, thread: str | None = None
    ) -> None:
        """Post *message* in *channel*, visible only to *user*."""


class Intake:
    """Stores, acknowledges and answers requests; explains every rejection to the person."""

    def __init__(
        self,
        handler: RequestHandler,
        replier: Replier,
        work_pool: BoundedExecutor,
        reply_pool: BoundedExecutor,
        receive_seconds: float = RECEIVE_SECONDS,
    ) -> None:
        self._handler, self._replier = handler, replier
        self._work_pool, self._reply_pool = work_pool, reply_pool
        self._receive_seconds = receive_seconds
        self.gate = IntakeGate()

    def check_form(self, ask: Ask) -> dict[str, str]:
        """Return the errors of a submitted form by field, and audit them."""
        if ask.source is not Source.MODAL:
            return {}
        problems = self._handler.check_form(ask)
        errors = {field: problem for field, problem in problems.items() if field in ask.form_values}
        if errors:
            self._run_in_reply_pool(partial(self._record_refusal, ask, " ".join(errors.values())))
        return errors

    def accept(self, ask: Ask, acknowledge: Acknowledge) -> BoltResponse:
        """Store *ask*, acknowledge it, then answer it in the work pool.

        The order matters, because Slack doesn't send an acknowledged request again.
        """
        slot = self._work_pool.try_acquire()
        if slot is None:
            return self.reject(ask, BUSY, acknowledge, IntakeOutcome.BUSY)
        expected = (TimeoutError, DatabaseUnavailable)
        try:
            with report_unexpected(
                logger, f"could not store request {ask.idempotency_key}", expected=expected
            ):
                number = self._receive(ask)
        except (*expected, UnexpectedError) as error:
            slot.release()
            return self._reject_unstored(ask, error, acknowledge)
        acknowledged = acknowledge("")
        if number is None:
            slot.release()
        else:
            slot.run(partial(self._answer, number, ask))
        _count_outcome(ask, IntakeOutcome.REPEATED if number is None else IntakeOutcome.TAKEN)
        return acknowledged

    def record(self, event: ChannelEvent) -> bool:
        """Store *event*; return False if that fails and Slack should send it again."""
        with log_errors(logger, f"storing an event about channel {event.channel}"):
            self._handler.record_channel_event(event)
            return True
        return False

    def _receive(self, ask: Ask) -> int | None:
        """Store *ask* and return its number, or None for a repeated delivery.

        A request stored after the timeout is withdrawn, because its reply was "nothing ran".

        Raises:
            TimeoutError: if storing takes longer than *receive_seconds*.
        """
        future = self._handler.receive(ask)
        try:
            return future.result(timeout=self._receive_seconds)
        except TimeoutError:
            if not future.cancel():
                future.add_done_callback(partial(self._withdraw, ask))
            raise

    def _withdraw(self, ask: Ask, stored: "Future[int | None]") -> None:
        number = None if stored.exception() else stored.result()
        if number is not None:
            withdrawn = self._handler.withdraw(number, SLOW_DATABASE)
            withdrawn.add_done_callback(partial(_log_failed_withdrawal, ask))

    def reject(
        self, ask: Ask, reason: str, acknowledge: Acknowledge, outcome: IntakeOutcome
    ) -> BoltResponse:
        """Reject *ask*, showing *reason* in the acknowledgment where Slack allows it.

        A form shows the reason as a field error, so that the person keeps the entered values.
        Otherwise a reply follows.
        """
        _count_outcome(ask, outcome)
        if outcome in _AUDITED_OUTCOMES:
            self._run_in_reply_pool(partial(self._record_refusal, ask, reason))
        if ask.source is Source.COMMAND or (ask.source is Source.MODAL and ask.form_values):
            return acknowledge(reason)
        self._explain(ask, replies.text_reply(reason))
        return acknowledge("")

    def _reject_unstored(
        self, ask: Ask, error: Exception, acknowledge: Acknowledge
    ) -> BoltResponse:
        match error:
            case TimeoutError():
                return self.reject(ask, SLOW_DATABASE, acknowledge, IntakeOutcome.SLOW)
            case UnexpectedError():
                reason = not_stored_message(error.reference)
                return self.reject(ask, reason, acknowledge, IntakeOutcome.LOST)
            case _:
                return self.reject(ask, NO_DATABASE, acknowledge, IntakeOutcome.LOST)

    def _answer(self, number: int, ask: Ask) -> None:
        self.gate.wait_idle()
        try:
            with report_unexpected(
                logger, f"could not answer request {number}", expected=(DatabaseUnavailable,)
            ):
                self._handler.answer(number, ask)
        except DatabaseUnavailable:
            self._reply(ask, replies.database_unavailable())
        except UnexpectedError as error:
            self._reply(ask, replies.internal_error(error.reference))

    def _explain(self, ask: Ask, message: Message) -> None:
        if not self._run_in_reply_pool(partial(self._reply, ask, message)):
            logger.warning("too many replies in progress: a rejection isn't sent to %s", ask.user)

    def _run_in_reply_pool(self, work: Callable[[], None]) -> bool:
        """Run *work* in the reply pool, which is free when the work pool is full.

        Returns False if the reply pool is full as well.
        """
        slot = self._reply_pool.try_acquire()
        if slot is None:
            return False
        slot.run(work)
        return True

    def _record_refusal(self, ask: Ask, reason: str) -> None:
        """Add an audit entry for a refusal; log a failure to do so."""
        with log_errors(logger, f"the audit entry for a refusal of {ask.user}"):
            self._handler.refuse(ask, reason)

    def _reply(self, ask: Ask, message: Message) -> None:
        try:
            if ask.response_url:
                self._replier.respond(ask.response_url, message)
            else:
                self._replier.post_ephemeral(ask.channel, ask.user, message, thread=ask.thread)
        except SlackError as error:
            logger.warning("could not send a reply to %s: %s", ask.user, error)


def not_stored_message(reference: str) -> str:
    """Return the message for a request that couldn't be stored."""
    return (
        "Something went wrong on my side, so nothing ran. Try again. If it happens again, give my "
        f"maintainer this reference: {reference}"
    )


def _log_failed_withdrawal(ask: Ask, withdrawn: "Future[None]") -> None:
    if error := withdrawn.exception():
        logger.warning("could not withdraw a rejected request of %s: %s", ask.user, error)


def _count_outcome(ask: Ask, outcome: IntakeOutcome) -> None:
    metrics.asks.labels(ask.source, outcome).inc()
