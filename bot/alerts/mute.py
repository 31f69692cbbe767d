"""A mute keeps a Space from pinging. What its card says stays true."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Mute:
    """Who muted a Space, until when, and why."""

    space: str
    until: datetime
    by: str
    at: datetime
    reason: str = ""
