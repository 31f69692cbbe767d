"""The commands, one function each; `load` finds them in the modules of this package."""

from importlib import import_module
from pkgutil import iter_modules

from bot.command import Command


def load() -> dict[str, Command]:
    """Return every command in this package, by name, in the order of modules and definitions."""
    modules = [import_module(f"{__name__}.{m.name}") for m in iter_modules(__path__)]
    found = [c for m in modules for c in vars(m).values() if isinstance(c, Command)]
    commands = {c.name: c for c in found}
    assert len(commands) == len(found), "two commands share a name"
    return commands
