"""A crash or stall while a request is answered: the requester learns its true outcome."""

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
from tests.faults import EVERY_COMMIT, EVERY_TRANSACTION, FaultPoint, Killed, kill, with_faults
from tests.processes import move_bot
from tests.requests import filled_form, open_form, send_command

STOPPED, AGAIN = "I was restarted", "send it again"
OPS = "C0OPS"


@dataclass
class World:
    """One process of the bot, with its own database."""

    bot: Bot
    hub: FakeHub
    slack: FakeSlack

    def replies(self) -> list[str]:
        """Return the replies to the request: ephemeral ones, and those in the channel."""
        ephemeral = [message.text for _, message in self.slack.ephemeral_messages]
        return ephemeral + [shown.text for shown in self.slack.messages if shown.channel != OPS]

    def operations(self, *states: str) -> bool:
        table = schema.operation
        with self.bot.deps.store.transaction() as tx:
            found = tx.execute(select(table.c.state)).scalars().all()
        return any(state in states for state in found)


@contextmanager
def world(template: Bot, source: Path, life: Database) -> Iterator[World]:
    template.deps.store.close()  # checkpoints the journal into the file
    hub = FakeHub(team_a="RUNNING", team_b="PAUSED")
    slack = FakeSlack()
    yield World(move_bot(template, hub, slack, life.fill(source)), hub, slack)
    life.clear()


def typed(text: str) -> Ask:
    return Ask(text, "ULEAD", "C1", idempotency_key=f"last {text}")


def a_wake(_: World) -> Ask:
    return typed("wake all")


def a_yes(world: World) -> Ask:
    send_command(world.bot, "restart team-a", "ULEAD")
    return typed("confirm 1")


def a_no(world: World) -> Ask:
    send_command(world.bot, "restart team-a", "ULEAD")
    return typed("cancel 1")


def a_stop(world: World) -> Ask:
    send_command(world.bot, "wake team-b", "ULEAD")
    return typed("stop 1")


def a_bulk_action(world: World) -> Ask:
    form = open_form(world.bot, world.slack, "secret set team-a KEY")
    return filled_form(world.slack, form, value="swordfish")


def a_variable(world: World) -> Ask:
    form = open_form(world.bot, world.slack, "variable set team-a MODE exam")
    return filled_form(world.slack, form, value="exam")


def an_upload(world: World) -> Ask:
    world.slack.shared_files["F1"] = ("app.py", b"print()")
    form = open_form(world.bot, world.slack, "upload team-a")
    ask = filled_form(world.slack, form, folder="", message="Fix it", unpack="yes")
    return replace(ask, files=("F1",))


def a_mute(_: World) -> Ask:
    return typed("mute team-a for 5h")


def a_mute_by_button(world: World) -> Ask:
    send_command(world.bot, "watch error", "ULEAD")
    return replace(typed("mute all for 5h"), source=Source.BUTTON)


def an_unwatch(world: World) -> Ask:
    send_command(world.bot, "watch error", "ULEAD")
    return typed("unwatch")


def has_begun(world: World) -> bool:
    return world.operations("running", "finished")


def is_cancelled(world: World) -> bool:
    return world.operations("dropped")


def is_stopped(world: World) -> bool:
    with world.bot.deps.store.transaction() as tx:
        return tx.execute(select(schema.operation.c.stopped_by)).scalar() == "ULEAD"


def is_secret_set(world: World) -> bool:
    return world.hub.secret_values == {"acme/team-a": {"KEY": "swordfish"}}


def is_committed(world: World) -> bool:
    return bool(world.hub.commits)


def is_muted(world: World) -> bool:
    with world.bot.deps.store.transaction() as tx:
        return bool(mutes.active(tx, world.bot.deps.now()))


def has_no_watch(world: World) -> bool:
    with world.bot.deps.store.transaction() as tx:
        return not watches.list_all(tx)


def answer_with_fault(
    world: World, ask: Ask, fault: FaultPoint, meanwhile: Callable[[], None] | None
) -> None:
    """Answer *ask* in a process that dies, or that stalls while *meanwhile* runs."""
    number = world.bot.receive(ask).result()
    assert number is not None
    faulty = (
        with_faults(world.bot, fault, meanwhile, EVERY_TRANSACTION)
        if meanwhile
        else with_faults(world.bot, fault, kill, EVERY_COMMIT)
    )
    with suppress(Killed):
        faulty.answer(number, ask)


def run_other_process(world: World, clock: FakeClock) -> None:
    """Let another process report the abandoned requests."""
    clock.tick(minutes=16)
    world.bot.sweep()
    for _ in range(2):
        world.bot.advance()
        world.bot.deliver()


@pytest.mark.parametrize("stalls", [False, True], ids=["dies", "stalls"])
@pytest.mark.parametrize(
    ("make", "done", "has_card"),
    [
        pytest.param(a_wake, has_begun, True, id="an operation"),
        pytest.param(a_yes, has_begun, True, id="a yes"),
        pytest.param(a_no, is_cancelled, False, id="a no"),
        pytest.param(a_stop, is_stopped, True, id="a stop"),
        pytest.param(a_bulk_action, is_secret_set, False, id="a deed"),
        pytest.param(a_variable, has_begun, True, id="a variable"),
        pytest.param(an_upload, is_committed, False, id="an upload"),
        pytest.param(a_mute, is_muted, True, id="an announced mute"),
        pytest.param(a_mute_by_button, is_muted, True, id="an announced tap"),
        pytest.param(an_unwatch, has_no_watch, False, id="an unwatch"),
    ],
)
def test_reply_is_correct_for_every_crash_point(
    database: Database,
    second_database: Database,
    make_bot: MakeBot,
    clock: FakeClock,
    make: Callable[[World], Ask],
    done: Callable[[World], bool],
    has_card: bool,
    stalls: bool,
) -> None:
    template = make_bot()
    endings = set()
    for at in count():
        with world(template, database.path, second_database) as here:
            ask = make(here)
            before = here.replies()
            meanwhile = partial(run_other_process, here, clock)
            fault = FaultPoint(at)
            answer_with_fault(here, ask, fault, meanwhile if stalls else None)
            was_done = done(here)
            meanwhile()
            replies = " ".join(text for text in here.replies() if text not in before)

        announced = [shown.text for shown in here.slack.messages].count("Muted: team-a and team-b")
        assert announced in ((2,) if was_done and make is a_mute_by_button else (0, 2)), at
        endings.add((was_done, STOPPED in replies))
        assert replies, f"at moment {at}, and without a reply"
        assert not (was_done and AGAIN in replies), f"at moment {at}: {replies}"
        assert not (was_done and has_card and STOPPED in replies), f"at moment {at}: {replies}"
        if not fault.hit_point:
            break
    assert (was_done, STOPPED in replies) == (True, False)
    assert (False, True) in endings, "it was never stopped before it was done"
