"""What every alert card needs to know beside its incident."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.alerts.incident import Mute
from bot.parsing import NameIndex
from bot.render.blocks import escape, link


@dataclass(frozen=True, slots=True)
class AlertContext:
    """How Spaces are called, where they are, which verbs may stand on a button, what is muted."""

    names: NameIndex
    verbs: frozenset[str]
    hub: str = "https://huggingface.co"
    mutes: Mapping[str, Mute] = field(default_factory=dict)

    def name(self, space: str) -> str:
        return self.names.short_name(space)

    def link(self, space: str) -> str:
        """Return the Space's name, leading to its page."""
        return link(f"{self.hub}/spaces/{space}", escape(self.name(space), 150))
