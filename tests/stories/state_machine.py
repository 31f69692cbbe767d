"""Events in any order: on the Hub, in Slack, to the process, and by people."""

import atexit
import tempfile
from collections import Counter
from datetime import timedelta
from functools import cache
from pathlib import Path

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule

from bot.cards import Message
from bot.model import Source, Space
from tests.conftest import assemble_bot
from tests.database import Database
from tests.fakes import FakeClock, FakeSlack
from tests.processes import process_starter
from tests.stories import oracle
from tests.stories.fake_world import StoryHub
from tests.stories.scenario import OPS, Story, commands_by_label

LAB = "C1LAB"
NAMES = [f"team-{letter}" for letter in "abcdefg"]
STAGES = [
    "RUNNING", "RUNNING", "SLEEPING", "SLEEPING", "BUILDING", "APP_STARTING", "RUNTIME_ERROR",
    "BUILD_ERROR", "CONFIG_ERROR", "PAUSED", "DREAMING", "DELETING",
]  # fmt: skip
ERRORS = ["boom", "", "no module named 'x'", "Exit code: 1", "<!channel> *x* " * 20]
LOGS = ["KeyError: 'x'", "ModuleNotFoundError: No module named 'y'", ""]
REFUSALS = ["ratelimited", "fatal_error", "account_inactive", "token_expired"]
# One rejection of each class, and one answer that isn't from Slack, by the call it meets.
REJECTED_CALLS = {
    "post": ["message_limit_exceeded", "something_new", "invalid_blocks", "no_permission",
             "two_factor_setup_required", "internal_error", "http_200",
             "restricted_action_thread_locked"],
    "update": ["update_failed", "something_new", "invalid_blocks", "no_permission", "is_inactive",
               "edit_window_closed", "cant_update_message", "token_revoked", "internal_error",
               "http_200"],
    "delete": ["something_new", "internal_error", "token_revoked"],
    "find": ["something_new", "no_permission", "token_revoked", "internal_error", "http_200"],
}  # fmt: skip
CHANNEL_ERRORS = ["not_in_channel", "channel_not_found", "is_archived"]
COMMANDS = [
    "mute {} for 30m", "mute {} for 5h", "unmute {}", "unmute", "ack {}", "ack all", "why {}",
    "restart {}", "wake all", "mute all for 1h",
]  # fmt: skip
WATCH_COMMANDS = ["watch error sleeping", "watch error {}", "watch sleeping", "unwatch", "watches"]

names = st.sampled_from(NAMES)
refusals = st.sampled_from(
    [(call, code) for call in REJECTED_CALLS for code in REJECTED_CALLS[call]]
)
some_names = st.sets(names, min_size=1)
number = st.integers(0, 99)
pause_minutes = st.sampled_from([1, 0, 1, 5])  # minutes until the next thing happens


@cache
def _database() -> Database:
    """Return one for all histories; it ends with the process."""
    folder = tempfile.TemporaryDirectory()
    atexit.register(folder.cleanup)
    return Database(Path(folder.name) / "bot.db")


class HistoryMachine(RuleBasedStateMachine):
    """Random stages, outages, restarts, clicks and mutes, through the real entry points."""

    def __init__(self) -> None:
        super().__init__()
        self.checked_messages: dict[str, Message] = {}
        self.deletions: Counter[str] = Counter()  # by nonce: how often people have deleted a card
        self.has_missing_card = False  # a card was deleted and the bot hasn't detected it
        self.redeleted_spaces: set[str] = set()  # Spaces on a card that was deleted again
        self.healthy: dict[str, Space] = {}  # healthy at the last complete check
        self.store = _database().fill()
        self.hub, self.slack, self.clock = StoryHub(), FakeSlack(), FakeClock()
        world = (self.hub, self.slack, self.store, self.clock)
        self.story = Story(process_starter(assemble_bot(*world), *world), *world[:2], self.clock)

    @initialize(
        stages=st.lists(st.sampled_from(STAGES), min_size=len(NAMES), max_size=len(NAMES)),
        asked=st.sampled_from(["", *WATCH_COMMANDS[:3]]),
    )
    def begin(self, stages: list[str], asked: str) -> None:
        self.story.stages(NAMES, "RUNNING")
        for name, stage in zip(NAMES, stages, strict=True):
            self.story.stage(name, stage)
        self.story.begin()
        if asked:
            self.watch(asked, NAMES[0])

    def teardown(self) -> None:
        _database().clear()

    # -- the Hub

    @rule(
        name=names,
        stage=st.sampled_from(STAGES),
        error=st.sampled_from(ERRORS),
        log=st.sampled_from(LOGS),
        minutes=pause_minutes,
    )
    def change(self, name: str, stage: str, error: str, log: str, minutes: int) -> None:
        self.hub.log_lines[f"acme/{name}"] = (log,)
        self.story.stage(name, stage, error).after(minutes=minutes)

    @rule(some=some_names, stage=st.sampled_from(STAGES), minutes=pause_minutes)
    def change_alike(self, some: set[str], stage: str, minutes: int) -> None:
        self.story.stages(sorted(some), stage, "no module named 'x'").after(minutes=minutes)

    @rule(some=some_names, log=st.sampled_from(LOGS))
    def break_one_by_one(self, some: set[str], log: str) -> None:
        for name in sorted(some):
            self.change(name, "RUNTIME_ERROR", "Exit code: 1", log, 1)

    @rule(name=names, stages=st.lists(st.sampled_from(STAGES), min_size=1, max_size=4))
    def go_up_and_down(self, name: str, stages: list[str]) -> None:
        for stage in stages:
            self.change(name, stage, "boom", "", 1)
            self.change(name, "RUNNING", "", "", 1)

    @rule(some=some_names, minutes=pause_minutes)
    def delete_spaces(self, some: set[str], minutes: int) -> None:
        for name in some:
            self.hub.spaces.pop(f"acme/{name}", None)
        self.story.after(minutes=minutes)

    @rule(name=names, to=names, minutes=pause_minutes)
    def rename(self, name: str, to: str, minutes: int) -> None:
        if f"acme/{name}" in self.hub.spaces and f"acme/{to}" not in self.hub.spaces:
            self.story.rename(name, to).after(minutes=minutes)

    @rule(some=some_names)
    def omit_from_list(self, some: set[str]) -> None:
        """Truncate the list of Spaces."""
        self.hub.unlisted = {f"acme/{name}" for name in some}

    @rule(name=names, stage=st.sampled_from(STAGES[:-1]))
    def list_old_stage(self, name: str, stage: str) -> None:
        self.hub.listed_stages = {f"acme/{name}": stage}

    @rule(some=st.sets(st.sampled_from(["space", "runtime", "logs", "acme"]), min_size=1))
    def leave_unanswered(self, some: set[str]) -> None:
        self.hub.unanswered = some

    @rule()
    def hub_down(self) -> None:
        self.story.hub_down()

    @rule()
    def hub_up(self) -> None:
        self.story.hub_up()
        self.hub.unlisted, self.hub.listed_stages, self.hub.unanswered = set(), {}, set()

    # -- time, and the process

    @rule(minutes=st.sampled_from([1, 2, 5, 11, 31, 130, 250, 1200]))
    def wait(self, minutes: int) -> None:
        self.story.poll = timedelta(minutes=min(max(1, minutes / 6), 60))
        self.story.after(minutes=minutes)
        self.story.poll = timedelta(minutes=1)

    @rule()
    def kill(self) -> None:
        self.story.restart()

    # -- Slack

    @rule()
    def slack_down(self) -> None:
        self.story.slack_down()

    @rule(code=st.sampled_from(REFUSALS), minutes=pause_minutes)
    def reject_in_slack(self, code: str, minutes: int) -> None:
        self.story.slack_rejects(code).after(minutes=minutes)

    @rule(
        refused=refusals,
        name=names,
        stages=st.lists(st.sampled_from(STAGES), min_size=1, max_size=3),
        minutes=pause_minutes,
    )
    def change_while_slack_refuses(
        self, refused: tuple[str, str], name: str, stages: list[str], minutes: int
    ) -> None:
        """Reject one kind of call from now on, while there is something to post."""
        self.story.slack_rejects_call(*refused)
        for stage in stages:
            self.change(name, stage, "boom", "", minutes)

    @rule(refused=refusals, name=names, stage=st.sampled_from(STAGES))
    def refuse_a_card_that_was_told(self, refused: tuple[str, str], name: str, stage: str) -> None:
        """Post a card, and reject its later edits for a while."""
        self.change(name, "RUNTIME_ERROR", "boom", "", 1)
        self.change_while_slack_refuses(refused, name, [stage], 1)
        self.story.slack_up()

    @rule(channel=st.sampled_from([OPS, LAB]), code=st.sampled_from(CHANNEL_ERRORS))
    def reject_in_channel(self, channel: str, code: str) -> None:
        self.slack.channels_without_bot.add(channel)
        self.slack.channel_error = code

    @rule(channel=st.sampled_from([OPS, LAB]))
    def rate_limit_channel(self, channel: str) -> None:
        self.slack.retry_after_by_channel[channel] = 30.0

    @rule()
    def lose_post_answer(self) -> None:
        self.slack.lost_post_answers = 1

    @rule()
    def slack_up(self) -> None:
        self.story.slack_up()
        self.slack.channels_without_bot.clear()
        self.slack.retry_after_by_channel.clear()

    # -- people

    @rule(what=st.sampled_from(COMMANDS), name=names, channel=st.sampled_from([OPS, LAB]))
    def type_command(self, what: str, name: str, channel: str) -> None:
        if not self.slack.outage:
            self.story.type_command(what.format(name), channel=channel)

    @rule(what=st.sampled_from(WATCH_COMMANDS), name=names)
    def watch(self, what: str, name: str) -> None:
        self.type_command(what, name, LAB)

    @rule(which=number, entry=number)
    def click_button(self, which: int, entry: int) -> None:
        """Click a button, or an entry of the menu, on any message."""
        with_buttons = [shown for shown in self.slack.messages if commands_by_label(shown)]
        if with_buttons and not self.slack.outage:
            posted = with_buttons[which % len(with_buttons)]
            commands = list(commands_by_label(posted).values())
            self.story.ask(commands[entry % len(commands)], "UTA", posted.channel, Source.BUTTON)
            assert self.story.bot
            self.story.bot.advance()

    @rule(which=number)
    def delete_a_card(self, which: int) -> None:
        """Delete a card, preferably one that was reposted."""
        found = [c for c in self.slack.cards if c.nonce in self.deletions] or self.slack.cards
        if found:
            posted = found[which % len(found)]
            self.slack.remove(posted)
            self.has_missing_card = True
            self.deletions[posted.nonce] += 1
            if self.deletions[posted.nonce] > 1:
                self.redeleted_spaces |= oracle.alerted_spaces(posted, NAMES)
