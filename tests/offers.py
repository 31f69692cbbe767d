"""What messages offer to tap: each button and menu entry, parsed and run without side effects."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from bot import commands
from bot.command import Context
from bot.errors import UsageError
from bot.model import Ask, Fleet, Permission, Role, Source
from bot.parsing import NameIndex, parse_verb, tokenize
from bot.render.blocks import MENU_ACTION_ID, RUN_ACTION_ID
from tests.unit.alerts.samples import NOW

COMMANDS = commands.load()
# Commands of later issues, which a message offers only once they exist.
_PLANNED = {"history"} - COMMANDS.keys()


def offered_commands(shown: object) -> Iterator[str]:
    """Yield the command of each button and menu entry in *shown*, a message or a part of one."""
    if isinstance(shown, Mapping):
        yield from _commands_of(shown)
        shown = shown.values()
    if isinstance(shown, Iterable) and not isinstance(shown, str):
        for part in shown:
            yield from offered_commands(part)


def _commands_of(element: Mapping[str, Any]) -> list[str]:
    action = str(element.get("action_id", ""))
    if action == MENU_ACTION_ID:
        return [option["value"] for option in element["options"]]
    is_command = action.partition(":")[0] == RUN_ACTION_ID and "value" in element
    return [element["value"]] if is_command else []


def broken_offers(shown: object, fleet: Fleet, prefix: str = "") -> list[str]:
    """Return the offers in *shown* that don't parse or resolve against *fleet*, with the reason."""
    errors = (_error_of(command, fleet, prefix) for command in offered_commands(shown))
    return [error for error in errors if error]


def _error_of(command: str, fleet: Fleet, prefix: str) -> str:
    if command.split(maxsplit=1)[0] in _PLANNED:
        return ""
    names = NameIndex.of(fleet, prefix)
    try:
        name, words = parse_verb(tokenize(command), COMMANDS, names)
        COMMANDS[name].run(
            Context(
                ask=Ask(command, "U1", "C1", Source.BUTTON, trigger_id="1.2"),
                words=words,
                permission=Permission(Role.ADMIN),
                now=NOW,
                fleet=fleet,
                names=names,
                commands=COMMANDS,
                owners=("acme",),
                template="acme/if-template",
            )
        )
    except UsageError as error:
        return f"{command}: {error}"
    return ""
