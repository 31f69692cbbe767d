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
from bot.errors import DatabaseUnavailable, SlackError
from bot.listeners.doorway import Doorway
from bot.listeners.pool import Pool
from bot.model import Ask, Source
from bot.render import answers

logger = logging.getLogger(__name__)

BUSY = "I am busy, and nothing was done. Please try again in a minute."
FORGETFUL = "I cannot reach my database, and nothing was done. Please try again in a minute."
SLOW = "My database is too slow just now, and nothing was done. Please try again in a minute."
STRANGER = "I work for another workspace, and nothing was done. Ask those who run this one."
SPEECHLESS = "I cannot reach Slack to see who I am, and nothing was done. Please try again."
# What becomes of an Ask at the door that the audit should tell of.
_REFUSALS = frozenset({"busy", "foreign"})

# Seconds. Slack tells the person that we failed after three.
RECEIVE_SECONDS = 2.0
# Requests that wait for the database at once; the others wait for them.
_RECEIVE_THREADS = 32

#: Acknowledges, with a sentence for the person where Slack takes one.
Acknowledge = Callable[[str], BoltResponse]


class Door(Protocol):
    """Where an Ask goes in."""

    def check(self, ask: Ask) -> Mapping[str, str]:
        """Say what is wrong with a form as it was filled in, by field; nothing is written."""

    def receive(self, ask: Ask) -> int | None:
        """Write it down and return its number; None when this delivery was seen before."""

    def refuse(self, ask: Ask, why: str) -> None:
        """Write down that it was turned away."""

    def withdraw(self, number: int, why: str) -> None:
        """Write down that it was turned away after all, and is never answered."""

    def record_channel_event(self, event: ChannelEvent) -> None:
        """Write down what follows from what happened to a channel."""

    def answer(self, number: int, ask: Ask) -> None:
        """Answer it. May be slow; tells the person itself whatever goes wrong."""


class Voice(Protocol):
    """The ways to tell a person something that the acknowledgement cannot carry."""

    def respond(self, url: str, message: Message, *, replace: bool = False) -> None: ...
    def whisper(
        self, channel: str, user: str, message: Message, *, thread: str | None = None
    ) -> None: ...


class Intake:
    """Takes an Ask in. Whatever happens, the person hears of it."""

    def __init__(
        self,
        door: Door,
        voice: Voice,
        work: Pool,
        apologies: Pool,
        receive_seconds: float = RECEIVE_SECONDS,
    ) -> None:
        self._door, self._voice = door, voice
        self._work, self._apologies = work, apologies
        self._receive_seconds = receive_seconds
        self._receivers = ThreadPoolExecutor(_RECEIVE_THREADS, "receive")
        self.doorway = Doorway()

    def wrong(self, ask: Ask) -> dict[str, str]:
        """Say what is wrong with a form, by field: shown in it, and kept for the audit."""
        if ask.source is not Source.MODAL:
            return {}
        found = self._door.check(ask)
        wrong = {field: said for field, said in found.items() if field in ask.values}
        if wrong:
            self._beside(partial(self._note, ask, " ".join(wrong.values())))
        return wrong

    def take(self, ask: Ask, acknowledge: Acknowledge) -> BoltResponse:
        """Write *ask* down, acknowledge it, then let it be answered. In this order."""
        seat = self._work.seat()
        if seat is None:
            return self.turn_away(ask, BUSY, acknowledge, "busy")
        try:
            number = self._receive(ask)
        except TimeoutError:
            seat.leave()
            return self.turn_away(ask, SLOW, acknowledge, "slow")
        except DatabaseUnavailable:
            seat.leave()
            return self.turn_away(ask, FORGETFUL, acknowledge, "lost")
        except Exception:
            seat.leave()
            reference = token_hex(4)
            logger.exception("could not write down %s, reference %s", ask.key, reference)
            return self.turn_away(ask, lost(reference), acknowledge, "lost")
        acknowledged = acknowledge("")
        if number is None:
            seat.leave()
        else:
            seat.run(partial(self._answer, number, ask))
        _count(ask, "repeated" if number is None else "taken")
        return acknowledged

    def record(self, event: ChannelEvent) -> bool:
        """Write *event* down; return False when that failed, so that it's worth sending again."""
        try:
            self._door.record_channel_event(event)
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
        receiving = self._receivers.submit(self._door.receive, ask)
        try:
            return receiving.result(timeout=self._receive_seconds)
        except TimeoutError:
            if not receiving.cancel():
                receiving.add_done_callback(partial(self._withdraw, ask))
            raise

    def _withdraw(self, ask: Ask, received: "Future[int | None]") -> None:
        if received.exception():
            return
        number = received.result()
        try:
            if number is not None:
                self._door.withdraw(number, SLOW)
        except DatabaseUnavailable:
            logger.warning("%s was turned away, and may hear of it again", ask.user)
        except Exception:
            logger.exception("could not withdraw what %s asked", ask.user)

    def turn_away(self, ask: Ask, why: str, acknowledge: Acknowledge, outcome: str) -> BoltResponse:
        """Say *why* not: with the acknowledgement where it carries words, or after it.

        That of a form shows them in it, so that nothing has to be entered again.
        """
        _count(ask, outcome)
        if outcome in _REFUSALS:
            self._beside(partial(self._note, ask, why))
        if ask.source is Source.COMMAND or (ask.source is Source.MODAL and ask.values):
            return acknowledge(why)
        self._apologise(ask, answers.say(why))
        return acknowledge("")

    def _answer(self, number: int, ask: Ask) -> None:
        self.doorway.let_pass()
        try:
            self._door.answer(number, ask)
        except DatabaseUnavailable:
            self._tell(ask, answers.out_of_reach())
        except Exception:
            reference = token_hex(4)
            logger.exception("could not answer ask %s, reference %s", number, reference)
            self._tell(ask, answers.failure(reference))

    def _apologise(self, ask: Ask, message: Message) -> None:
        if not self._beside(partial(self._tell, ask, message)):
            logger.warning("too much to be sorry for: %s hears nothing", ask.user)

    def _beside(self, work: Callable[[], None]) -> bool:
        """Do it beside the work, which may be why somebody is turned away; False: no room."""
        seat = self._apologies.seat()
        if seat is None:
            return False
        seat.run(work)
        return True

    def _note(self, ask: Ask, why: str) -> None:
        """Keep a refusal for the audit, if it can be kept."""
        try:
            self._door.refuse(ask, why)
        except DatabaseUnavailable:
            logger.warning("the audit will not tell that %s was turned away", ask.user)
        except Exception:
            logger.exception("could not write down that %s was turned away", ask.user)

    def _tell(self, ask: Ask, message: Message) -> None:
        try:
            if ask.respond:
                self._voice.respond(ask.respond, message)
            else:
                self._voice.whisper(ask.channel, ask.user, message, thread=ask.thread)
        except SlackError as error:
            logger.warning("could not tell %s: %s", ask.user, error)


def lost(reference: str) -> str:
    """Say that the Ask was not even written down."""
    return (
        "Something went wrong on my side before I could write that down; nothing was done. "
        f"Please try again. If it happens again, tell whoever runs me this reference: {reference}"
    )


def _count(ask: Ask, outcome: str) -> None:
    metrics.asks.labels(ask.source, outcome).inc()
