"""One function for each goal: it starts a sandbox, measures a real bot and returns figures."""

import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from bot.sandbox.hub.control import CRASH_MESSAGE, World
from bot.sandbox.hub.fleet import RecordedCall
from bot.sandbox.hub.latency import StageDurations
from bot.sandbox.hub.seed import classroom
from bot.sandbox.slack.directory import OPS
from tests.bench.figure import Figure, quantile
from tests.bench.sizes import Sizes
from tests.e2e.environment import Environment, open_environment
from tests.e2e.process import cpu_seconds, memory

# One error each, because incidents of one cause share a card.
CAUSES = ("no such file", "out of memory", "port in use", "bad token", "disk full")
LATENCY_SECONDS = 0.1
CALLERS = 24
DEFAULT_ENVIRON = {"SPACEBOT_POLL_SECONDS": "auto"}
_ROOT = Path(__file__).parents[2]


def measure_ack(sizes: Sizes) -> Iterator[Figure]:
    """Measure the acknowledgments of concurrent commands in Socket Mode, on Slack's clock."""
    with run_env(classroom(spaces=12), **DEFAULT_ENVIRON) as env:
        env.start()
        env.wait_for_initial_scan()
        acks: list[float] = []
        for number in range(sizes.rounds + 1):
            found = _type_concurrently(env, sizes.commands)
            acks += found if number else []  # the first round warms up
    for name, part, goal in (("p50", 0.5, None), ("p99", 0.99, 100.0), ("max", 1.0, None)):
        what = f"ack of {sizes.commands} commands at once, {name}"
        yield Figure(what, quantile(acks, part) * 1000, "ms", goal)


def _type_concurrently(env: Environment, number: int) -> list[float]:
    """Type *number* lines; return the seconds to each ack once all are answered."""
    acks, timeline = env.sandbox.slack.dispatcher.ack_latencies, env.sandbox.workspace.message_store
    acked, message_count = len(acks), len(timeline.all_messages(OPS.id))
    for _ in range(number):
        env.sandbox.ta.type(OPS.id, "/space status")
    env.wait_until(lambda: len(timeline.all_messages(OPS.id)) >= message_count + number)
    return acks[acked:]


def measure_wake(sizes: Sizes) -> Iterator[Figure]:
    """Measure `/space wake all`, and the plain client with as many threads."""
    ideal = sizes.asleep / CALLERS * LATENCY_SECONDS
    goal = 1.1 * ideal
    quick = StageDurations(lag=0.0, build=1.0, start=60.0)
    with run_env(make_sleeping_class(sizes.asleep, quick), **DEFAULT_ENVIRON) as env:
        bot = env.start()
        env.wait_for_initial_scan()
        env.world.faults.latency = LATENCY_SECONDS
        used = cpu_seconds(bot.pid)
        acked = _time_of_ack(env, "/space wake all")
        sent = _last_restart(env, sizes.asleep)
        yield Figure(f"wake all of {sizes.asleep}: ack to last restart", sent - acked, "s", goal)
        yield Figure("… CPU of the whole bot", cpu_seconds(bot.pid) - used, "s")
    with run_env(make_sleeping_class(sizes.asleep, quick)) as env:
        env.world.faults.latency = LATENCY_SECONDS
        _, cpu, _ = _run_baseline(env, "restart", *env.world.ids())
        calls = [call.at for call in env.world.calls if call.name == "restart"]
        what = f"… plain pool of {CALLERS} threads, first to last"
        yield Figure(what, calls[-1] - calls[0], "s")
        yield Figure("… CPU of the plain pool", cpu, "s")
    yield Figure("… ideal: as many at once, nothing else", ideal, "s")


def _time_of_ack(env: Environment, line: str) -> float:
    """Type a line and return the time of its acknowledgment, on the Hub's clock."""
    acked = threading.Event()
    acks = env.sandbox.slack.dispatcher.ack_latencies

    class Acks(list[float]):
        at = 0.0

        def append(self, seconds: float) -> None:
            Acks.at = env.world.now()
            super().append(seconds)
            acked.set()

    env.sandbox.slack.dispatcher.ack_latencies = Acks(acks)
    env.sandbox.ta.type(OPS.id, line)
    assert acked.wait(10), env.describe()
    return Acks.at


def _last_restart(env: Environment, times: int) -> float:
    assert env.world.wait_for("restart", times=times, timeout=60), env.describe()
    return max(call.at for call in env.world.calls if call.name == "restart")


def measure_sweep(sizes: Sizes) -> Iterator[Figure]:
    """Measure sweeps of a large fleet, and a bare list by the plain client."""
    with run_env(classroom(spaces=sizes.spaces), SPACEBOT_POLL_SECONDS="4") as env:
        bot = env.start()
        env.wait_for_initial_scan()
        _wait_for_sweeps(env, 1)
        used, before = cpu_seconds(bot.pid), len(env.world.calls)
        _wait_for_sweeps(env, sizes.sweeps)
        cpu = (cpu_seconds(bot.pid) - used) / sizes.sweeps
        calls = [call.name for call in env.world.calls[before:]]
        pages = -(-len(env.world.ids()) // 500)
        yield Figure(
            f"sweep of {sizes.spaces} Spaces, Hub calls", len(calls) / sizes.sweeps, "calls", pages
        )
        yield Figure("… CPU of the whole bot for one sweep", cpu, "s", 1.0)
        yield Figure("… memory at its highest", memory(bot.pid, "VmHWM"), "MiB", 150.0)
        wall, plain, peak = _run_baseline(env, "list", "ifcore-org")
        yield Figure("… bare list_spaces: CPU", plain, "s")
        yield Figure("… bare list_spaces: wall", wall, "s")
        yield Figure("… bare list_spaces: memory", peak, "MiB")


def _wait_for_sweeps(env: Environment, times: int) -> None:
    """Wait until *times* sweeps begin: each begins with the first page, which has no cursor."""

    def first_pages() -> int:
        return sum(call.name == "list" and "cursor" not in call.query for call in env.world.calls)

    goal = first_pages() + times
    while first_pages() < goal:
        assert env.world.wait_for("list", times=_count_lists(env) + 1, timeout=60), env.describe()


def _count_lists(env: Environment) -> int:
    return sum(call.name == "list" for call in list(env.world.calls))


def measure_storm(sizes: Sizes) -> Iterator[Figure]:
    """Measure the worst case: all Spaces of a large fleet fail at once, each of its own cause."""
    with run_env(classroom(spaces=sizes.spaces), SPACEBOT_POLL_SECONDS="20") as env:
        bot = env.start()
        env.wait_for_initial_scan()
        _wait_for_sweeps(env, 1)
        _wait(sizes.calm_seconds)  # the rest of that sweep
        used, before = cpu_seconds(bot.pid), {m.ts for m in env.bot_messages("")}
        _break_all(env.world)
        env.wait_until(lambda: [m for m in env.bot_messages("") if m.ts not in before])
        _wait(sizes.calm_seconds)  # the rest of this one, logs included
        what = f"{sizes.spaces} Spaces break at once"
        yield Figure(f"{what}: CPU of that sweep", cpu_seconds(bot.pid) - used, "s")
        _wait_for_sweeps(env, 1)
        _wait(sizes.calm_seconds)
        used = cpu_seconds(bot.pid)
        _wait_for_sweeps(env, 1)
        _wait(sizes.calm_seconds)
        yield Figure("… CPU of a sweep while they stay so", cpu_seconds(bot.pid) - used, "s")
        yield Figure("… memory at its highest", memory(bot.pid, "VmHWM"), "MiB")


def _break_all(world: World) -> None:
    with world.locked():
        for number, id in enumerate(world.ids()):
            world.break_(id, CRASH_MESSAGE.replace("CUDA", unique_word(number)))


def unique_word(number: int) -> str:
    """Return a distinct word for each number, because fingerprints ignore numbers."""
    return "".join(chr(ord("a") + int(digit)) for digit in str(number))


def measure_alert(sizes: Sizes) -> Iterator[Figure]:
    """Measure the time from the first sweep that can see the problem to the card."""
    world = make_sleeping_class(sizes.group + sizes.problems, StageDurations())
    with run_env(world, SPACEBOT_POLL_SECONDS="1", SPACEBOT_ALERT_ON="error") as env:
        for id in world.ids():
            world.heal(id)
        env.start()
        env.wait_for_initial_scan()
        teams = [id for id in world.ids() if "template" not in id]
        single = zip(teams, CAUSES[: sizes.problems], strict=False)
        alone = [_seconds_to_card(env, [id], cause) for id, cause in single]
        yield Figure("trouble to card, one Space, worst", max(alone), "s", 2.0)
        group = _seconds_to_card(env, teams[sizes.problems :], CRASH_MESSAGE)
        yield Figure(f"trouble to card, {sizes.group} at once", group, "s", 3.0)


def _seconds_to_card(env: Environment, ids: list[str], error: str) -> float:
    before = {m.ts for m in env.bot_messages("")}
    with env.world.locked():
        for id in ids:
            env.world.break_(id, error)
        at = env.world.now()
    [card] = env.wait_until(lambda: [m for m in env.bot_messages("") if m.ts not in before])
    return float(card.ts) - _first_sweep_after(env.world, at).at


def _first_sweep_after(world: World, after: float) -> RecordedCall:
    return next(call for call in world.calls if call.name == "list" and call.at >= after)


def measure_idle(sizes: Sizes) -> Iterator[Figure]:
    """Measure an idle bot, with a class of twelve and the usual sweeps."""
    with run_env(classroom(), **DEFAULT_ENVIRON) as env:
        bot = env.start()
        env.wait_for_initial_scan()
        _wait(5.0 if sizes.idle_seconds > 1 else 0.0)  # the rest of the start
        used = cpu_seconds(bot.pid)
        _wait(sizes.idle_seconds)
        share = (cpu_seconds(bot.pid) - used) / sizes.idle_seconds * 100
        yield Figure("idle: memory", memory(bot.pid), "MiB", 100.0)
        yield Figure("idle: share of a core", share, "%", 1.0)


def _wait(seconds: float) -> None:
    """Sleep, because this measurement is per unit of time."""
    threading.Event().wait(seconds)


@contextmanager
def run_env(world: World, **environ: str) -> Iterator[Environment]:
    with (
        TemporaryDirectory(prefix="spacebot-") as folder,
        open_environment(Path(folder), world, **environ) as env,
    ):
        yield env


def make_sleeping_class(number: int, pace: StageDurations) -> World:
    """Return a class of *number* sleeping Spaces without a static one."""
    world = classroom(spaces=number, durations=pace)
    for space in world.spaces():
        space.sdk = "docker"
        if "template" in space.id:
            world.remove(space.id)
        else:
            world.heal(space.id)
            world.sleep(space.id)
    return world


def _run_baseline(env: Environment, *words: str) -> tuple[float, float, float]:
    """Run the plain client against the same Hub: wall seconds, CPU seconds, MiB."""
    command = [sys.executable, "-m", "tests.bench.baselines", *words]
    output = subprocess.run(command, env=env.environ, cwd=_ROOT, check=True, capture_output=True)
    wall, cpu, peak = map(float, output.stdout.split())
    return wall, cpu, peak
