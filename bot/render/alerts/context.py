"""The context of an alert card: what it shows apart from its incidents."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.alerts.incident import Mute
from bot.parsing import NameIndex
from bot.render.formatting import space_link


@dataclass(frozen=True, slots=True)
class AlertContext:
    """Names and URLs of Spaces, verbs for buttons, and mutes by Space."""

    names: NameIndex
    verbs: frozenset[str]
    mutes: Mapping[str, Mute] = field(default_factory=dict)
    template: str | None = None  # the id of the template, which is marked as such
    statics: frozenset[str] = frozenset()  # Spaces that only a commit builds again
    pausable: tuple[str, ...] = ()  # running Spaces, by whose pause a quota becomes free

    def name(self, space: str) -> str:
        """Return the short name of *space*."""
        return self.names.short_name(space)

    def link(self, space: str) -> str:
        """Return the short name of *space* as a link to its page."""
        linked = space_link(space, self.names)
        is_marked = space == self.template and self.name(space) != "template"
        return f"{linked} (template)" if is_marked else linked
