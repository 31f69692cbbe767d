"""Help explains: its buttons only read."""

from datetime import UTC, datetime

import pytest

from bot import commands, parsing
from bot.audit import AskState
from bot.cards import Message
from bot.model import Role
from bot.parsing import NameIndex
from bot.queries import AuditQuery
from bot.results import Answer
from bot.service import Bot
from bot.store import asks, audit, mutes, watches
from tests.fakes import FakeClock, FakeHub, FakeSlack
from tests.requests import buttons, send_command
from tests.unit.commands.samples import run

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


@pytest.mark.parametrize(
    ("page", "user", "shown"),
    [
        ("help wake", "USTUDENT", "Operators only"),
        ("help secret", "USTUDENT", "Admins only"),
        ("help secret set", "UTA", "Admins only"),
        ("help wake", "UTA", None),
        ("help status", "USTUDENT", None),
    ],
)
def test_help_of_a_command_for_others_is_shown_and_no_refusal(
    bot: Bot, slack: FakeSlack, page: str, user: str, shown: str | None
) -> None:
    send_command(bot, page, user=user)

    text = _words(slack.ephemeral_messages[-1][1])
    assert f"`/space {page.removeprefix('help ')}" in text
    assert (shown or "only") in text if shown else " only" not in text
    with bot.deps.store.transaction() as tx:
        rows = audit.find_asks(tx, datetime.min.replace(tzinfo=UTC), AuditQuery(include_reads=True))
    assert rows[0].state is AskState.ANSWERED


def test_help_names_spaces_that_exist() -> None:
    names = NameIndex.of([f"acme/grp-{n}" for n in range(3, 8)])

    intro = _words(_message(run("help", names=names))).partition("\n")[0]

    assert "`grp-3`, `grp-*`, `grp-3..7`" in intro
    assert "team-" not in intro


@pytest.mark.parametrize("text", ["hello", "hi there", "--help", "-h", "menu", "commands"])
def test_greeting_is_answered_with_help(bot: Bot, slack: FakeSlack, text: str) -> None:
    send_command(bot, text, user="USTUDENT")

    assert "/space status" in _words(slack.ephemeral_messages[-1][1])


def test_thanks_is_answered(bot: Bot, slack: FakeSlack) -> None:
    send_command(bot, "thanks a lot!", user="USTUDENT")

    assert "You're welcome" in slack.ephemeral_messages[-1][1].text


def test_commands_are_classified_as_read_or_write() -> None:
    reads = {name for name, command in COMMANDS.items() if command.is_read}

    assert reads == {
        *(
            "status",
            "info",
            "url",
            "why",
            "watches",
            "help",
            "logs",
            "audit",
            "doctor",
            "schedules",
        ),
        *("secret list", "variable list", "thanks"),
    }


def test_help_on_one_command_says_that_it_takes_a_time() -> None:
    assert "It takes a time, such as `at 13:50`" in _words(_message(run("help wake")))
    assert "It takes a time" not in _words(_message(run("help upload")))
    assert "It takes a time" not in _words(_message(run("help all")))


def _message(answer: Answer) -> Message:
    assert isinstance(answer, Message)
    return answer


def _words(message: Message) -> str:
    return "\n".join(b["text"]["text"] for b in message.blocks if "text" in b)
