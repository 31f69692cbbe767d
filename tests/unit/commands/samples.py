"""The context of a command, without a database, a Hub or Slack."""

from typing import Any

import pytest

from bot import commands
from bot.command import Context
from bot.errors import UsageError
from bot.model import Ask, Permission, Role, Source, Space
from bot.operations import Operation, Step, Verb
from bot.parsing import NameIndex, tokenize
from bot.results import Answer
from tests.unit.alerts.samples import NOW

COMMANDS = commands.load()
FLEET = {
    f"acme/{name}": Space(f"acme/{name}", stage, hardware="cpu-basic", sdk="docker")
    for name, stage in {
        "team-a": "RUNNING",
        "team-b": "SLEEPING",
        "team-c": "PAUSED",
        "template": "PAUSED",
    }.items()
}


def context_of(
    text: str, *, command: str, source: Source = Source.COMMAND, **values: Any
) -> Context:
    """Return the context of *command*, whose words are the rest of *text*."""
    of_ask = {k: values.pop(k) for k in ("form_values", "files", "user") if k in values}
    ask = Ask(text, of_ask.pop("user", "UTA"), "C1", source, idempotency_key=text, **of_ask)
    fleet = values.pop("fleet", FLEET)
    facts: dict[str, Any] = {
        "permission": Permission(Role.ADMIN),
        "now": NOW,
        "names": NameIndex.of(fleet),
        "commands": COMMANDS,
        "owners": ("acme",),
    }
    words = tokenize(text)[len(command.split()) :]
    return Context(ask=ask, words=words, fleet=fleet, **{**facts, **values})


def run(text: str, **values: Any) -> Answer:
    """Return the answer of the command that *text* begins with."""
    first, second = (*text.split(), "", "")[:2]
    name = f"{first} {second}" if f"{first} {second}" in COMMANDS else first
    return COMMANDS[name].run(context_of(text, command=name, **values))


def rejection(text: str, **values: Any) -> UsageError:
    """Return the error of the command that *text* begins with."""
    with pytest.raises(UsageError) as caught:
        run(text, **values)
    return caught.value


def running(verb: Verb, *names: str, id: int = 12, **values: Any) -> Operation:
    """Return a running operation on Spaces of `FLEET`."""
    steps = tuple(Step(f"acme/{name}") for name in names)
    return Operation(verb, steps, "UOTHER", "C1", NOW, id=id, **values)
