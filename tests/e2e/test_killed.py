"""`kill -9` in the middle of `wake all`: every Space ends up, none twice, the card ends truthfully.

The kill falls where the sandbox has recorded that the bot has come to: nothing here sleeps.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest

from bot.sandbox.hub.seed import classroom
from bot.sandbox.slack import faults as slack
from bot.sandbox.slack.nouns import Message
from bot.sandbox.slack.rooms import OPS
from tests.e2e.house import QUICK, House, house

TEAMS = 26
ASLEEP = 24  # two of them are static, and always up
# Sixteen restarts leave at once; the others wait for an answer to one of them.
LATENCY = 0.25
CARDS = r"^(Waking|Wake:)"
LAST = "ifcore-org/ifcore-team-z"


@dataclass(frozen=True)
class Moment:
    """Where the kill falls: what is waited for, and what is arranged before."""

    reached: Callable[[House, int], object]
    before: Callable[[House], object] = lambda _: None
    doubts: bool = False  # whether the seconds of doubt about a post are waited for


def restarts(times: int) -> Callable[[House, int], object]:
    """So many restarts have arrived at the Hub since the command."""

    def arrived(house: House, before: int) -> None:
        assert house.world.wait_for("restart", times=before + times, timeout=20), house.report()

    return arrived


def posted(house: House, _: int) -> None:
    """The card is in the channel; the bot has not heard that it is."""
    house.until(lambda: house.said(r"^Waking"))


def answers_are_lost(house: House) -> None:
    house.world.faults.hang(call="restart", after=True)


def one_restart_is_lost(house: House) -> None:
    """The Hub never hears of the restart of one Space, however long the bot waits."""
    house.world.faults.hang(call="restart", space=LAST)


def the_card_is_in_doubt(house: House) -> None:
    house.sandbox.slack.faults.add("chat.postMessage", slack.silent(stored=True))


def nothing_is_heard(house: House) -> None:
    one_restart_is_lost(house)
    the_card_is_in_doubt(house)


MOMENTS = [
    # Written down as sent, and gone before the Hub has answered any.
    pytest.param(Moment(restarts(1)), id="the first restart is on its way"),
    # Some were answered, the others have yet to leave.
    pytest.param(Moment(restarts(20)), id="some have been answered"),
    pytest.param(Moment(restarts(ASLEEP)), id="all are on their way"),
    # Done by the Hub, but nobody heard of it: what the fleet shows counts.
    pytest.param(Moment(restarts(16), answers_are_lost), id="no answer was heard"),
    # Neither the Hub's answer nor Slack's was heard, and one restart never arrived.
    pytest.param(Moment(posted, nothing_is_heard, doubts=True), id="nobody has answered anything"),
]


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    world = classroom(spaces=TEAMS, pace=QUICK)
    # Trouble has cards of its own, which other tests look at.
    with house(tmp_path_factory.mktemp("killed"), world, SPACEBOT_ALERT_ON="error") as home:
        home.world.faults.latency = LATENCY
        home.start()
        yield home


@pytest.mark.parametrize("moment", MOMENTS)
def test_a_kill_neither_loses_a_space_nor_restarts_one_twice(home: House, moment: Moment) -> None:
    asleep = put_to_sleep(home)
    restarted, cards = dict(home.world.restarts), len(home.said(CARDS))
    before = sum(call.name == "restart" for call in home.world.calls)

    moment.before(home)
    home.sandbox.ta.type(OPS.id, "/space wake all")
    moment.reached(home, before)
    kill_and_start(home, doubts=moment.doubts)

    end = ended(home, cards)
    assert end.text.startswith(f"Wake: {len(asleep)} of {len(asleep)} up after")
    home.sweeps(2)  # time enough to say or do too much
    assert {id: home.world.stage(id) for id in asleep} == dict.fromkeys(asleep, "RUNNING")
    assert home.world.restarts == {id: n + (id in asleep) for id, n in restarted.items()}
    [card] = home.said(CARDS)[cards:]
    assert card.text == end.text
    [reply] = home.sandbox.workspace.replies(card)
    assert reply.text.startswith(card.text)


def test_who_asked_a_bot_that_died_before_it_answered_is_told(home: House) -> None:
    before = sum(call.name == "info" for call in home.world.calls)
    fault = home.world.faults.hang(call="info")
    home.sandbox.ta.type(OPS.id, "/space status team-a")
    assert home.world.wait_for("info", times=before + 1), home.report()
    home.kill(home.bots[-1])
    home.world.faults.lift(fault)

    # A minute must pass before a bot is sure that nobody else is answering.
    home.write("UPDATE ask SET received_at = received_at - 61 WHERE settled_at IS NULL")
    home.forget_leader()
    home.start()
    told = home.sandbox.ta.waits_for(OPS.id, "before I could answer “status team-a”")
    assert told.ephemeral_for == home.sandbox.ta.id


def put_to_sleep(home: House) -> list[str]:
    """Put every team to sleep, whatever it was doing."""
    teams = home.world.spaces(keep=lambda s: not s.is_static and "template" not in s.id)
    with home.world.still():
        for team in teams:
            home.world.heal(team.id)
            home.world.sleep(team.id)
    return [team.id for team in teams]


def kill_and_start(home: House, *, doubts: bool) -> None:
    home.kill(home.bots[-1])
    home.world.faults.clear()
    home.sandbox.slack.faults.clear()
    home.forget_leader()
    if not doubts:
        home.write("UPDATE card SET sending_since = sending_since - 12")
    home.start()


def ended(home: House, cards: int) -> Message:
    """Wait for the end of the newest operation and return its card."""

    def over() -> Message | None:
        return next((m for m in home.said(CARDS)[cards:] if m.text.startswith("Wake:")), None)

    card = home.until(over)
    assert card
    home.until(lambda: home.sandbox.workspace.replies(card))
    return card
