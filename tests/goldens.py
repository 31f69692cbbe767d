"""Golden files of messages: GOLDEN=write writes them, and a reader judges the difference."""

import json
import os
from dataclasses import asdict
from pathlib import Path

from bot.cards import Message
from bot.model import Space
from bot.render import modals
from bot.render.modals import FormMetadata, View
from tests.offers import broken_offers
from tests.slack_limits import view_violations, violations

FOLDER = Path(__file__).parent / "golden"
# The Spaces that goldens are about.
PREFIX = "if-"
FLEET = {
    f"acme/{PREFIX}{name}": Space(f"acme/{PREFIX}{name}", "RUNNING", "cpu-basic", "docker")
    for name in (*"abcd", *range(30), *(f"team-{n}" for n in (*range(1, 105), "a")), "template")
}


def check_message(name: str, message: Message, *, has_valid_offers: bool = True) -> None:
    """Compare *message* with its golden, and check it against Slack's limits.

    Its buttons must parse and resolve, unless it shows a command of hostile text.
    """
    assert not violations(message)
    assert not has_valid_offers or broken_offers(message.blocks, FLEET, PREFIX) == []
    _compare(name, asdict(message))


def check_card(name: str, message: Message) -> None:
    """Compare an alert card with its golden, and check its length.

    Its push text fits a lock screen, and it has at most two buttons and one menu in one row.
    """
    assert 0 < len(message.text) <= 90
    assert "<" not in message.text
    rows = [block["elements"] for block in message.blocks if block["type"] == "actions"]
    assert len(rows) <= 1
    assert all(sum(element["type"] == "button" for element in row) <= 2 for row in rows)
    check_message(name, message)


def check_view(name: str, view: View) -> None:
    """Compare a modal with its golden, and check it against Slack's limits."""
    assert not view_violations(view)
    _compare(name, view)


def check_form(name: str, form: View) -> None:
    """Compare a form with its golden, as a command opens it."""
    opened = modals.with_metadata(form, FormMetadata("wake a", "C1", "1.2"))
    check_view(f"forms/{name}", opened)


def _compare(name: str, value: object) -> None:
    path = FOLDER / f"{name}.json"
    rendered = json.dumps(value, indent=2, ensure_ascii=False) + "\n"
    if os.environ.get("GOLDEN") == "write":
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(rendered)
    assert rendered == path.read_text()
