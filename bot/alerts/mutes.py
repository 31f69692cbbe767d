"""Mutes as an operation remembers them, and what the undo of one restores."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from bot.alerts.incident import Mute


def to_args(mute: Mute | None) -> dict[str, str]:
    """Return *mute* as strings, by which an operation puts it back; empty for none."""
    if mute is None:
        return {}
    number = {"operation": str(mute.operation_id)} if mute.operation_id else {}
    return {
        "until": mute.until.isoformat(),
        "by": mute.by,
        "at": mute.at.isoformat(),
        "reason": mute.reason,
        "announcement": mute.announcement,
        **number,
    }


def from_args(space: str, args: Mapping[str, str]) -> Mute | None:
    """Return the mute that `to_args` made strings of; None for none."""
    if not args:
        return None
    return Mute(
        space,
        datetime.fromisoformat(args["until"]),
        args["by"],
        datetime.fromisoformat(args["at"]),
        args["reason"],
        args["announcement"],
        int(args["operation"]) if "operation" in args else None,
    )


@dataclass(frozen=True, slots=True)
class MuteUndo:
    """What the undo of a mute does: Spaces that alert again, restored mutes, changed Spaces."""

    unmuted: tuple[str, ...] = ()
    restored: tuple[Mute, ...] = ()
    changed: tuple[str, ...] = ()  # muted by someone else since, so they stay so

    @property
    def spaces(self) -> tuple[str, ...]:
        """Return the Spaces whose mute changes."""
        return (*self.unmuted, *(mute.space for mute in self.restored))


def plan_undo(
    number: int, before: Mapping[str, Mute | None], present: Mapping[str, Mute], now: datetime
) -> MuteUndo:
    """Return what the undo of mute *number* does. *before* has the mutes that it replaced.

    A Space that isn't muted any more needs nothing. A mute that would have ended isn't restored.
    """
    own = [id for id in before if id in present and present[id].operation_id == number]
    restored = [mute for id in own if (mute := before[id]) and mute.until > now]
    kept = {mute.space for mute in restored}
    return MuteUndo(
        tuple(id for id in own if id not in kept),
        tuple(restored),
        tuple(id for id in before if id in present and id not in own),
    )
