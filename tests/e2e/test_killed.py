"""`kill -9` during `wake all`: every Space runs, none is restarted twice, the card is correct.

The kill follows a call that the sandbox has recorded, so nothing here sleeps.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest

from bot.sandbox.hub.seed import classroom
from bot.sandbox.slack import faults as slack
from bot.sandbox.slack.directory import OPS
from bot.sandbox.slack.model import Message
from tests.e2e.environment import FAST_DURATIONS, Environment, open_environment

TEAMS = 26
ASLEEP = 24  # two of them are static and always running
# Sixteen restarts are sent concurrently; the others wait for a response to one of them.
LATENCY = 0.25
CARDS = r"^(Waking|Woke)"
LAST = "ifcore-org/ifcore-team-z"


@dataclass(frozen=True)
class KillPoint:
    """The moment of the kill: the condition to wait for, and the setup before."""

    reached: Callable[[Environment, int], object]
    before: Callable[[Environment], object] = lambda _: None
    waits_for_verification: bool = False  # whether to wait until an unanswered post is verified


def after_restarts(times: int) -> Callable[[Environment, int], object]:
    """Wait until *times* restarts have arrived at the Hub since the command."""

    def wait_for_restarts(env: Environment, before: int) -> None:
        assert env.world.wait_for("restart", times=before + times, timeout=20), env.describe()

    return wait_for_restarts


def after_post(env: Environment, _: int) -> None:
    """Wait until the card is in the channel, while the bot waits for the response."""
    env.wait_until(lambda: env.bot_messages(r"^Waking"))


def lose_restart_answers(env: Environment) -> None:
    env.world.faults.hang(call="restart", after=True)


def lose_one_restart(env: Environment) -> None:
    """Make the Hub drop the restart of one Space."""
    env.world.faults.hang(call="restart", space=LAST)


def lose_post_answer(env: Environment) -> None:
    env.sandbox.slack.faults.plan("chat.postMessage", slack.no_response(stored=True))


def lose_all_answers(env: Environment) -> None:
    lose_one_restart(env)
    lose_post_answer(env)


KILL_POINTS = [
    # Stored as sent; killed before the Hub responds to any.
    pytest.param(KillPoint(after_restarts(1)), id="the first restart is on its way"),
    # Some have a response, the others aren't sent yet.
    pytest.param(KillPoint(after_restarts(20)), id="some have been answered"),
    pytest.param(KillPoint(after_restarts(ASLEEP)), id="all are on their way"),
    # Executed by the Hub, but the responses are lost: the stages of the fleet count.
    pytest.param(KillPoint(after_restarts(16), lose_restart_answers), id="no answer was heard"),
    # The responses of the Hub and of Slack are lost, and one restart never arrived.
    pytest.param(
        KillPoint(after_post, lose_all_answers, waits_for_verification=True),
        id="all responses are lost",
    ),
]


@pytest.fixture(scope="module")
def env(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Environment]:
    world = classroom(spaces=TEAMS, durations=FAST_DURATIONS)
    # Incidents have cards of their own, which other tests check.
    with open_environment(
        tmp_path_factory.mktemp("killed"), world, SPACEBOT_ALERT_ON="error"
    ) as env:
        env.world.faults.latency = LATENCY
        env.start()
        yield env


@pytest.mark.parametrize("moment", KILL_POINTS)
def test_killed_bot_restarts_each_space_exactly_once(env: Environment, moment: KillPoint) -> None:
    asleep = put_to_sleep(env)
    restarted, cards = dict(env.world.restarts), len(env.bot_messages(CARDS))
    before = sum(call.name == "restart" for call in env.world.calls)

    moment.before(env)
    env.sandbox.ta.type(OPS.id, "/space wake all")
    moment.reached(env, before)
    kill_and_start(env, waits_for_verification=moment.waits_for_verification)

    end = wait_for_end(env, cards)
    assert end.text.startswith("Woke ")
    env.wait_for_sweeps(2)  # time enough for a duplicate call or message
    assert {id: env.world.stage(id) for id in asleep} == dict.fromkeys(asleep, "RUNNING")
    assert env.world.restarts == {id: n + (id in asleep) for id, n in restarted.items()}
    [card] = env.bot_messages(CARDS)[cards:]
    assert card.text == end.text
    replies = env.sandbox.workspace.replies(card)
    assert len(replies) <= 1, "none where the card was final within seconds"
    for reply in replies:
        assert reply.text.startswith(card.text.partition(" · requested by")[0])


def test_unanswered_request_of_a_killed_bot_is_reported(env: Environment) -> None:
    before = sum(call.name == "info" for call in env.world.calls)
    fault = env.world.faults.hang(call="info")
    env.sandbox.ta.type(OPS.id, "/space status team-a")
    assert env.world.wait_for("info", times=before + 1), env.describe()
    env.kill(env.bots[-1])
    env.world.faults.remove(fault)

    # A bot reports an abandoned request only after a minute.
    env.execute_sql("UPDATE ask SET received_at = received_at - 61 WHERE finished_at IS NULL")
    env.expire_lease()
    env.start()
    reply = env.sandbox.ta.wait_for_message(OPS.id, "before I could answer “status team-a”")
    assert reply.ephemeral_for == env.sandbox.ta.id


def put_to_sleep(env: Environment) -> list[str]:
    """Put every Space of a team to sleep, from any stage."""
    teams = env.world.spaces(predicate=lambda s: not s.is_static and "template" not in s.id)
    with env.world.locked():
        for team in teams:
            env.world.heal(team.id)
            env.world.sleep(team.id)
    return [team.id for team in teams]


def kill_and_start(env: Environment, *, waits_for_verification: bool) -> None:
    env.kill(env.bots[-1])
    env.world.faults.clear()
    env.sandbox.slack.faults.clear()
    env.expire_lease()
    if not waits_for_verification:
        env.execute_sql("UPDATE card SET sending_since = sending_since - 12")
    env.start()


def wait_for_end(env: Environment, cards: int) -> Message:
    """Wait for the end of the newest operation and return its card."""

    def find_final_card() -> Message | None:
        return next((m for m in env.bot_messages(CARDS)[cards:] if m.text.startswith("Woke")), None)

    card = env.wait_until(find_final_card)
    assert card
    return card
