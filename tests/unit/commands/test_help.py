"""Help explains: no tap on it does anything but look."""

import pytest

from bot import commands, parsing
from bot.cards import Message
from bot.model import Role
from bot.service import Bot
from bot.store import asks, mutes, watches
from tests.fakes import FakeClock, FakeHub, FakeSlack
from tests.requests import buttons, send_command

COMMANDS = commands.load()
PEOPLE = {"USTUDENT": Role.VIEWER, "UTA": Role.OPERATOR, "ULEAD": Role.ADMIN}
FAMILIES = sorted({name.split()[0] for name in COMMANDS})
PAGES = ["help", "help all", "help nonsense", *(f"help {name}" for name in [*COMMANDS, *FAMILIES])]


@pytest.fixture(autouse=True)
def fleet(bot: Bot, hub: FakeHub) -> None:
    hub.set(team_a="SLEEPING", team_b="RUNNING", team_c="RUNTIME_ERROR")
    bot.sweep()


@pytest.mark.parametrize("user", PEOPLE)
def test_every_help_button_is_read_only(bot: Bot, slack: FakeSlack, user: str) -> None:
    typed = set()
    for page in PAGES:
        send_command(bot, page, user=user)
        typed |= set(buttons(slack).values())

    assert typed, "help has buttons"
    for command in typed:
        name, _ = parsing.parse_verb(parsing.tokenize(command), COMMANDS, parsing.NameIndex.of(()))
        assert COMMANDS[name].is_read, command
        assert COMMANDS[name].role <= PEOPLE[user], command


@pytest.mark.parametrize("user", PEOPLE)
def test_help_buttons_change_nothing(
    bot: Bot, hub: FakeHub, slack: FakeSlack, clock: FakeClock, user: str
) -> None:
    bot.deliver()
    cards, sent = len(slack.cards), len(hub.writes)
    for page in ("help", "help all"):
        send_command(bot, page, user=user)
        for command in buttons(slack).values():
            send_command(bot, command, user=user)
    bot.advance()
    bot.deliver()

    assert (len(slack.cards), len(hub.writes), slack.open_forms) == (cards, sent, {})
    with bot.deps.store.transaction() as tx:
        assert (mutes.active(tx, clock()), watches.list_all(tx)) == ({}, [])
        assert asks.orphans(tx, clock().replace(year=2100)) == []


@pytest.mark.parametrize("name", [c.name for c in COMMANDS.values() if c.example and not c.is_read])
def test_the_example_of_an_act_is_text_to_copy(bot: Bot, slack: FakeSlack, name: str) -> None:
    send_command(bot, f"help {name}", user="ULEAD")

    assert f"Example: `/space {COMMANDS[name].example}`" in _words(slack.ephemeral_messages[-1][1])
    assert buttons(slack) == {}


def test_help_names_no_command_that_its_reader_may_not_run(bot: Bot, slack: FakeSlack) -> None:
    """A viewer runs no operation, so there is none that a viewer may stop."""
    send_command(bot, "help all", user="USTUDENT")

    text = _words(slack.ephemeral_messages[-1][1])
    assert "/space status" in text
    assert "/space stop" not in text


def test_commands_are_classified_as_read_or_write() -> None:
    reads = {name for name, command in COMMANDS.items() if command.is_read}

    assert reads == {
        *("status", "info", "url", "why", "watches", "help", "logs", "audit", "doctor"),
        *("secret list", "variable list"),
    }


def _words(message: Message) -> str:
    return "\n".join(b["text"]["text"] for b in message.blocks if "text" in b)
