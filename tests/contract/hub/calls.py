"""One call of each method of the Hub client, by name."""

from collections.abc import Callable

from bot.hub import Hub

READS: dict[str, Callable[[Hub], object]] = {
    "fleet": lambda hub: hub.fleet("o"),
    "runtime": lambda hub: hub.runtime("o/a"),
    "space": lambda hub: hub.space("o/a"),
    "head": lambda hub: hub.head("o/a"),
    "whoami": lambda hub: hub.whoami(),
    "flavors": lambda hub: hub.flavors(),
    "logs": lambda hub: hub.logs("o/a", seconds=2),
    "secrets": lambda hub: hub.secrets("o/a"),
    "variables": lambda hub: hub.variables("o/a"),
    "card": lambda hub: hub.validate_card("---\n---\n"),
}
WRITES: dict[str, Callable[[Hub], object]] = {
    "restart": lambda hub: hub.restart("o/a"),
    "pause": lambda hub: hub.pause("o/a"),
    "sleep": lambda hub: hub.set_sleep("o/a", 60),
    "hardware": lambda hub: hub.set_hardware("o/a", "t4-small"),
    "set secret": lambda hub: hub.set_secret("o/a", "K", "s3cr3t"),
    "delete secret": lambda hub: hub.delete_secret("o/a", "K"),
    "set variable": lambda hub: hub.set_variable("o/a", "K", "v"),
    "delete variable": lambda hub: hub.delete_variable("o/a", "K"),
    "commit": lambda hub: hub.commit("o/a", {"README.md": b"---\n---\n", "a.py": b"x"}, "Hand in"),
    "create": lambda hub: hub.create("o/a", sdk="docker", private=True),
    "duplicate": lambda hub: hub.duplicate("t/t", "o/a", private=True, secrets={}, variables={}),
    "delete": lambda hub: hub.delete("o/a"),
}
