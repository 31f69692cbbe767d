"""One function for each promise: it opens a house, measures a real bot in it, returns figures."""

import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from bot.sandbox.hub.fleet import Call
from bot.sandbox.hub.pace import Pace
from bot.sandbox.hub.seed import classroom
from bot.sandbox.hub.world import CRASH, World
from bot.sandbox.slack.rooms import OPS
from tests.bench.figure import Figure, quantile
from tests.bench.sizes import Sizes
from tests.e2e.house import House, house
from tests.e2e.process import cpu_seconds, memory

# Each its own: what has the same cause is told on one card.
CAUSES = ("no such file", "out of memory", "port in use", "bad token", "disk full")
LATENCY = 0.1
CALLERS = 16
USUAL = {"SPACEBOT_POLL_SECONDS": "60"}
_ROOT = Path(__file__).parents[2]


def acknowledgements(sizes: Sizes) -> Iterator[Figure]:
    """Commands typed at once, through Socket Mode; Slack's side holds the watch."""
    with opened(classroom(spaces=12), **USUAL) as home:
        home.start()
        home.said_first()
        acks: list[float] = []
        for number in range(sizes.rounds + 1):
            found = _typed_at_once(home, sizes.commands)
            acks += found if number else []  # the first round warms up
    for name, part, goal in (("p50", 0.5, None), ("p99", 0.99, 100.0), ("max", 1.0, None)):
        what = f"ack of {sizes.commands} commands at once, {name}"
        yield Figure(what, quantile(acks, part) * 1000, "ms", goal)


def _typed_at_once(home: House, number: int) -> list[float]:
    """Type so many lines; return once all are answered, with the seconds to each ack."""
    acks, timeline = home.sandbox.slack.courier.acks, home.sandbox.workspace.timeline
    acked, said = len(acks), len(timeline.everything(OPS.id))
    for _ in range(number):
        home.sandbox.ta.type(OPS.id, "/space status")
    home.until(lambda: len(timeline.everything(OPS.id)) >= said + number)
    return acks[acked:]


def waking(sizes: Sizes) -> Iterator[Figure]:
    """`/space wake all`, next to the plain client with as many threads."""
    ideal = sizes.asleep / CALLERS * LATENCY
    goal = 1.5 * ideal
    quick = Pace(lag=0.0, build=1.0, start=60.0)
    with opened(asleep(sizes.asleep, quick), **USUAL) as home:
        home.start()
        home.said_first()
        home.world.faults.latency = LATENCY
        acked = _acknowledged(home, "/space wake all")
        sent = _last_restart(home, sizes.asleep)
        yield Figure(f"wake all of {sizes.asleep}: ack to last restart", sent - acked, "s", goal)
    with opened(asleep(sizes.asleep, quick)) as home:
        home.world.faults.latency = LATENCY
        _rival(home, "restart", *home.world.ids())
        calls = [call.at for call in home.world.calls if call.name == "restart"]
        yield Figure("… plain pool of 16 threads, first to last", calls[-1] - calls[0], "s")
    yield Figure("… ideal: as many at once, nothing else", ideal, "s")


def _acknowledged(home: House, line: str) -> float:
    """Type a line and return when its acknowledgement was heard, on the Hub's clock."""
    heard = threading.Event()
    acks = home.sandbox.slack.courier.acks

    class Acks(list[float]):
        at = 0.0

        def append(self, seconds: float) -> None:
            Acks.at = home.world.now()
            super().append(seconds)
            heard.set()

    home.sandbox.slack.courier.acks = Acks(acks)
    home.sandbox.ta.type(OPS.id, line)
    assert heard.wait(10), home.report()
    return Acks.at


def _last_restart(home: House, times: int) -> float:
    assert home.world.wait_for("restart", times=times, timeout=60), home.report()
    return max(call.at for call in home.world.calls if call.name == "restart")


def sweeping(sizes: Sizes) -> Iterator[Figure]:
    """Sweeps of a large fleet, next to a bare list by the plain client."""
    with opened(classroom(spaces=sizes.spaces), SPACEBOT_POLL_SECONDS="4") as home:
        bot = home.start()
        home.said_first()
        _swept(home, 1)
        used, before = cpu_seconds(bot.pid), len(home.world.calls)
        _swept(home, sizes.sweeps)
        cpu = (cpu_seconds(bot.pid) - used) / sizes.sweeps
        calls = [call.name for call in home.world.calls[before:]]
        pages = -(-len(home.world.ids()) // 500)
        yield Figure(
            f"sweep of {sizes.spaces} Spaces, Hub calls", len(calls) / sizes.sweeps, "calls", pages
        )
        yield Figure("… CPU of the whole bot for one sweep", cpu, "s", 2.0)
        yield Figure("… memory at its highest", memory(bot.pid, "VmHWM"), "MiB", 150.0)
        wall, plain, peak = _rival(home, "list", "ifcore-org")
        yield Figure("… bare list_spaces: CPU", plain, "s")
        yield Figure("… bare list_spaces: wall", wall, "s")
        yield Figure("… bare list_spaces: memory", peak, "MiB")


def _swept(home: House, times: int) -> None:
    """Wait for so many sweeps to begin: each begins with the first page, which has no cursor."""

    def first_pages() -> int:
        return sum(call.name == "list" and "cursor" not in call.query for call in home.world.calls)

    goal = first_pages() + times
    while first_pages() < goal:
        assert home.world.wait_for("list", times=_lists(home) + 1, timeout=60), home.report()


def _lists(home: House) -> int:
    return sum(call.name == "list" for call in list(home.world.calls))


def storming(sizes: Sizes) -> Iterator[Figure]:
    """All of a large fleet broken at once, each of a cause of its own: the worst there can be."""
    with opened(classroom(spaces=sizes.spaces), SPACEBOT_POLL_SECONDS="20") as home:
        bot = home.start()
        home.said_first()
        _swept(home, 1)
        _pass(sizes.calm_seconds)  # what is left of that sweep
        used, before = cpu_seconds(bot.pid), {m.ts for m in home.said("")}
        _break_all(home.world)
        home.until(lambda: [m for m in home.said("") if m.ts not in before])
        _pass(sizes.calm_seconds)  # what is left of this one, logs included
        what = f"{sizes.spaces} Spaces break at once"
        yield Figure(f"{what}: CPU of that sweep", cpu_seconds(bot.pid) - used, "s")
        _swept(home, 1)
        _pass(sizes.calm_seconds)
        used = cpu_seconds(bot.pid)
        _swept(home, 1)
        _pass(sizes.calm_seconds)
        yield Figure("… CPU of a sweep while they stay so", cpu_seconds(bot.pid) - used, "s")
        yield Figure("… memory at its highest", memory(bot.pid, "VmHWM"), "MiB")


def _break_all(world: World) -> None:
    with world.still():
        for number, id in enumerate(world.ids()):
            world.break_(id, CRASH.replace("CUDA", _word(number)))


def _word(number: int) -> str:
    """Return a word for each number: numbers do not tell errors apart."""
    return "".join(chr(ord("a") + int(digit)) for digit in str(number))


def alerting(sizes: Sizes) -> Iterator[Figure]:
    """From the first look that could see the trouble to the card in the channel."""
    world = asleep(sizes.group + sizes.troubles, Pace())
    with opened(world, SPACEBOT_POLL_SECONDS="1", SPACEBOT_ALERT_ON="error") as home:
        for id in world.ids():
            world.heal(id)
        home.start()
        home.said_first()
        teams = [id for id in world.ids() if "template" not in id]
        single = zip(teams, CAUSES[: sizes.troubles], strict=False)
        alone = [_told(home, [id], cause) for id, cause in single]
        yield Figure("trouble to card, one Space, worst", max(alone), "s", 2.0)
        group = _told(home, teams[sizes.troubles :], CRASH)
        yield Figure(f"trouble to card, {sizes.group} at once", group, "s", 3.0)


def _told(home: House, ids: list[str], error: str) -> float:
    before = {m.ts for m in home.said("")}
    with home.world.still():
        for id in ids:
            home.world.break_(id, error)
        at = home.world.now()
    [card] = home.until(lambda: [m for m in home.said("") if m.ts not in before])
    return float(card.ts) - _first_look(home.world, at).at


def _first_look(world: World, after: float) -> Call:
    return next(call for call in world.calls if call.name == "list" and call.at >= after)


def idling(sizes: Sizes) -> Iterator[Figure]:
    """A bot that nobody asks anything, with the class of twelve and the usual sweeps."""
    with opened(classroom(), **USUAL) as home:
        bot = home.start()
        home.said_first()
        _pass(5.0 if sizes.idle_seconds > 1 else 0.0)  # what is left of the start
        used = cpu_seconds(bot.pid)
        _pass(sizes.idle_seconds)
        share = (cpu_seconds(bot.pid) - used) / sizes.idle_seconds * 100
        yield Figure("idle: memory", memory(bot.pid), "MiB", 110.0)
        yield Figure("idle: share of a core", share, "%", 1.0)


def _pass(seconds: float) -> None:
    """Let time go by: here it is what is measured against."""
    threading.Event().wait(seconds)


@contextmanager
def opened(world: World, **environ: str) -> Iterator[House]:
    with (
        TemporaryDirectory(prefix="spacebot-") as folder,
        house(Path(folder), world, **environ) as home,
    ):
        yield home


def asleep(number: int, pace: Pace) -> World:
    """A class of so many Spaces that all sleep, and none that is static."""
    world = classroom(spaces=number, pace=pace)
    for space in world.spaces():
        space.sdk = "docker"
        if "template" in space.id:
            world.remove(space.id)
        else:
            world.heal(space.id)
            world.sleep(space.id)
    return world


def _rival(home: House, *words: str) -> tuple[float, float, float]:
    """Run the plain client against the same Hub: wall seconds, CPU seconds, MiB."""
    command = [sys.executable, "-m", "tests.bench.rivals", *words]
    said = subprocess.run(command, env=home.environ, cwd=_ROOT, check=True, capture_output=True)
    wall, cpu, peak = map(float, said.stdout.split())
    return wall, cpu, peak
