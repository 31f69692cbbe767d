"""A small language for stories about alerts, on a clock that moves only when a step moves it.

The verbs are the real ones, sweep and deliver, on a real database; only the Hub and Slack are
fakes. A story sets stages, lets time pass, and checks what people read:

    story.at("10:05").stage("team-a", "RUNTIME_ERROR", "boom").sweep()
    story.expect_card("team-a", says="crashed: boom").expect_pings(1)
"""

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count
from typing import Self

from bot.errors import HubUnavailable
from bot.health.verdict import ProbeProblem
from bot.model import Ask, Source
from bot.service import Bot
from tests.fakes import FakeClock, FakeProber, FakeSlack, PostedMessage, slack_error
from tests.faults import may_disturb
from tests.stories.fake_world import StoryHub

OPS = "C0OPS"
_POLL = timedelta(seconds=60)


@dataclass
class Story:
    """One story. Every step returns the story, so that steps can be written in a row."""

    start_bot: Callable[..., Bot]
    hub: StoryHub
    slack: FakeSlack
    clock: FakeClock
    environ: dict[str, str] = field(default_factory=dict)
    poll: timedelta = _POLL
    prober: FakeProber = field(default_factory=FakeProber)
    bot: Bot | None = None
    _baseline: int = 0
    _keys: Iterable[int] = field(default_factory=count)

    # -- what happens

    def begin(self, **stages: str) -> Self:
        """Start the bot on a fleet and post the initial scan; pings are counted from here."""
        self.hub.set(**stages)
        self.bot = self.start_bot(**self.environ)
        self.sweep()
        self._baseline = self.slack.post_count
        return self

    def at(self, time: str) -> Self:
        """Let time pass until *time* of this day, or of the next; the bot polls meanwhile."""
        return self._until(self._next_time(time))

    def after(self, **delta: float) -> Self:
        """Let *delta* pass; the bot polls meanwhile."""
        return self._until(self.clock.time + timedelta(**delta))

    def stage(self, name: str, stage: str, error: str = "") -> Self:
        """Change what the Hub shows of one Space."""
        self.hub.put(name if "/" in name else f"acme/{name}", stage, error=error)
        return self

    def stages(self, names: Iterable[str], stage: str, error: str = "") -> Self:
        for name in names:
            self.stage(name, stage, error)
        return self

    def rename(self, old: str, new: str) -> Self:
        """Rename a Space on the Hub, which answers to the old name with the new one."""
        space = self.hub.spaces.pop(f"acme/{old}")
        self.hub.renames[f"acme/{old}"] = f"acme/{new}"
        return self.stage(new, space.stage, space.error)

    def remove(self, name: str) -> Self:
        """Delete a Space on the Hub."""
        del self.hub.spaces[f"acme/{name}"]
        return self

    def sweep(self) -> Self:
        """Sweep once and deliver the cards."""
        assert self.bot, "begin first"
        self.bot.sweep()
        return self.deliver()

    def app(self, name: str, status: int = 200, problem: ProbeProblem | None = None) -> Self:
        """Change the answer of one Space's app."""
        self.prober.set(f"acme/{name}", status, problem)
        return self

    def probe(self, **delta: float) -> Self:
        """Let *delta* pass; the bot polls and probes meanwhile."""
        assert self.bot, "begin first"
        end = self.clock.time + timedelta(**delta)
        while self.clock.time < end:
            self.clock.tick(seconds=5)
            self.bot.probe()
            if self.clock.time.second < 5:
                self.bot.sweep()
        return self.deliver()

    def deliver(self) -> Self:
        """Give Slack the few seconds that a post, its edit and a reply take.

        If nothing is due at first, nothing is due in these seconds, as in most minutes of a story.
        """
        assert self.bot, "begin first"
        is_busy = self._deliver_once(self.bot)
        for _ in range(2):
            self.clock.tick(seconds=2)
            if is_busy:
                self.bot.deliver()
        self.clock.tick(seconds=2)
        return self

    def _deliver_once(self, bot: Bot) -> bool:
        """Return whether Slack was called, or may have been: a fault keeps calls from it."""
        before = self.slack.call_count
        bot.deliver()
        return self.slack.call_count > before or may_disturb(bot.deps.slack)

    def kill(self) -> Self:
        """End the process as kill -9 does; the database stays."""
        self.bot = None
        return self

    def restart(self) -> Self:
        """Start the bot again, on the same database."""
        self.bot = self.start_bot(**self.environ)
        return self

    def hub_down(self) -> Self:
        self.hub.outage = HubUnavailable("Hugging Face isn't responding.")
        return self

    def hub_up(self) -> Self:
        self.hub.come_up()
        return self

    def slack_down(self) -> Self:
        self.slack.go_down()
        return self

    def slack_rejects(self, code: str) -> Self:
        """Make Slack reject every call with *code*, as the client reports it."""
        self.slack.outage = slack_error(code)
        return self

    def slack_rejects_call(self, call: str, code: str) -> Self:
        """Make Slack reject one kind of call with *code*: post, update, delete or find."""
        self.slack.rejections[call] = code
        return self

    def slack_up(self) -> Self:
        self.slack.come_up()
        self.slack.rejections.clear()
        return self

    def type_command(self, text: str, user: str = "UTA", channel: str = OPS) -> Self:
        """Type a command."""
        return self.ask(text, user, channel, Source.COMMAND)

    def click(self, name: str, label: str, user: str = "UTA") -> Self:
        """Click a button, or an entry of the menu, on the card of a Space."""
        (card,) = self._cards_about(name)
        return self.tap(card, label, user)

    def tap(self, card: PostedMessage, label: str, user: str = "UTA") -> Self:
        """Click a button, or an entry of the menu, of a message."""
        text = commands_by_label(card)[label]
        return self.ask(text, user, card.channel, Source.BUTTON, message=card.ts)

    def ask(
        self,
        text: str,
        user: str,
        channel: str,
        source: Source,
        thread: str | None = None,
        message: str | None = None,
    ) -> Self:
        """Handle the request of a person, from any source."""
        assert self.bot, "begin first"
        key = f"key-{next(iter(self._keys))}"
        ask = Ask(text, user, channel, source, key, thread, message=message)
        self.bot.ask(ask)
        return self.deliver()

    def advance(self) -> Self:
        """Advance the operations and deliver the cards."""
        assert self.bot, "begin first"
        self.bot.advance()
        return self.deliver()

    def delete_card(self, name: str) -> Self:
        """Delete a message, as a person does."""
        (card,) = self._cards_about(name)
        self.slack.remove(card)
        return self

    # -- what people read

    def expect_card(
        self, name: str, says: str = "", *, buttons: str | None = None, channel: str = OPS
    ) -> Self:
        """Check that there is exactly one card about *name* and that it contains *says*."""
        found = [card for card in self._cards_about(name) if card.channel == channel]
        assert len(found) == 1, f"{len(found)} cards about {name}: {self.texts}"
        assert says in rendered_text(found[0]), f"{says!r} is not in {rendered_text(found[0])!r}"
        if buttons is not None:
            assert " ".join(found[0].buttons.values()) == buttons
        return self

    def expect_no_card(self, name: str, channel: str = OPS) -> Self:
        found = [card.text for card in self._cards_about(name) if card.channel == channel]
        assert not found
        return self

    def expect_cards(self, number: int) -> Self:
        """Check the number of cards in all channels, without the initial scan."""
        assert len(self._cards()) == number, self.texts
        return self

    def expect_reply(self, says: str) -> Self:
        """Check that exactly one thread reply contains *says*."""
        found = [reply for reply in self.slack.replies if says in rendered_text(reply)]
        assert len(found) == 1, [rendered_text(reply) for reply in self.slack.replies]
        return self

    def expect_no_reply(self) -> Self:
        assert not self.slack.replies, [reply.text for reply in self.slack.replies]
        return self

    def expect_pings(self, number: int) -> Self:
        """Check the number of messages posted since the beginning; edits don't ping."""
        assert self.pings == number, [shown.text for shown in self.slack.messages]
        return self

    def expect_ephemeral(self, says: str) -> Self:
        message = self.slack.ephemeral_messages[-1][1]
        assert says in f"{message.text} {message.blocks}"
        return self

    @property
    def pings(self) -> int:
        return self.slack.post_count - self._baseline

    @property
    def texts(self) -> list[str]:
        return [card.text for card in self._cards()]

    def _cards(self) -> list[PostedMessage]:
        return [card for card in self.slack.cards if "Watching " not in card.text]

    def _cards_about(self, name: str) -> list[PostedMessage]:
        return [card for card in self._cards() if name in rendered_text(card)]

    def _next_time(self, time: str) -> datetime:
        hour, minute = map(int, time.split(":"))
        at = self.clock.time.replace(hour=hour, minute=minute, second=0, microsecond=0)
        return at if at >= self.clock.time else at + timedelta(days=1)

    def _until(self, end: datetime) -> Self:
        start = self.clock.time
        while self.bot and self.clock.time + self.poll <= end:
            self.clock.time += self._pause(start, end)
            self.sweep()
        self.clock.time = max(self.clock.time, end)
        if self.bot:
            self.bot.deliver()
        return self

    def _pause(self, start: datetime, end: datetime) -> timedelta:
        """Return the time until the next poll, which is longer in the middle of a long wait.

        A story changes the world before a wait and checks the messages after it, so the minutes
        near both ends matter most. A fifth of the distance to the nearer end is never too long.
        """
        distance = min(self.clock.time - start, end - self.clock.time)
        return self.poll * max(1, distance // self.poll // 5)


def rendered_text(posted: PostedMessage) -> str:
    """Return the whole text of a message, as a reader sees it."""
    blocks = json.dumps(posted.message.blocks, ensure_ascii=False).replace("\\n", "\n")
    return f"{posted.text}\n{blocks}".replace("\u2060", "")


def commands_by_label(posted: PostedMessage) -> dict[str, str]:
    """Return the command of each button and menu entry, by its label."""
    menus = [e for b in posted.message.blocks for e in b.get("elements", []) if "options" in e]
    options = {o["text"]["text"]: o["value"] for menu in menus for o in menu["options"]}
    return posted.buttons | options
