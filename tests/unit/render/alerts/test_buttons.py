"""Buttons of alert cards: the repair first, and only what runs and fits."""

from dataclasses import replace

import pytest

from bot.alerts import grouping
from bot.alerts.problems import ProblemKind
from bot.cards import Block
from bot.parsing import NameIndex
from bot.render.alerts.buttons import group_button, group_command, incident_buttons
from bot.slack_limits import BUTTON_VALUE_LENGTH
from tests.unit.render.alerts.samples import ASLEEP, BROKEN, CLASS, CONTEXT, MUTED_CONTEXT


def labels(blocks: list[Block]) -> list[str]:
    elements = [e for block in blocks for e in block["elements"] if e["type"] == "button"]
    return [element["text"]["text"] for element in elements]


def menu_options(blocks: list[Block]) -> str:
    return str([e for block in blocks for e in block["elements"] if e["type"] != "button"])


def test_the_repair_is_the_first_button() -> None:
    assert labels(incident_buttons(ASLEEP, CONTEXT))[0] == "Wake"
    assert labels(incident_buttons(BROKEN, CONTEXT))[0] == "Rebuild"


def test_only_commands_that_the_bot_has_are_offered() -> None:
    few = replace(CONTEXT, verbs=frozenset({"status"}))

    assert labels(incident_buttons(BROKEN, few)) == ["Look closer"]
    assert incident_buttons(BROKEN, replace(CONTEXT, verbs=frozenset())) == []
    assert group_button("wake", "Wake all", CLASS, 1, few) == []


def test_a_muted_space_offers_to_unmute() -> None:
    assert "unmute" in menu_options(incident_buttons(BROKEN, MUTED_CONTEXT))
    assert "unmute" not in menu_options(incident_buttons(BROKEN, CONTEXT))


def test_a_missing_space_has_no_details() -> None:
    gone = replace(ASLEEP, problem=ProblemKind.GONE, stage="GONE")

    assert "status" not in str(incident_buttons(gone, CONTEXT))


@pytest.mark.parametrize("number", [3, 60])
def test_names_of_a_group_become_ranges(number: int) -> None:
    assert group_command("wake", CLASS[:number], 7, CONTEXT) == f"wake team-1..{number}"


def test_a_command_too_long_for_a_button_names_the_group() -> None:
    spaces = [f"acme/{'x' * 60}{chr(97 + n)}" for n in range(26)] + [
        f"acme/{'y' * 60}{chr(97 + n)}" for n in range(26)
    ]

    command = group_command("wake", spaces, 7, replace(CONTEXT, names=NameIndex.of(spaces)))

    assert command == f"wake {grouping.to_token(7)}"
    assert len(command) <= BUTTON_VALUE_LENGTH
