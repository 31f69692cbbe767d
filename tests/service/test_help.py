"""Help explains: no tap on it does anything but look."""

import pytest

from bot import commands, parsing
from bot.cards import Message
from bot.model import Role
from bot.service import Bot
from bot.store import asks, mutes, watches
from tests.fakes import FakeClock, FakeHub, FakeSlack
from tests.service.test_asking import buttons, say

COMMANDS = commands.load()
PEOPLE = {"USTUDENT": Role.VIEWER, "UTA": Role.OPERATOR, "ULEAD": Role.ADMIN}
FAMILIES = sorted({name.split()[0] for name in COMMANDS})
PAGES = ["help", "help all", "help nonsense", *(f"help {name}" for name in [*COMMANDS, *FAMILIES])]


@pytest.fixture(autouse=True)
def fleet(bot: Bot, hub: FakeHub) -> None:
    hub.set(team_a="SLEEPING", team_b="RUNNING", team_c="RUNTIME_ERROR")
    bot.sweep()


@pytest.mark.parametrize("user", PEOPLE)
def test_every_button_of_every_page_is_a_read(bot: Bot, slack: FakeSlack, user: str) -> None:
    typed = set()
    for page in PAGES:
        say(bot, page, user=user)
        typed |= set(buttons(slack).values())

    assert typed, "help has buttons"
    for command in typed:
        name, _ = parsing.verb(parsing.words(command), COMMANDS, parsing.Names.of(()))
        assert COMMANDS[name].is_read, command
        assert COMMANDS[name].needs <= PEOPLE[user], command


@pytest.mark.parametrize("user", PEOPLE)
def test_a_tap_on_every_button_of_help_changes_nothing(
    bot: Bot, hub: FakeHub, slack: FakeSlack, clock: FakeClock, user: str
) -> None:
    bot.deliver()
    cards, sent = len(slack.cards), len(hub.sent)
    for page in ("help", "help all"):
        say(bot, page, user=user)
        for command in buttons(slack).values():
            say(bot, command, user=user)
    bot.advance()
    bot.deliver()

    assert (len(slack.cards), len(hub.sent), slack.forms) == (cards, sent, {})
    with bot.transaction() as tx:
        assert (mutes.active(tx, clock()), watches.every(tx)) == ({}, [])
        assert asks.orphans(tx, clock().replace(year=2100)) == []


@pytest.mark.parametrize("name", [c.name for c in COMMANDS.values() if c.example and not c.is_read])
def test_the_example_of_an_act_is_text_to_copy(bot: Bot, slack: FakeSlack, name: str) -> None:
    say(bot, f"help {name}", user="ULEAD")

    assert f"Example: `/space {COMMANDS[name].example}`" in _words(slack.whispers[-1][1])
    assert buttons(slack) == {}


def test_help_names_no_command_that_its_reader_may_not_run(bot: Bot, slack: FakeSlack) -> None:
    """A viewer runs no operation, so there is none that a viewer may stop."""
    say(bot, "help all", user="USTUDENT")

    shown = _words(slack.whispers[-1][1])
    assert "/space status" in shown
    assert "/space stop" not in shown


def test_what_looks_is_told_from_what_acts() -> None:
    reads = {name for name, command in COMMANDS.items() if command.is_read}

    assert reads == {
        *("status", "info", "url", "why", "watches", "help", "logs", "audit", "doctor"),
        *("secret list", "variable list"),
    }


def _words(message: Message) -> str:
    return "\n".join(b["text"]["text"] for b in message.blocks if "text" in b)
