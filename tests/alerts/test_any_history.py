"""Whatever happens, in whatever order: once Slack and the Hub are back, cards tell the truth."""

from collections import Counter
from datetime import datetime

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import invariant, rule
from sqlalchemy import select

from bot.alerts import nags
from bot.alerts.follow import FORGOTTEN
from bot.alerts.watches import Watch
from bot.model import Condition, Space
from bot.store import mutes, watches
from bot.store.schema import incident
from tests.alerts import witness
from tests.alerts.history import LAB, NAMES, History, some_names
from tests.alerts.timeline import OPS
from tests.limits import complaints

pytestmark = pytest.mark.timeout(600)  # many days in one test: on a busy machine it takes minutes


class AnyHistory(History):
    """What happens is judged from outside: by the Hub, and by what stands in Slack.

    Of the store only this is believed: what is muted, what the second channel asked for, and
    which incidents are open.
    """

    def __init__(self) -> None:
        super().__init__()
        self.gone: dict[str, datetime] = {}  # was up, is deleted, and nobody could expect it

    @rule()
    def all_is_told_truly(self) -> None:
        """Slack and the Hub are back, and time passes: an hour where a card is missing."""
        self.hub_up()
        self.slack_up()
        self.slack.swallow = 0
        for _ in range(7):  # the longest pause after a refusal, and what follows it
            self.story.after(minutes=1)
        if self.is_missing:
            self.wait(60)
            self.story.sweep()
        self.is_missing = False
        self._check()

    @rule(some=some_names)
    def delete_who_is_well(self, some: set[str]) -> None:
        self.change_alike(some, "RUNNING", 1)
        self.all_is_told_truly()
        well = {name for name in some if f"acme/{name}" in self.calm.keys() - self.hub.moved.keys()}
        self.vanish(well, 1)
        self.gone |= {f"acme/{name}": self.clock.time for name in well}

    @invariant()
    def slack_takes_every_message(self) -> None:
        for shown in self.slack.shown:
            if self.looked_at.get(shown.ts) is not shown.message:
                assert complaints(shown.message) == []
                self.looked_at[shown.ts] = shown.message

    @invariant()
    def nothing_stands_twice_in_a_channel(self) -> None:
        nonces = Counter((shown.channel, shown.nonce) for shown in self.slack.shown if shown.nonce)
        assert max(nonces.values(), default=1) == 1, self.slack.shown

    @invariant()
    def who_is_there_is_not_gone(self) -> None:
        self.gone = {id: at for id, at in self.gone.items() if id not in self.hub.spaces}

    def teardown(self) -> None:
        if self.story.bot:
            self.all_is_told_truly()
        super().teardown()

    def _check(self) -> None:
        with self.store.transaction() as tx:
            muted = mutes.active(tx, self.clock.time)
            lab = [watch for watch in watches.every(tx) if watch.channel == LAB]
            still = select(incident.c.space).where(incident.c.closed_at.is_(None))
            open_ = Counter(tx.execute(still).scalars())
        ears = [Watch(OPS, (), ("error", "sleeping"), "the settings"), *lab]
        for name in NAMES:
            due = {e.channel for e in ears if self._hears(e, name)}
            number, excused = (
                open_[f"acme/{name}"],
                f"acme/{name}" in muted or name in self.unwanted,
            )
            assert bool(due) <= number <= 1, (name, self._space(name), number)
            for channel in (OPS, LAB):
                self._check_told(name, channel, is_due=channel in due and not excused)
        self._remember(well={id for id in self.hub.spaces if not open_[id]})

    def _check_told(self, name: str, channel: str, *, is_due: bool) -> None:
        told = witness.told(self.slack, channel, name)
        again = witness.reminded(self.slack, channel, name)
        space, what = self._space(name), (name, channel, told, again, self.story.texts)
        assert is_due <= len(told) <= 1, (space, what)
        assert len(again) <= nags.REMINDERS, (space, what)
        assert all(witness.is_true(line, space) for line in (*told, *again)), (space, what)

    def _hears(self, watch: Watch, name: str) -> bool:
        """Whether a channel is to hear of a Space now, where that is certain."""
        space, since = self._space(name), self.gone.get(f"acme/{name}")
        lately = since is not None and self.clock.time - since < FORGOTTEN
        word = witness.trouble(space) if space else "error" * lately
        return word in watch.troubles and name in (watch.targets or NAMES)

    def _remember(self, *, well: set[str]) -> None:
        """Keep in mind who is up: their deletion would be news, and their next trouble as well."""
        spaces = self.hub.spaces
        self.calm = {id: spaces[id] for id in well if spaces[id].condition is Condition.UP}
        self.unwanted -= {id.removeprefix("acme/") for id in self.calm}

    def _space(self, name: str) -> Space | None:
        return self.hub.spaces.get(f"acme/{name}")


TestAnyHistory = AnyHistory.TestCase
TestAnyHistory.settings = settings(
    max_examples=25,
    stateful_step_count=30,
    deadline=None,
    phases=(Phase.generate,),  # a red run is told to others as it is: to shrink it takes minutes
    derandomize=True,  # … and is the same every time
    suppress_health_check=list(HealthCheck),
)
