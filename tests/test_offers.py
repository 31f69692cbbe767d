"""Every offered button parses and resolves; goldens are checked when they are compared.

The replies come from the whole bot, to correct requests and to misspelled ones.
"""

import random
from collections.abc import Iterator

import pytest

from bot.model import Fleet, Space
from bot.service import Bot
from tests.conftest import MakeBot
from tests.fakes import FakeHub, FakeSlack
from tests.offers import broken_offers, offered_commands
from tests.requests import send_lead_command

REQUESTS = (
    "status", "status team-a", "status failed", "status empty", "info team-c", "url all",
    "logs team-c build", "logs team-a 50", "wake team-b", "wake all", "restart team-1..12",
    "restart all including paused", "rebuild team-c", "pause all except team-a", "hardware",
    "hardware team-a t4-small for 2h", "sleep team-a 1h", "mute team-a for 2h", "mute team-a",
    "ack team-c", "release team-c", "unmute team-a", "why team-c", "why", "watches",
    "watch sleeping team-*", "unwatch", "secret list team-a", "variable list all",
    "secret set team-a API_KEY", "create team-x gradio", "provision team-x from template",
    "upload team-e", "delete team-b", "stop", "continue", "undo", "undo 1", "audit today",
    "doctor", "help wake", "help",
    "whats wrong with team-i", "is team a up", "team-1 to team-3", "spaces",
)  # fmt: skip
NAMES = (
    "team-a",
    "team-b",
    "team-c",
    "team-e",
    "team-i",
    "template",
    *map("team-{}".format, range(1, 13)),
)
STAGES = {
    "team-b": "SLEEPING",
    "team-c": "BUILD_ERROR",
    "team-e": "NO_APP_FILE",
    "team-i": "PAUSED",
}


@pytest.fixture(scope="module")
def fleet() -> Fleet:
    ids = {name: f"acme/{name}" for name in NAMES}
    return {id: Space(id, STAGES.get(name, "RUNNING")) for name, id in ids.items()}


@pytest.fixture
def course(make_bot: MakeBot, hub: FakeHub, fleet: Fleet) -> Bot:
    """Return a bot whose Spaces are in several conditions, one of them with an alert."""
    for space in fleet.values():
        hub.put(space.id, "RUNNING" if space.id == "acme/team-c" else space.stage)
    bot = make_bot(SPACEBOT_TEMPLATE="acme/template")
    bot.sweep()
    hub.put("acme/team-c", "BUILD_ERROR", error="boom")
    bot.sweep()
    return bot


def misspelled(number: int) -> Iterator[str]:
    """Yield requests with one or two typos."""
    chance = random.Random(10)
    for _ in range(number):
        text = chance.choice(REQUESTS)
        for _ in range(chance.randint(1, 2)):
            at = chance.randrange(len(text))
            slips = (
                text[at + 1 : at + 2] + text[at],
                "",
                text[at] * 2,
                chance.choice("aeinrst-. "),
            )
            text = text[:at] + chance.choice(slips) + text[at + 1 :]
        yield text


@pytest.mark.parametrize("are_misspelled", [False, True], ids=["as meant", "misspelled"])
def test_each_button_of_an_answer_parses_and_resolves(
    course: Bot, slack: FakeSlack, fleet: Fleet, *, are_misspelled: bool
) -> None:
    for text in misspelled(200) if are_misspelled else REQUESTS:
        send_lead_command(course, text, trigger_id="1.2")
    course.deliver()

    answers = [message for _, message in slack.ephemeral_messages]
    shown = [message.blocks for message in answers] + [card.message.blocks for card in slack.cards]
    assert len(list(offered_commands(shown))) > 40
    assert broken_offers(shown, fleet) == []


def test_an_offer_that_does_not_resolve_is_found(fleet: Fleet) -> None:
    """Otherwise the tests above prove nothing."""
    run = {"action_id": "run:x", "value": "flavor team-i"}
    menu = {"action_id": "menu", "options": [{"value": "ack team-z"}, {"value": "ack team-a"}]}

    assert len(broken_offers([run, {"elements": [menu]}], fleet)) == 2
