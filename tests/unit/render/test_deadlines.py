"""The reports about a deadline, and what the card of its operation says before."""

from dataclasses import replace
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.cards import Message
from bot.operations import Operation, SkipReason, Step, StepState, Verb, skip
from bot.operations.deadline import DeadlineReport, Starting
from bot.operations.step import DEADLINE_ARGUMENT
from bot.parsing import NameIndex
from bot.render import deadlines as render
from bot.render import operations
from tests.goldens import check_message
from tests.slack_limits import violations
from tests.unit.render.fleet_samples import NOW

T = (NOW + timedelta(hours=1)).astimezone(ZoneInfo("Europe/Berlin"))
READY = tuple(Step(f"acme/if-{n}", StepState.DONE, stage="RUNNING") for n in range(57))
SENT = Step("acme/if-x", StepState.SENT, stage="BUILDING", sent_at=NOW + timedelta(minutes=41))
STARTING = (
    Starting(SENT, NOW + timedelta(minutes=51, seconds=20)),
    Starting(replace(SENT, space="acme/if-y")),
    Starting(replace(SENT, space="acme/if-z", stage="RUNNING")),
    Starting(Step("acme/if-v", stage="SLEEPING")),
    Starting(Step("acme/if-w", stage="BUILDING")),
)
FAILED = Step(
    "acme/if-a", StepState.FAILED, "KeyError <!here>", "RUNTIME_ERROR", failed_stage="RUNTIME_ERROR"
)
UNREADY = Step(
    "acme/if-b", StepState.FAILED, "running, but not answering (502 at /)", "RUNNING",
    is_unready=True,
)  # fmt: skip
ASLEEP = Step("acme/if-c", StepState.DONE, stage="SLEEPING")
EMPTY = skip(Step("acme/if-d"), SkipReason.EMPTY)
WAKE = Operation(
    Verb.WAKE, (*READY, SENT, FAILED, UNREADY, ASLEEP, EMPTY), "UTA", "C1", NOW, id=17,
    args={DEADLINE_ARGUMENT: T.isoformat()},
)  # fmt: skip
NAMES = NameIndex.of(WAKE.spaces, "if-")
CHECK = DeadlineReport(T, False, READY, STARTING, (FAILED, UNREADY, ASLEEP, EMPTY))
FOUR, MINUTE = timedelta(minutes=4), timedelta(minutes=1)
PLANNED = replace(
    WAKE,
    steps=tuple(Step(f"acme/if-{n}", not_before=T - 19 * MINUTE + n * MINUTE) for n in range(3)),
)
ONE_RUNS = replace(PLANNED, steps=(replace(PLANNED.steps[0], stage="RUNNING"), *PLANNED.steps[1:]))
LATE = replace(
    PLANNED, steps=tuple(replace(step, not_before=NOW - 20 * MINUTE) for step in PLANNED.steps)
)


def shown(found: DeadlineReport) -> Message:
    return render.report(WAKE, found, NAMES)


CASES: dict[str, Message] = {
    "check": shown(CHECK),
    "check_one_in_need": shown(DeadlineReport(T, False, READY, (), (FAILED,))),
    "check_all_ready": shown(DeadlineReport(T, False, READY, (), ())),
    "check_starting": shown(DeadlineReport(T, False, READY, STARTING, ())),
    "report": shown(replace(CHECK, is_final=True)),
    "report_all_ready": shown(DeadlineReport(T, True, READY[:1], (), ())),
    "operation_planned": operations.card(PLANNED, NAMES, NOW),
    "operation_of_running": operations.card(ONE_RUNS, NAMES, NOW),
    "operation_late": operations.card(LATE, NAMES, NOW),
}


@pytest.mark.parametrize("name", CASES)
def test_message_matches_its_golden(name: str) -> None:
    check_message(f"deadlines/{name}", CASES[name])


def test_a_report_by_the_last_sweep_says_so_and_is_no_success() -> None:
    found = shown(DeadlineReport(T, True, READY[:2], (), (), is_last_seen=True))

    assert found.text.endswith(", as last seen")
    assert ":white_check_mark:" not in str(found.blocks)
    assert "I can't list the Spaces now" in str(found.blocks)


def test_a_report_about_hundreds_fits_into_a_message() -> None:
    many = tuple(replace(FAILED, space=f"acme/if-{'x' * 40}-{n}") for n in range(400))
    found = shown(DeadlineReport(T, False, (), STARTING * 400, many))

    assert not violations(found)
    assert "… and 385 more need you." in str(found.blocks)
    assert "… and 1985 more are still starting." in str(found.blocks)


def _commands(*in_need: Step) -> tuple[list[str], list[str]]:
    """Return the commands of the buttons, and those in the menu, of a check."""
    found = DeadlineReport(T, False, READY, (), in_need)
    rows = [block for block in shown(found).blocks if block["type"] == "actions"]
    elements = [element for row in rows for element in row["elements"]]
    options = [o["value"] for e in elements for o in e.get("options", ())]
    return [e["value"] for e in elements if e["type"] == "button"], options


BUILD = replace(FAILED, space="acme/if-e", stage="BUILD_ERROR", failed_stage="BUILD_ERROR")


@pytest.mark.parametrize(
    ("in_need", "buttons", "options"),
    [
        ((BUILD,), ["rebuild e", "logs e build"], []),
        ((replace(ASLEEP, stage="CONFIG_ERROR"),), ["rebuild c", "logs c build"], []),
        ((FAILED,), ["restart a", "logs a"], []),
        ((BUILD, FAILED, ASLEEP), ["wake c", "restart a"], ["rebuild e"]),
        ((BUILD, FAILED, UNREADY), ["restart a", "restart b"], ["rebuild e"]),
        ((EMPTY,), ["logs d"], []),
    ],
)
def test_each_space_in_need_gets_the_act_that_may_help(
    in_need: tuple[Step, ...], buttons: list[str], options: list[str]
) -> None:
    assert _commands(*in_need) == (buttons, options)


def test_the_labels_are_those_of_an_alert_card() -> None:
    rows = shown(DeadlineReport(T, False, READY, (), (BUILD, FAILED, ASLEEP))).blocks
    (row,) = [block for block in rows if block["type"] == "actions"]
    *buttons, menu = row["elements"]

    assert [e["text"]["text"] for e in buttons] == ["Wake 1 asleep", "Restart 1 crashed"]
    assert [o["text"]["text"] for o in menu["options"]] == ["Rebuild 1 failed"]


def test_a_command_that_is_too_long_for_a_menu_gets_a_button() -> None:
    many = [replace(UNREADY, space=f"acme/if-{n:04}") for n in range(40)]
    restart = f"restart {' '.join(f'{n:04}' for n in range(40))}"

    assert _commands(BUILD, FAILED, *many) == ([restart, "restart a"], ["rebuild e"])


def test_a_command_that_fits_nowhere_is_not_offered_in_part() -> None:
    many = [replace(UNREADY, space=f"acme/if-{n:04}") for n in range(120)]
    crashed = [replace(step, is_unready=False) for step in many[:40]]
    built = [replace(BUILD, space=step.space) for step in many[40:80]]
    buttons, options = _commands(*crashed, *built, *many[80:])

    assert [command.split()[0] for command in buttons] == ["wake", "restart"]
    assert options == []
