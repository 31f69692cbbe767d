"""A watch: one channel hears of some targets, and of what."""

from dataclasses import dataclass

#: Who made the watch that the settings ask for.
SETTINGS = "settings"


@dataclass(frozen=True, slots=True)
class Watch:
    """*targets* and *problems* are words as people type them; no target: every Space."""

    channel: str
    targets: tuple[str, ...]
    problems: tuple[str, ...]
    made_by: str
