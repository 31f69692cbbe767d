"""Each shape of the catalog, on each path from the typed text to its traces."""

import logging
from collections.abc import Callable, Mapping
from itertools import cycle

import pytest

from bot.model import Ask, Source
from bot.redaction import TOKEN_SHAPES
from bot.render.uploads import FOLDER_FIELD, MESSAGE_FIELD, SPACE_FIELD, UNPACK_FIELD
from bot.service import Bot
from tests.fakes import FakeClock, FakeHub, FakeSlack
from tests.requests import LEAD, send_command, share
from tests.tokens import OTHERS, TOKENS, left_of
from tests.unit.service.requests.test_text_guard import (
    PEOPLE,
    SOURCES,
    clear_messages,
    last_message_text,
    leave_unanswered,
)

#: One of each kind; the tests of the catalog cover each prefix.
KINDS = {shape.prefixes[-1]: TOKENS[shape.prefixes[-1]] for shape in TOKEN_SHAPES} | OTHERS

#: In place of a Space, a name, a time, a key, a value, or the command itself.
COMMANDS = [
    "{}",
    "status {}",
    "url team-a {}",
    "wake {} please",
    "restart all except {}",
    "logs {} 50",
    "help {}",
    "why {}",
    "ack team-a {}",
    "mute {} for 2h",
    "mute team-a for {}",
    "watch {}",
    "audit {} 7d",
    "create {} docker",
    "provision {} team-x",
    "delete {}",
    "hardware team-a {}",
    "sleep {} never",
    "variable list {}",
    "variable set {} KEY",
    "variable set team-a {} value",
    "variable set team-a KEY {}",
    "variable set team-a KEY={}",
    "confirm {}",
    "upload {}",
    "hello, my token is {}, what now?",
    "team-b <https://nowhere.test/|{}>",
]


@pytest.fixture
def classroom(bot: Bot, hub: FakeHub, caplog: pytest.LogCaptureFixture) -> Bot:
    caplog.set_level(logging.DEBUG)
    hub.set(team_a="RUNNING", team_b="SLEEPING")
    bot.sweep()
    return bot


def parts_in(everything: str, token: str) -> list[str]:
    """Return the telling parts of *token* that are in *everything*."""
    return [part for part in left_of(token, token) if part.casefold() in everything]


@pytest.mark.parametrize(("number", "token"), [*enumerate(KINDS.values())], ids=KINDS)
def test_typed_token_is_stored_nowhere(
    classroom: Bot,
    hub: FakeHub,
    traces: Callable[[], str],
    number: int,
    token: str,
) -> None:
    ways, people = cycle(SOURCES), cycle(PEOPLE)
    for text in COMMANDS[number % 3 :: 3]:  # a third of the kinds each
        send_command(classroom, text.replace("{}", token), next(people), **next(ways))
        classroom.refuse(Ask(text.replace("{}", token), LEAD, "C1"), "busy")

    everything = traces()
    assert parts_in(everything, token) == []
    assert hub.writes == []


@pytest.mark.parametrize("token", KINDS.values(), ids=KINDS)
def test_token_in_a_plain_field_is_stored_nowhere(
    classroom: Bot,
    hub: FakeHub,
    traces: Callable[[], str],
    token: str,
) -> None:
    problems: list[Mapping[str, str]] = []
    for text in ("create {} docker", "provision {}", "variable set team-a KEY", "delete {}"):
        filled_in = Ask(
            text.replace("{}", token),
            LEAD,
            "C1",
            source=Source.MODAL,
            form_values={"value": token},
            idempotency_key=text,
        )
        problems.append(classroom.check_form(filled_in))
        if not problems[-1]:  # as the listener does
            classroom.ask(filled_in)

    assert "variables are public" in str(problems)
    everything = f"{traces()}{problems}".casefold()
    assert parts_in(everything, token) == []
    assert hub.writes == []


@pytest.mark.parametrize("token", KINDS.values(), ids=KINDS)
def test_token_in_the_form_of_an_upload_is_stored_nowhere(
    classroom: Bot,
    slack: FakeSlack,
    hub: FakeHub,
    traces: Callable[[], str],
    token: str,
) -> None:
    files = share(slack, app_py=b"1")
    fields = {FOLDER_FIELD: "", MESSAGE_FIELD: "Fix it", SPACE_FIELD: "team-a", UNPACK_FIELD: ""}
    problems = []
    for field in (FOLDER_FIELD, MESSAGE_FIELD, SPACE_FIELD):
        values = {**fields, field: f"use {token}"}
        filled_in = Ask(
            "upload", LEAD, "C1", Source.MODAL, form_values=values, files=files,
            idempotency_key=field,
        )  # fmt: skip
        problems.append(classroom.check_form(filled_in))
        if not problems[-1]:  # as the listener does
            classroom.ask(filled_in)
            classroom.deliver()

    everything = f"{traces()}{problems}".casefold()
    assert parts_in(everything, token) == []
    assert hub.commits == []


@pytest.mark.parametrize("token", [TOKENS["npm_"], TOKENS["hf_"], OTHERS["user"]])
def test_typed_token_gets_rotation_advice(classroom: Bot, slack: FakeSlack, token: str) -> None:
    for text in ("status {}", "variable set team-a KEY {}", "create {} docker"):
        clear_messages(slack)
        send_command(classroom, text.replace("{}", token), LEAD)

        assert "otate it" in last_message_text(slack), text


def test_space_named_like_a_token_can_be_requested(
    classroom: Bot, hub: FakeHub, slack: FakeSlack
) -> None:
    name = "sk-a1b2c3d4e5f6a7b8c9"
    hub.put(f"acme/{name}", "RUNNING")
    classroom.sweep()
    send_command(classroom, f"status {name}", LEAD)

    assert name in last_message_text(slack)
    assert "otate it" not in last_message_text(slack)


def test_a_request_that_was_never_answered_does_not_repeat_a_token(
    classroom: Bot,
    clock: FakeClock,
    traces: Callable[[], str],
) -> None:
    leave_unanswered(classroom, clock, [f"status {token}" for token in KINDS.values()])

    everything = traces()
    assert "before i could answer" in everything
    for token in KINDS.values():
        assert parts_in(everything, token) == []


def test_token_in_an_error_or_log_is_on_no_card(
    classroom: Bot,
    hub: FakeHub,
    traces: Callable[[], str],
) -> None:
    for number, token in enumerate(KINDS.values()):
        error = f"ValueError: {token} was refused\nTraceback of {token}"
        hub.put(f"acme/broken-{number}", "RUNTIME_ERROR", error=error)
        lines = (f"ERROR: login with {token} failed", *token.split("\n"))
        hub.log_lines[f"acme/broken-{number}"] = lines
    for _ in range(3):
        classroom.sweep()
        classroom.deliver()
    for number in range(len(KINDS)):
        send_command(classroom, f"logs broken-{number}", LEAD)
        send_command(classroom, f"status broken-{number}", LEAD)

    everything = traces()
    assert "was refused" in everything
    for token in KINDS.values():
        assert parts_in(everything, token) == []


def test_token_stored_as_a_variable_is_not_listed(
    classroom: Bot, hub: FakeHub, slack: FakeSlack
) -> None:
    for number, token in enumerate(KINDS.values()):
        hub.variable_values["acme/team-a"] = {f"KEY_{number}": token}
        clear_messages(slack)
        send_command(classroom, "variable list team-a", LEAD)

        assert f"KEY_{number}" in last_message_text(slack)
        assert left_of(token, last_message_text(slack)) == []
