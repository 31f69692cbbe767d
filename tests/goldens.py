"""Messages kept as files: GOLDEN=write makes them anew, a reader judges the difference."""

import json
import os
from dataclasses import asdict
from pathlib import Path

from bot.cards import Message
from bot.render.modals import View
from tests.limits import complaints, view_complaints

FOLDER = Path(__file__).parent / "golden"


def check(name: str, message: Message) -> None:
    """Hold *message* against its golden and against Slack's limits."""
    assert not complaints(message)
    _hold(name, asdict(message))


def check_view(name: str, view: View) -> None:
    """Hold a modal against its golden and against Slack's limits."""
    assert not view_complaints(view)
    _hold(name, view)


def _hold(name: str, thing: object) -> None:
    path = FOLDER / f"{name}.json"
    shown = json.dumps(thing, indent=2, ensure_ascii=False) + "\n"
    if os.environ.get("GOLDEN") == "write":
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(shown)
    assert shown == path.read_text()
