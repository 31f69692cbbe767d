"""What is done with an Ask at the door: written down, acknowledged, answered; or said why not."""

import logging
from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from secrets import token_hex
from typing import Protocol

from slack_bolt import BoltResponse

from bot import metrics
from bot.alerts.channels import ChannelEvent
from bot.cards import Message
from bot.concurrency.bounded import BoundedExecutor
from bot.concurrency.intake_gate import IntakeGate
from bot.errors import DatabaseUnavailable, SlackError
from bot.model import Ask, Source
from bot.render import replies

logger = logging.getLogger(__name__)

BUSY = "I am busy, and nothing was done. Please try again in a minute."
NO_DATABASE = "I cannot reach my database, and nothing was done. Please try again in a minute."
SLOW_DATABASE = (
    "My database is too slow just now, and nothing was done. Please try again in a minute."
)
WRONG_WORKSPACE = "I work for another workspace, and nothing was done. Ask those who run this one."
NO_IDENTITY = "I cannot reach Slack to see who I am, and nothing was done. Please try again."
# What becomes of an Ask at the door that the audit should tell of.
_AUDITED_OUTCOMES = frozenset({"busy", "foreign"})

# Seconds. Slack tells the person that we failed after three.
RECEIVE_SECONDS = 2.0
# Requests that wait for the database at once; the others wait for them.
_RECEIVE_THREADS = 32

#: Acknowledges, with a sentence for the person where Slack takes one.
Acknowledge = Callable[[str], BoltResponse]


class RequestHandler(Protocol):
    """Where an Ask goes in."""

    def check_form(self, ask: Ask) -> Mapping[str, str]:
        """Say what is wrong with a form as it was filled in, by field; nothing is written."""

    def receive(self, ask: Ask) -> int | None:
        """Write it down and return its number; None when this delivery was seen before."""

    def refuse(self, ask: Ask, reason: str) -> None:
        """Write down that it was turned away."""

    def withdraw(self, number: int, reason: str) -> None:
        """Write down that it was turned away after all, and is never answered."""

    def record_channel_event(self, event: ChannelEvent) -> None:
        """Write down what follows from what happened to a channel."""

    def answer(self, number: int, ask: Ask) -> None:
        """Answer it. May be slow; tells the person itself whatever goes wrong."""


class Replier(Protocol):
    """The ways to tell a person something that the acknowledgement cannot carry."""

    def respond(self, url: str, message: Message, *, replace: bool = False) -> None: ...
    def post_ephemeral(
        self, channel: str, user: str, message: Message, *, thread: str | None = None
    ) -> None: ...


class Intake:
    """Takes an Ask in. Whatever happens, the person hears of it."""

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
        self._receive_threads = ThreadPoolExecutor(_RECEIVE_THREADS, "receive")
        self.gate = IntakeGate()

    def check_form(self, ask: Ask) -> dict[str, str]:
        """Say what is wrong with a form, by field: shown in it, and kept for the audit."""
        if ask.source is not Source.MODAL:
            return {}
        problems = self._handler.check_form(ask)
        errors = {field: problem for field, problem in problems.items() if field in ask.form_values}
        if errors:
            self._run_aside(partial(self._record_refusal, ask, " ".join(errors.values())))
        return errors

    def accept(self, ask: Ask, acknowledge: Acknowledge) -> BoltResponse:
        """Write *ask* down, acknowledge it, then let it be answered. In this order."""
        slot = self._work_pool.try_acquire()
        if slot is None:
            return self.reject(ask, BUSY, acknowledge, "busy")
        try:
            number = self._receive(ask)
        except TimeoutError:
            slot.release()
            return self.reject(ask, SLOW_DATABASE, acknowledge, "slow")
        except DatabaseUnavailable:
            slot.release()
            return self.reject(ask, NO_DATABASE, acknowledge, "lost")
        except Exception:
            slot.release()
            reference = token_hex(4)
            logger.exception(
                "could not write down %s, reference %s", ask.idempotency_key, reference
            )
            return self.reject(ask, describe_loss(reference), acknowledge, "lost")
        acknowledged = acknowledge("")
        if number is None:
            slot.release()
        else:
            slot.run(partial(self._answer, number, ask))
        _count_outcome(ask, "repeated" if number is None else "taken")
        return acknowledged

    def record(self, event: ChannelEvent) -> bool:
        """Write *event* down; return False when that failed, so that it's worth sending again."""
        try:
            self._handler.record_channel_event(event)
        except DatabaseUnavailable:
            return False
        except Exception:
            logger.exception("could not write down what happened to %s", event.channel)
            return False
        return True

    def _receive(self, ask: Ask) -> int | None:
        """Write *ask* down. Raises TimeoutError when that takes too long to acknowledge it.

        What is written later is withdrawn, so that "nothing was done" stays true.
        """
        future = self._receive_threads.submit(self._handler.receive, ask)
        try:
            return future.result(timeout=self._receive_seconds)
        except TimeoutError:
            if not future.cancel():
                future.add_done_callback(partial(self._withdraw, ask))
            raise

    def _withdraw(self, ask: Ask, future: "Future[int | None]") -> None:
        if future.exception():
            return
        number = future.result()
        try:
            if number is not None:
                self._handler.withdraw(number, SLOW_DATABASE)
        except DatabaseUnavailable:
            logger.warning("%s was turned away, and may hear of it again", ask.user)
        except Exception:
            logger.exception("could not withdraw what %s asked", ask.user)

    def reject(self, ask: Ask, reason: str, acknowledge: Acknowledge, outcome: str) -> BoltResponse:
        """Say *reason* not: with the acknowledgement where it carries words, or after it.

        That of a form shows them in it, so that nothing has to be entered again.
        """
        _count_outcome(ask, outcome)
        if outcome in _AUDITED_OUTCOMES:
            self._run_aside(partial(self._record_refusal, ask, reason))
        if ask.source is Source.COMMAND or (ask.source is Source.MODAL and ask.form_values):
            return acknowledge(reason)
        self._explain(ask, replies.text_reply(reason))
        return acknowledge("")

    def _answer(self, number: int, ask: Ask) -> None:
        self.gate.wait_idle()
        try:
            self._handler.answer(number, ask)
        except DatabaseUnavailable:
            self._reply(ask, replies.database_unavailable())
        except Exception:
            reference = token_hex(4)
            logger.exception("could not answer ask %s, reference %s", number, reference)
            self._reply(ask, replies.internal_error(reference))

    def _explain(self, ask: Ask, message: Message) -> None:
        if not self._run_aside(partial(self._reply, ask, message)):
            logger.warning("too much to be sorry for: %s hears nothing", ask.user)

    def _run_aside(self, work: Callable[[], None]) -> bool:
        """Do it beside the work, which may be why somebody is turned away; False: no room."""
        slot = self._reply_pool.try_acquire()
        if slot is None:
            return False
        slot.run(work)
        return True

    def _record_refusal(self, ask: Ask, reason: str) -> None:
        """Keep a refusal for the audit, if it can be kept."""
        try:
            self._handler.refuse(ask, reason)
        except DatabaseUnavailable:
            logger.warning("the audit will not tell that %s was turned away", ask.user)
        except Exception:
            logger.exception("could not write down that %s was turned away", ask.user)

    def _reply(self, ask: Ask, message: Message) -> None:
        try:
            if ask.response_url:
                self._replier.respond(ask.response_url, message)
            else:
                self._replier.post_ephemeral(ask.channel, ask.user, message, thread=ask.thread)
        except SlackError as error:
            logger.warning("could not tell %s: %s", ask.user, error)


def describe_loss(reference: str) -> str:
    """Say that the Ask was not even written down."""
    return (
        "Something went wrong on my side before I could write that down; nothing was done. "
        f"Please try again. If it happens again, tell whoever runs me this reference: {reference}"
    )


def _count_outcome(ask: Ask, outcome: str) -> None:
    metrics.asks.labels(ask.source, outcome).inc()
