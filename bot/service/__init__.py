"""The service layer: gathers facts, calls the pure decisions and applies their results."""

from collections.abc import Mapping
from concurrent.futures import Future
from dataclasses import dataclass
from functools import partial

from bot import metrics
from bot.alerts.channels import ChannelEvent
from bot.alerts.polling import PollInterval
from bot.model import Ask
from bot.service import channels, delivery
from bot.service.alerts import responsiveness, sweep
from bot.service.dependencies import Dependencies
from bot.service.operations import advance, deadlines, loans, secret_rollouts
from bot.service.requests import abandoned, handler, keep_awake
from bot.service.schedules import runs


@dataclass(frozen=True, slots=True)
class Bot:
    """The bot's use cases, called by the listeners and the scheduler."""

    deps: Dependencies

    def receive(self, ask: Ask) -> "Future[int | None]":
        """Start to record a request, which is acknowledged once the future has its number.

        None means that it was already recorded, because Slack delivered it twice.
        """
        return handler.receive(self.deps, ask)

    def refuse(self, ask: Ask, reason: str) -> None:
        """Record a request that was rejected before it was received."""
        handler.refuse(self.deps, ask, reason)

    def withdraw(self, number: int, reason: str) -> "Future[None]":
        """Start to record that a received request was rejected after all and gets no answer."""
        return handler.withdraw(self.deps, number, reason)

    def check_form(self, ask: Ask) -> Mapping[str, str]:
        """Return the errors of a submitted form, by field, before it is received."""
        return handler.check_form(self.deps, ask)

    def answer(self, number: int, ask: Ask) -> None:
        """Answer a received request in every case, and record the outcome."""
        handler.answer(self.deps, number, ask)

    def ask(self, ask: Ask) -> None:
        """Receive and answer a request."""
        number = self.receive(ask).result()
        if number is not None:
            self.answer(number, ask)

    def sweep(self) -> bool:
        """Sweep the fleet, record changes, wake what is kept awake, and answer abandoned asks.

        Return whether the Spaces of every owner could be listed.
        """
        with metrics.sweep_duration.time():
            report = sweep.sweep(self.deps)
        self.deps.poll_schedule.record(report, self.deps.hub.budget(), self.deps.now())
        keep_awake.wake_asleep(self.deps)
        abandoned.notify_abandoned(self.deps)
        return report.is_complete

    def poll_interval(self) -> PollInterval:
        """Return the interval between the last sweep and the next one."""
        return self.deps.poll_schedule.interval

    def advance(self) -> None:
        """Advance every unfinished operation as far as possible now."""
        secret_rollouts.send_values(self.deps)
        advance.advance(self.deps)

    def keep_values(self) -> None:
        """Record that this process has the values of secrets that wait for their wave."""
        secret_rollouts.keep_values(self.deps.secret_values, self.deps.store, self.deps.now())

    def run_schedules(self) -> None:
        """Claim the due runs and answer them; return expired loans, report deadlines."""
        deps = self.deps
        loans.run_due(deps)
        deadlines.report_due(deps)
        for pending in runs.claim_due(deps.leadership, deps.store, deps.now()):
            deps.schedule_runs.submit(pending.id, partial(self.answer, pending.id, pending.ask))

    def probe(self) -> None:
        """Open and close the incidents of apps that don't answer, and send the due probes."""
        responsiveness.watch_apps(self.deps)

    def deliver(self) -> None:
        """Update the channels' state, then post and edit the cards that are behind."""
        channels.reconcile(self.deps)
        delivery.deliver(self.deps)

    def record_channel_event(self, event: ChannelEvent) -> None:
        """Record a change of a channel before the event is acknowledged."""
        channels.record(self.deps, event)


__all__ = ["Bot", "Dependencies"]
