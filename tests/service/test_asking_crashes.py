"""Whenever the process dies or stalls over an ask, whoever asked hears what is true of it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from functools import partial
from itertools import count
from pathlib import Path

import pytest
from sqlalchemy import select

from bot.model import Ask, Source
from bot.service import Bot
from bot.store import mutes, schema, watches
from tests.conftest import MakeBot
from tests.database import Database
from tests.fakes import FakeClock, FakeHub, FakeSlack
from tests.service.mortal import Death, Fate, mortal, moved
from tests.service.test_asking import say
from tests.service.test_forms import filled, open_form

STOPPED, AGAIN = "I was stopped", "Please ask again"
OPS = "C0OPS"


@dataclass
class World:
    """One life of the bot, with a database of its own."""

    bot: Bot
    hub: FakeHub
    slack: FakeSlack

    def heard(self) -> list[str]:
        """What was said about the ask: to the person alone, and in the channel."""
        whispered = [message.text for _, message in self.slack.whispers]
        return whispered + [shown.text for shown in self.slack.shown if shown.channel != OPS]

    def operations(self, *states: str) -> bool:
        table = schema.operation
        with self.bot.transaction() as tx:
            found = tx.execute(select(table.c.state)).scalars().all()
        return any(state in states for state in found)


@contextmanager
def world(template: Bot, source: Path, life: Database) -> Iterator[World]:
    template.store.close()  # so that the journal is in the file
    hub = FakeHub(team_a="RUNNING", team_b="PAUSED")
    bot = moved(template, hub, life.fill(source))
    assert isinstance(bot.slack, FakeSlack)
    yield World(bot, hub, bot.slack)
    life.clear()


def typed(text: str) -> Ask:
    return Ask(text, "ULEAD", "C1", key=f"last {text}")


def a_wake(_: World) -> Ask:
    return typed("wake all")


def a_yes(world: World) -> Ask:
    say(world.bot, "restart team-a", "ULEAD")
    return typed("confirm 1")


def a_no(world: World) -> Ask:
    say(world.bot, "restart team-a", "ULEAD")
    return typed("cancel 1")


def a_stop(world: World) -> Ask:
    say(world.bot, "wake team-b", "ULEAD")
    return typed("stop 1")


def a_deed(world: World) -> Ask:
    form = open_form(world.bot, world.slack, "variable set team-a MODE exam")
    return filled(world.slack, form, value="exam")


def an_upload(world: World) -> Ask:
    world.slack.shared["F1"] = ("app.py", b"print()")
    form = open_form(world.bot, world.slack, "upload team-a")
    ask = filled(world.slack, form, folder="", message="Fix it", unpack="yes")
    return replace(ask, files=("F1",))


def a_mute(_: World) -> Ask:
    return typed("mute team-a for 5h")


def a_mute_by_a_tap(world: World) -> Ask:
    say(world.bot, "watch error", "ULEAD")
    return replace(typed("mute all for 5h"), source=Source.BUTTON)


def an_end_of_watching(world: World) -> Ask:
    say(world.bot, "watch error", "ULEAD")
    return typed("unwatch")


def began(world: World) -> bool:
    return world.operations("running", "finished")


def dropped(world: World) -> bool:
    return world.operations("dropped")


def stopped(world: World) -> bool:
    with world.bot.transaction() as tx:
        return tx.execute(select(schema.operation.c.stopped_by)).scalar() == "ULEAD"


def was_set(world: World) -> bool:
    return world.hub.variable_values == {"acme/team-a": {"MODE": "exam"}}


def arrived(world: World) -> bool:
    return bool(world.hub.commits)


def muted(world: World) -> bool:
    with world.bot.transaction() as tx:
        return bool(mutes.active(tx, world.bot.now()))


def unwatched(world: World) -> bool:
    with world.bot.transaction() as tx:
        return not watches.every(tx)


class Stall(Fate):
    """Stops the process at one of its moments for so long that others give it up."""

    def __init__(self, at: int, meanwhile: Callable[[], None]) -> None:
        super().__init__(at)
        self._meanwhile = meanwhile

    def __call__(self) -> None:
        try:
            super().__call__()
        except Death:
            self._meanwhile()


def answered(world: World, ask: Ask, fate: Fate) -> None:
    number = world.bot.receive(ask)
    assert number is not None
    with suppress(Death):
        mortal(world.bot, fate).answer(number, ask)


def later(world: World, clock: FakeClock) -> None:
    """Let another process look after what was left behind."""
    clock.tick(minutes=16)
    for _ in range(2):
        world.bot.sweep()
        world.bot.advance()
        world.bot.deliver()


@pytest.mark.parametrize("stalls", [False, True], ids=["dies", "stalls"])
@pytest.mark.parametrize(
    ("make", "done", "has_card"),
    [
        pytest.param(a_wake, began, True, id="an operation"),
        pytest.param(a_yes, began, True, id="a yes"),
        pytest.param(a_no, dropped, False, id="a no"),
        pytest.param(a_stop, stopped, True, id="a stop"),
        pytest.param(a_deed, was_set, False, id="a deed"),
        pytest.param(an_upload, arrived, False, id="an upload"),
        pytest.param(a_mute, muted, True, id="a wish that the channel hears of"),
        pytest.param(a_mute_by_a_tap, muted, True, id="an announced tap"),
        pytest.param(an_end_of_watching, unwatched, False, id="a wish for one"),
    ],
)
def test_what_is_said_is_true_whatever_the_moment(
    tmp_path: Path,
    database: Database,
    make_bot: MakeBot,
    clock: FakeClock,
    make: Callable[[World], Ask],
    done: Callable[[World], bool],
    has_card: bool,
    stalls: bool,
) -> None:
    template, life = make_bot(), Database(tmp_path / "life.db")
    endings = set()
    for at in count():
        with world(template, database.path, life) as here:
            ask = make(here)
            before = here.heard()
            meanwhile = partial(later, here, clock)
            fate = Stall(at, meanwhile) if stalls else Fate(at)
            answered(here, ask, fate)
            was_done = done(here)
            meanwhile()
            said = " ".join(text for text in here.heard() if text not in before)

        announced = [shown.text for shown in here.slack.shown].count("Muted: team-a and team-b")
        assert announced in ((2,) if was_done and make is a_mute_by_a_tap else (0, 2)), at
        endings.add((was_done, STOPPED in said))
        assert said, f"at moment {at}, and nobody hears of it"
        assert not (was_done and AGAIN in said), f"at moment {at}: {said}"
        assert not (was_done and has_card and STOPPED in said), f"at moment {at}: {said}"
        if not fate.struck:
            break
    assert (was_done, STOPPED in said) == (True, False)
    assert (False, True) in endings, "it was never stopped before it was done"
