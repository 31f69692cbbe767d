"""Messages kept as files: GOLDEN=write makes them anew, a reader judges the difference."""

import json
import os
from dataclasses import asdict
from pathlib import Path

from bot.cards import Message
from bot.render.modals import View
from tests.slack_limits import view_violations, violations

FOLDER = Path(__file__).parent / "golden"


def check_message(name: str, message: Message) -> None:
    """Hold *message* against its golden and against Slack's limits."""
    assert not violations(message)
    _compare(name, asdict(message))


def check_view(name: str, view: View) -> None:
    """Hold a modal against its golden and against Slack's limits."""
    assert not view_violations(view)
    _compare(name, view)


def _compare(name: str, value: object) -> None:
    path = FOLDER / f"{name}.json"
    rendered = json.dumps(value, indent=2, ensure_ascii=False) + "\n"
    if os.environ.get("GOLDEN") == "write":
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(rendered)
    assert rendered == path.read_text()
