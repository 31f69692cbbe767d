"""Whatever happens, in whatever order: once Slack and the Hub are back, cards tell the truth."""

import shutil
import tempfile
from pathlib import Path

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from sqlalchemy import select

from bot import commands
from bot.alerts.incidents import Incident
from bot.cards import Message, State
from bot.model import condition
from bot.render import words as said
from bot.service import Bot
from bot.service.lookout import Lookout
from bot.service.pace import Pace
from bot.service.sends import Sends
from bot.settings import read
from bot.store import Store, Tx, cards, incidents, mutes
from bot.store.schema import incident as table
from tests.alerts.dying import processes
from tests.alerts.timeline import Timeline, words
from tests.alerts.world import StoryHub, quick
from tests.conftest import ENVIRON
from tests.fakes import FakeClock, FakeLead, FakeSlack, Inline, Nudges, Shown
from tests.limits import complaints

NAMES = [f"team-{letter}" for letter in "abcdefg"]
STAGES = [
    "RUNNING", "RUNNING", "RUNNING", "SLEEPING", "SLEEPING", "BUILDING", "APP_STARTING",
    "RUNTIME_ERROR", "BUILD_ERROR", "CONFIG_ERROR", "PAUSED", "DREAMING", "DELETING",
]  # fmt: skip
ERRORS = ["", "boom", "no module named 'x'", "Exit code: 1", "<!channel> *x* " * 20]

names = st.sampled_from(NAMES)


class AnyHistory(RuleBasedStateMachine):
    """Random stages, outages, restarts, taps and mutes over the real verbs."""

    @initialize()
    def begin(self) -> None:
        self.looked_at: dict[str, Message] = {}
        self.folder = Path(tempfile.mkdtemp())
        self.store = quick(Store(f"sqlite:///{self.folder}/bot.db"))
        hub, slack, clock = StoryHub(), FakeSlack(), FakeClock()
        start = processes(_process(hub, slack, self.store, clock), hub, slack, self.store, clock)
        self.story = Timeline(start, hub, slack, clock)
        self.story.begin(**{name.replace("-", "_"): "RUNNING" for name in NAMES})

    @rule(name=names, stage=st.sampled_from(STAGES), error=st.sampled_from(ERRORS))
    def change(self, name: str, stage: str, error: str) -> None:
        self.story.stage(name, stage, error)

    @rule(some=st.sets(names, min_size=4), stage=st.sampled_from(STAGES))
    def change_many(self, some: set[str], stage: str) -> None:
        self.story.stages(sorted(some), stage, "no module named 'x'")

    @rule(name=names)
    def vanish(self, name: str) -> None:
        self.story.hub.spaces.pop(f"acme/{name}", None)

    @rule(name=names, to=names)
    def rename(self, name: str, to: str) -> None:
        spaces = self.story.hub.spaces
        if f"acme/{name}" in spaces and f"acme/{to}" not in spaces:
            self.story.rename(name, to)

    @rule(minutes=st.sampled_from([1, 1, 2, 5, 11, 31, 130, 250]))
    def wait(self, minutes: int) -> None:
        self.story.poll = max(self.story.poll, self.story.poll.__class__(minutes=minutes / 3))
        self.story.after(minutes=minutes)

    @rule()
    def poll(self) -> None:
        self.story.after(minutes=1)

    @rule()
    def kill(self) -> None:
        self.story.restart()

    @rule()
    def hub_down(self) -> None:
        self.story.hub_down()

    @rule()
    def hub_up(self) -> None:
        self.story.hub_up()

    @rule()
    def slack_down(self) -> None:
        self.story.slack_down()

    @rule()
    def slack_up(self) -> None:
        self.story.slack_up()

    @rule()
    def lose_an_answer(self) -> None:
        self.story.slack.swallow = 1

    @rule(
        what=st.sampled_from(["mute {} for 30m", "mute {} for 5h", "unmute {}", "ack {}"]),
        name=names,
    )
    def say(self, what: str, name: str) -> None:
        if not self.story.hub.down and not self.story.slack.trouble:
            self.story.says(what.format(name))

    @rule(name=names)
    def delete_the_card(self, name: str) -> None:
        """Somebody deletes a card. Its next edit finds out, so there is one."""
        if self.story.hub.down or self.story.slack.trouble:
            return
        for shown in [s for s in self.story.slack.cards if name in words(s)][:1]:
            self.story.slack.remove(shown)
            self.story.stages(NAMES, "RUNTIME_ERROR", f"after {shown.ts}").sweep()

    @rule()
    def all_is_told_truly(self) -> None:
        """Slack and the Hub are back, and a few minutes pass."""
        self.story.hub_up().slack_up().slack.swallow = 0
        for _ in range(3):
            self.story.after(minutes=1).sweep()
        with self.store.transaction() as tx:
            for incident in incidents.get(tx, tx.execute(select(table.c.id)).scalars().all()):
                self._check(tx, incidents.get(tx, [incident])[incident])

    @invariant()
    def slack_takes_every_message(self) -> None:
        if hasattr(self, "story"):
            for shown in self.story.slack.shown:
                if self.looked_at.get(shown.ts) is not shown.message:
                    assert complaints(shown.message) == []
                    self.looked_at[shown.ts] = shown.message

    def teardown(self) -> None:
        if hasattr(self, "story"):
            self.all_is_told_truly()
            self.store.close()
            shutil.rmtree(self.folder)

    def _check(self, tx: Tx, incident: Incident) -> None:
        found = self._shown(tx, incident)
        name = incident.space.removeprefix("acme/")
        if not incident.is_open:
            open_still = [s for s in found if s.buttons and f"|{name}>" in words(s)]
            assert not open_still, (incident, open_still)
            return
        muted = mutes.active(tx, self.story.clock.time)
        if not found and incident.space in muted:
            return  # muted since before it began: told when the mute ends
        if not found and self._is_unwanted(tx, incident):
            return
        assert len(found) == 1, (incident, found)
        assert name in words(found[0])
        assert self._is_true(incident, words(found[0])), (incident, words(found[0]))

    def _shown(self, tx: Tx, incident: Incident) -> list[Shown]:
        """Return the messages in Slack that tell of *incident*; each as the store wants it."""
        told = incidents.tellings(tx, [incident.id])[incident.id].values()
        found = []
        for card in cards.get(tx, [telling.card for telling in told]):
            shown = self.story.slack.at(card.ts) if card.ts else None
            assert shown is None or shown.message == card.message
            found += [shown] if shown else []
        return found

    def _is_unwanted(self, tx: Tx, incident: Incident) -> bool:
        """Whether people have deleted what tells of it, and again when it was posted once more."""
        told = incidents.tellings(tx, [incident.id])[incident.id].values()
        shown = cards.get(tx, [telling.card for telling in told])
        return all(card.state is State.REMOVED and card.deletions > 1 for card in shown)

    def _is_true(self, incident: Incident, told: str) -> bool:
        """Whether a card tells what the Hub shows now."""
        space = self.story.hub.spaces.get(incident.space)
        if space is None:
            return "gone" in told
        assert incident.stage == space.stage
        assert condition(space.stage) != "up" or incident.unstable_since
        return said.stage(space.stage).replace("\u2060", "") in told


def _process(hub: StoryHub, slack: FakeSlack, store: Store, clock: FakeClock) -> Bot:
    settings_ = read(ENVIRON)
    return Bot(
        hub=hub,
        slack=slack,
        store=store,
        commands=commands.load(),
        settings=settings_,
        now=clock,
        calls=Inline(),
        sends=Sends(Inline()),
        reads=Sends(Inline()),
        pace=Pace(),
        lookout=Lookout(hub, settings_.owners, clock),
        nudge=Nudges(),
        leading=FakeLead(None),
        examine=list,
    )


TestAnyHistory = AnyHistory.TestCase
TestAnyHistory.settings = settings(
    max_examples=12,
    stateful_step_count=25,
    deadline=None,
    phases=(Phase.generate, Phase.shrink),
    derandomize=True,  # the same histories every time: a red run can be told to others
    suppress_health_check=list(HealthCheck),
)
