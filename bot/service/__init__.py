"""The verbs of the bot. Each gathers facts, asks the core to decide, and applies the decision."""

from collections.abc import Mapping
from dataclasses import dataclass

from bot import metrics
from bot.alerts.channels import ChannelEvent
from bot.model import Ask
from bot.service import channels, delivery
from bot.service.alerts import sweep
from bot.service.dependencies import Dependencies
from bot.service.operations import advance
from bot.service.requests import handler


@dataclass(frozen=True)
class Bot(Dependencies):
    """All that the bot can do, as the doors and the clock see it."""

    def receive(self, ask: Ask) -> int | None:
        """Write down what was asked, before it is acknowledged; None if it was before."""
        return handler.receive(self, ask)

    def refuse(self, ask: Ask, reason: str) -> None:
        """Write down that it was turned away at the door."""
        handler.refuse(self, ask, reason)

    def withdraw(self, number: int, reason: str) -> None:
        """Write down that it was turned away after all, and is never answered."""
        handler.withdraw(self, number, reason)

    def check_form(self, ask: Ask) -> Mapping[str, str]:
        """Say what is wrong with a form as it was filled in, by field, before it is received."""
        return handler.check_form(self, ask)

    def answer(self, number: int, ask: Ask) -> None:
        """Answer in words, whatever happens, and write down how it ended."""
        handler.answer(self, number, ask)

    def ask(self, ask: Ask) -> None:
        """Receive and answer: the whole way through the one door."""
        number = self.receive(ask)
        if number is not None:
            self.answer(number, ask)

    def sweep(self) -> None:
        """Look at every Space and write down what is worth saying."""
        with metrics.sweep_duration.time():
            sweep.sweep(self)
        handler.notify_abandoned(self)

    def advance(self) -> None:
        """Take every unfinished operation as far as it will go now."""
        advance.advance(self)

    def deliver(self) -> None:
        """Make Slack show what it should show."""
        channels.reconcile(self)
        delivery.deliver(self)

    def record_channel_event(self, event: ChannelEvent) -> None:
        """Follow what happened to a channel, before that is acknowledged."""
        channels.record(self, event)


__all__ = ["Bot", "Dependencies"]
