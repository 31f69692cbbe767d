"""Messages kept as files: GOLDEN=write makes them anew, a reader judges the difference."""

import json
import os
from dataclasses import asdict
from pathlib import Path

from bot.cards import Message
from tests.limits import complaints

FOLDER = Path(__file__).parent / "golden"


def check(name: str, message: Message) -> None:
    """Hold *message* against its golden and against Slack's limits."""
    path = FOLDER / f"{name}.json"
    shown = json.dumps(asdict(message), indent=2, ensure_ascii=False) + "\n"
    if os.environ.get("GOLDEN") == "write":
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(shown)

    assert not complaints(message)
    assert shown == path.read_text()
