"""Buttons of alert cards: the repair first, and only what runs and fits."""

from dataclasses import replace

import pytest

from bot.alerts.incident import Incident
from bot.alerts.problems import ProblemKind
from bot.cards import Block
from bot.parsing import NameIndex
from bot.render.alerts.buttons import (
    ack_check_buttons,
    group_buttons,
    group_targets,
    incident_buttons,
)
from bot.render.alerts.context import AlertContext
from tests.unit.render.alerts.samples import (
    ACKED,
    ASLEEP,
    BROKEN,
    CLASS,
    CONTEXT,
    MUTED_CONTEXT,
    copies_of,
)


def labels(blocks: list[Block]) -> list[str]:
    elements = [e for block in blocks for e in block["elements"] if e["type"] == "button"]
    return [element["text"]["text"] for element in elements]


def commands_by_label(blocks: list[Block]) -> dict[str, str]:
    elements = [element for block in blocks for element in block["elements"]]
    buttons = [option for e in elements for option in e.get("options", [e])]
    return {shown["text"]["text"]: shown["value"] for shown in buttons}


def menu_options(blocks: list[Block]) -> str:
    return str([e for block in blocks for e in block["elements"] if e["type"] != "button"])


def test_the_repair_is_the_first_button() -> None:
    assert labels(incident_buttons(ASLEEP, CONTEXT))[0] == "Wake"
    assert labels(incident_buttons(BROKEN, CONTEXT))[0] == "Rebuild"


def test_only_commands_that_the_bot_has_are_offered() -> None:
    few = replace(CONTEXT, verbs=frozenset({"status"}))

    assert labels(incident_buttons(BROKEN, few)) == ["Details"]
    assert incident_buttons(BROKEN, replace(CONTEXT, verbs=frozenset())) == []
    assert ack_check_buttons(1, CLASS, few) == []


def test_a_muted_space_offers_to_unmute() -> None:
    assert "unmute" in menu_options(incident_buttons(BROKEN, MUTED_CONTEXT))
    assert "unmute" not in menu_options(incident_buttons(BROKEN, CONTEXT))


def test_a_missing_space_has_no_details() -> None:
    gone = replace(ASLEEP, problem=ProblemKind.MISSING, stage="GONE")

    assert "status" not in str(incident_buttons(gone, CONTEXT))


@pytest.mark.parametrize("number", [3, 60])
def test_names_of_a_group_become_ranges(number: int) -> None:
    assert group_targets(CLASS[:number], "group:7", CONTEXT) == f"team-1..{number}"


def long_named() -> tuple[list[Incident], AlertContext]:
    spaces = [f"acme/{letter * 60}{chr(97 + n)}" for letter in "xy" for n in range(26)]
    members = [replace(ASLEEP, space=space, id=n) for n, space in enumerate(spaces)]
    return members, replace(CONTEXT, names=NameIndex.of(spaces))


def test_targets_too_long_for_a_button_name_the_group_and_the_problem() -> None:
    commands = commands_by_label(group_buttons(7, *long_named()))

    assert commands["Wake 52 asleep"] == "wake group:7:asleep"
    assert commands["Details"] == "status group:7"
    assert commands["I'm on it"] == "ack group:7"


MIXED = [*copies_of(ASLEEP, 3), *copies_of(replace(BROKEN, stage="RUNTIME_ERROR"), 4)[3:]]


def test_group_card_has_a_repair_for_each_problem_and_the_menu_of_a_single_card() -> None:
    blocks = group_buttons(7, MIXED, CONTEXT)

    assert labels(blocks) == ["Wake 3 asleep", "Restart 1 crashed"]
    assert commands_by_label(blocks) == {
        "Wake 3 asleep": "wake team-1..3",
        "Restart 1 crashed": "restart team-4",
        "Details": "status team-1..4",
        "I'm on it": "ack team-1..4",
        "Mute for 1 hour": "mute team-1..4 for 1h",
        "Why am I seeing this?": "why team-4",
        "Logs of team-4": "logs team-4",
    }


def test_third_repair_is_in_the_menu() -> None:
    build = replace(BROKEN, space=CLASS[9], id=9)
    blocks = group_buttons(7, [*MIXED, build], CONTEXT)

    assert labels(blocks) == ["Wake 3 asleep", "Restart 1 crashed"]
    assert commands_by_label(blocks)["Rebuild 1 failed"] == "rebuild team-10"


def test_owned_incident_can_be_released() -> None:
    commands = commands_by_label(group_buttons(7, [ACKED, ACKED], CONTEXT))

    assert commands["Release"] == "release team-1"
    assert "Release" in menu_options(incident_buttons(ACKED, CONTEXT))


def missing(key: str) -> Incident:
    return replace(BROKEN, stage="RUNTIME_ERROR", error=f"KeyError: '{key}'")


def test_missing_secret_has_a_button_only_where_its_command_parses() -> None:
    admin = replace(CONTEXT, verbs=CONTEXT.verbs | {"secret set"})
    taken = replace(admin, names=NameIndex.of([*CLASS, "acme/OPENAI_API_KEY"], "if-"))
    found = commands_by_label(incident_buttons(missing("OPENAI_API_KEY"), admin))

    assert found["Set OPENAI_API_KEY"] == "secret set team-1 OPENAI_API_KEY"
    # A Space has that name, so the command would mean the Space.
    assert not any(
        "secret set" in c
        for c in commands_by_label(incident_buttons(missing("OPENAI_API_KEY"), taken)).values()
    )
    assert not any(
        "secret set" in c
        for c in commands_by_label(incident_buttons(missing("OPENAI_API_KEY"), CONTEXT)).values()
    )


def test_group_without_gpu_functions_moves_to_cpu_basic_together() -> None:
    error = "No @spaces.GPU function detected during startup"
    members = copies_of(replace(BROKEN, stage="RUNTIME_ERROR", error=error), 60)
    admin = replace(CONTEXT, verbs=CONTEXT.verbs | {"hardware"})
    found = commands_by_label(group_buttons(7, members, admin))

    assert found["Move 60 crashed to cpu-basic"] == "hardware team-1..60 cpu-basic"
    # The token of the group would also select crashes with other causes.
    scattered = members[::2]
    odd = commands_by_label(group_buttons(7, scattered, admin)).values()
    assert not any("hardware" in command and "group:" in command for command in odd)


def test_locked_group_offers_no_restart() -> None:
    members = copies_of(replace(BROKEN, stage="PAUSED", error="Flagged as abusive"), 4)
    found = commands_by_label(group_buttons(7, members, CONTEXT))

    assert not {"wake", "restart", "rebuild"} & {command.split()[0] for command in found.values()}
