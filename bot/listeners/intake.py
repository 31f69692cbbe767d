"""What is done with an Ask at the door: written down, acknowledged, answered; or said why not."""

import logging
from collections.abc import Callable
from functools import partial
from secrets import token_hex
from typing import Protocol

from slack_bolt import BoltResponse

from bot import metrics
from bot.cards import Message
from bot.errors import SlackError
from bot.listeners.pool import Pool
from bot.model import Ask, Source
from bot.render import answers

logger = logging.getLogger(__name__)

BUSY = "I am busy, and nothing was done. Please try again in a minute."
STRANGER = "I work for another workspace, and nothing was done. Ask those who run this one."
SPEECHLESS = "I cannot reach Slack to see who I am, and nothing was done. Please try again."

#: Acknowledges, with a sentence for the person where Slack takes one.
Acknowledge = Callable[[str], BoltResponse]


class Door(Protocol):
    """Where an Ask goes in."""

    def receive(self, ask: Ask) -> int | None:
        """Write it down and return its number; None when this delivery was seen before."""

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

    def __init__(self, door: Door, voice: Voice, work: Pool, apologies: Pool) -> None:
        self._door, self._voice = door, voice
        self._work, self._apologies = work, apologies

    def take(self, ask: Ask, acknowledge: Acknowledge) -> BoltResponse:
        """Write *ask* down, acknowledge it, then let it be answered. In this order."""
        seat = self._work.seat()
        if seat is None:
            return self.turn_away(ask, BUSY, acknowledge, "busy")
        try:
            number = self._door.receive(ask)
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

    def turn_away(self, ask: Ask, why: str, acknowledge: Acknowledge, outcome: str) -> BoltResponse:
        """Say *why* not: with the acknowledgement of a command, or after it."""
        _count(ask, outcome)
        if ask.source is Source.COMMAND:
            return acknowledge(why)
        self._apologise(ask, answers.say(why))
        return acknowledge("")

    def _answer(self, number: int, ask: Ask) -> None:
        try:
            self._door.answer(number, ask)
        except Exception:
            reference = token_hex(4)
            logger.exception("could not answer ask %s, reference %s", number, reference)
            self._tell(ask, answers.failure(reference))

    def _apologise(self, ask: Ask, message: Message) -> None:
        """Tell it beside the work, which may be why there is something to be sorry for."""
        seat = self._apologies.seat()
        if seat is None:
            logger.warning("too much to be sorry for: %s hears nothing", ask.user)
        else:
            seat.run(partial(self._tell, ask, message))

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
