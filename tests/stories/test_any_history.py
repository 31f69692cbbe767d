"""Cards are correct after any history of events, once Slack and the Hub are back."""

from collections import Counter
from datetime import datetime

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import invariant, rule
from sqlalchemy import select

from bot.alerts import reminders
from bot.alerts.lifecycle import EXPIRE_MISSING_AFTER
from bot.alerts.routing import Watch
from bot.model import Space
from bot.stages import Condition
from bot.store import mutes, watches
from bot.store.schema import incident
from tests.slack_limits import violations
from tests.stories import oracle
from tests.stories.scenario import OPS
from tests.stories.state_machine import LAB, NAMES, HistoryMachine, some_names

pytestmark = pytest.mark.timeout(600)  # many days in one test take minutes on a busy machine


class AnyHistory(HistoryMachine):
    """A history whose result is judged by the Hub and by the messages in Slack.

    From the store it reads only the mutes, the routes of the second channel, and
    which incidents are open.
    """

    def __init__(self) -> None:
        super().__init__()
        self.deleted_at: dict[str, datetime] = {}  # healthy Spaces deleted unexpectedly

    @rule()
    def everything_recovers(self) -> None:
        """End all outages and let time pass: an hour if a card is missing."""
        self.hub_up()
        self.slack_up()
        self.slack.lost_post_answers = 0
        for _ in range(7):  # the longest pause after a rejection, and the retry
            self.story.after(minutes=1)
        if self.has_missing_card:
            self.wait(60)
            self.story.sweep()
        self.has_missing_card = False
        self._check_alerts()

    @rule(some=some_names)
    def delete_healthy(self, some: set[str]) -> None:
        self.change_alike(some, "RUNNING", 1)
        self.everything_recovers()
        well = {
            name for name in some if f"acme/{name}" in self.healthy.keys() - self.hub.renames.keys()
        }
        self.delete_spaces(well, 1)
        self.deleted_at |= {f"acme/{name}": self.clock.time for name in well}

    @invariant()
    def messages_respect_slacks_limits(self) -> None:
        for posted in self.slack.messages:
            if self.checked_messages.get(posted.ts) is not posted.message:
                assert violations(posted.message) == []
                self.checked_messages[posted.ts] = posted.message

    @invariant()
    def no_card_is_posted_twice(self) -> None:
        """Check for repeats: without a readable history, a card may repeat once and says so."""
        nonces = Counter(
            (shown.channel, shown.nonce)
            for shown in self.slack.messages
            if shown.nonce and "may repeat an earlier message" not in str(shown.message.blocks)
        )
        assert max(nonces.values(), default=1) == 1, self.slack.messages

    @invariant()
    def existing_spaces_are_not_gone(self) -> None:
        self.deleted_at = {
            id: at for id, at in self.deleted_at.items() if id not in self.hub.spaces
        }

    def teardown(self) -> None:
        if self.story.bot:
            self.everything_recovers()
        super().teardown()

    def _check_alerts(self) -> None:
        with self.store.transaction() as tx:
            muted = mutes.active(tx, self.clock.time)
            lab = [watch for watch in watches.list_all(tx) if watch.channel == LAB]
            still = select(incident.c.space).where(incident.c.closed_at.is_(None))
            open_ = Counter(tx.execute(still).scalars())
        receivers = [Watch(OPS, (), ("error", "sleeping"), "the settings"), *lab]
        for name in NAMES:
            due_channels = {e.channel for e in receivers if self._is_routed(e, name)}
            number, excused = (
                open_[f"acme/{name}"],
                f"acme/{name}" in muted or name in self.redeleted_spaces,
            )
            assert bool(due_channels) <= number <= 1, (name, self._space(name), number)
            for channel in (OPS, LAB):
                self._check_cards(name, channel, is_due=channel in due_channels and not excused)
        self._remember_healthy(well={id for id in self.hub.spaces if not open_[id]})

    def _check_cards(self, name: str, channel: str, *, is_due: bool) -> None:
        alerts = oracle.alert_lines(self.slack, channel, name)
        reminded = oracle.reminder_lines(self.slack, channel, name)
        space, what = self._space(name), (name, channel, alerts, reminded, self.story.texts)
        assert is_due <= len(alerts) <= 1, (space, what)
        assert len(reminded) <= reminders.MAX_REMINDERS, (space, what)
        wrong = [line for line in (*alerts, *reminded) if not oracle.matches_hub(line, space)]
        assert not wrong, (wrong, space, what)

    def _is_routed(self, watch: Watch, name: str) -> bool:
        """Return whether a channel must show a Space now, if that is certain."""
        space, since = self._space(name), self.deleted_at.get(f"acme/{name}")
        is_recent = since is not None and self.clock.time - since < EXPIRE_MISSING_AFTER
        word = oracle.watch_word(space) if space else "error" * is_recent
        return word in watch.problems and name in (watch.targets or NAMES)

    def _remember_healthy(self, *, well: set[str]) -> None:
        """Record the healthy Spaces, because their deletion or next problem must be reported."""
        spaces = self.hub.spaces
        self.healthy = {id: spaces[id] for id in well if spaces[id].condition is Condition.RUNNING}
        self.redeleted_spaces -= {id.removeprefix("acme/") for id in self.healthy}

    def _space(self, name: str) -> Space | None:
        return self.hub.spaces.get(f"acme/{name}")


TestAnyHistory = AnyHistory.TestCase
TestAnyHistory.settings = settings(
    max_examples=25,
    stateful_step_count=30,
    deadline=None,
    phases=(Phase.generate,),  # no shrinking, which takes minutes
    derandomize=True,  # the same histories each time
    suppress_health_check=list(HealthCheck),
)
