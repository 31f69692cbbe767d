"""What is said when Spaces are made or moved to other hardware, as goldens; hostile words too."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.cards import Message
from bot.model import Flavour, Space
from bot.operations import Operation, Progress, Step, Verb, skipped
from bot.parsing import Names
from bot.render import hardware, modals, operation_replies, operations, provisioning
from bot.render.modals import Errand
from bot.render.provisioning import Recipe
from tests.goldens import check, check_view
from tests.limits import complaints

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
THEN = NOW - timedelta(minutes=4)
TEAMS = tuple(f"acme/if-team-{n}" for n in range(1, 31))
NAMES = Names.of(TEAMS, "if-")
FLEET = {id: Space(id, "RUNNING", "cpu-basic", "docker") for id in TEAMS[:2]}
ARGS = {"template": "acme/if-template"}
RECIPE = Recipe("acme/if-template", {"TEAM_NAME": "{team}", "COLOUR": "blue"}, ("API_KEY", "DB"))
CLASS = Operation(
    Verb.PROVISION, tuple(Step(id) for id in TEAMS), "U1", "C1", THEN, id=17, args=ARGS
)
REPAIR = replace(CLASS, steps=CLASS.steps[:1])
MIXED = replace(CLASS, steps=(skipped(CLASS.steps[0], ""), *CLASS.steps[1:]))
UNDER_WAY = (
    skipped(Step(TEAMS[0], stage="RUNNING"), "there already, and nothing is missing"),
    Step(TEAMS[1], Progress.DONE, "was there; added API_KEY", "RUNNING", "RUNNING"),
    Step(TEAMS[2], Progress.SENT, accepted=True),
    Step(TEAMS[3], Progress.SENT, stage="BUILDING", accepted=True),
    Step(TEAMS[4], Progress.FAILED, "The plan does not pay for this: “PRO”."),
    Step(TEAMS[5]),
)
NOT_BUILT = Step(
    TEAMS[0],
    Progress.SENT,
    "Committed. The Hub hasn't started building it; the old version is still serving.",
    stage="RUNNING",
)
ENDED = tuple(s for s in UNDER_WAY if s.settled)
PLAN = (
    "The owner's plan does not pay for this: “Private Spaces beyond the first 20 need a Team or "
    "an Enterprise plan for the organisation acme”. Nothing was changed. Change the plan, or "
    "ask for something it covers."
)
LIMIT = "The Hub takes no more requests from us for {} s. Nothing was done. Try again after that."
HELD_UP = (
    Step(TEAMS[0], Progress.FAILED, PLAN),
    Step(TEAMS[1], note="It is busy: “another conflicting operation is in progress”."),
    *(Step(id, note=LIMIT.format(300 - n)) for n, id in enumerate(TEAMS[2:14])),
    *(Step(id) for id in TEAMS[14:]),
)

FLAVOURS = (
    Flavour("t4-small", "Nvidia T4 - small", "4 vCPU", "15 GB", "1 T4 16 GB", 0.4),
    Flavour("cpu-basic", "CPU Basic", "2 vCPU", "16 GB"),
)
SPACES = [
    Space("acme/if-team-1", "RUNNING", "t4-small", "docker"),
    Space("acme/if-team-2", "PAUSED", "cpu-basic", "docker"),
    Space("acme/if-team-3", "RUNNING", None, "static"),
]
MOVE = Operation(
    Verb.HARDWARE,
    (Step(TEAMS[0], Progress.DONE), Step(TEAMS[1], Progress.FAILED, "HTTP 402")),
    "U1",
    "C1",
    THEN,
    args={"flavour": "t4-small"},
)
ASLEEP = replace(MOVE, verb=Verb.SLEEP, args={"seconds": "3600", "time": "1h"})
EMPTY = replace(
    MOVE, verb=Verb.CREATE, steps=MOVE.steps[1:], args={"sdk": "gradio", "visibility": "public"}
)


def asked(operation: Operation, recipe: Recipe = RECIPE) -> Message:
    why = provisioning.preview(operation, FLEET, recipe, NAMES)
    return operation_replies.question(operation, why, operation.id)


CASES = {
    "provision_asked": asked(CLASS),
    "provision_asked_to_repair": asked(REPAIR),
    "provision_asked_while_busy": asked(MIXED),
    "provision_asked_with_much": asked(
        CLASS,
        Recipe(
            "acme/if-template",
            {f"VARIABLE_{n}": "{team}" for n in range(12)},
            [f"SECRET_{n}" for n in range(11)],
            {"VARIABLE_1": "not this one", "MODE": "exam", "NOTE": "x" * 200},
        ),
    ),
    "provision_asked_about_the_unknown": asked(CLASS, replace(RECIPE, own=None)),
    "provision_asked_without_a_recipe": asked(CLASS, Recipe("acme/if-template", {}, ())),
    "provision_midway": operations.card(replace(CLASS, steps=UNDER_WAY), NAMES, NOW),
    "provision_held_up": operations.card(replace(CLASS, steps=HELD_UP), NAMES, NOW),
    "provision_ended": operations.card(replace(CLASS, steps=ENDED), NAMES, NOW),
    "provision_closing": operations.closing(replace(CLASS, steps=ENDED), NAMES, NOW),
    "provision_begun": operation_replies.begun(CLASS),
    "hardware_table": hardware.table(FLAVOURS, SPACES, NAMES),
    "hardware_asked": operation_replies.question(
        replace(MOVE, steps=(Step(TEAMS[0]), Step(TEAMS[1]))),
        hardware.doubt(SPACES[:2], FLAVOURS[0], NAMES),
        18,
    ),
    "hardware_asked_for_free": operation_replies.question(
        replace(MOVE, steps=(Step(TEAMS[0]),)), hardware.doubt(SPACES[:1], FLAVOURS[1], NAMES), 18
    ),
    "hardware_ended": operations.card(MOVE, NAMES, NOW),
    "sleep_ended": operations.card(ASLEEP, NAMES, NOW),
    "sleep_needless": operation_replies.needless(
        replace(
            ASLEEP,
            steps=(
                skipped(Step(TEAMS[0]), Verb.SLEEP.rule.needless(SPACES[1], {"seconds": "3600"})),
            ),
        ),
        NAMES,
    ),
    "create_ended": operations.card(EMPTY, NAMES, NOW),
    "create_needless": operation_replies.needless(
        replace(EMPTY, steps=(skipped(Step(TEAMS[0]), "there already"),)), NAMES
    ),
    "upload_not_built": operations.card(
        replace(EMPTY, verb=Verb.UPLOAD, steps=(NOT_BUILT,), args={"commit": "https://hub.test/c"}),
        NAMES,
        NOW,
    ),
    "upload_goes_on": operations.card(
        replace(EMPTY, verb=Verb.UPLOAD, steps=UNDER_WAY[3:4], args={"commit": ""}), NAMES, NOW
    ),
    "upload_ended": operations.card(replace(EMPTY, verb=Verb.UPLOAD, args={}), NAMES, NOW),
}


@pytest.mark.parametrize("name", CASES)
def test_golden(name: str) -> None:
    check(f"answers/{name}", CASES[name])


def test_golden_of_the_form() -> None:
    view = modals.carrying(provisioning.form("acme/if-template"), Errand("provision", "C1"))

    check_view("forms/provision", view)


def test_only_the_names_of_secrets_are_told() -> None:
    assert "`API_KEY`" in str(CASES["provision_asked"].blocks)


HOSTILE = "<!channel> <@U1> *b* `c` \u202e" * 20


def test_hostile_and_many_values_stay_within_slacks_limits() -> None:
    ids = [f"acme/{'x' * 90}-{n}" for n in range(500)]
    names = Names.of(ids)
    recipe = Recipe(
        HOSTILE,
        {f"K{n}": HOSTILE for n in range(100)},
        [f"S{n}" * 30 for n in range(100)],
        {f"T{n}": HOSTILE for n in range(100)},
    )
    many = replace(CLASS, steps=tuple(Step(id) for id in ids))
    flavours = [Flavour(f"f{n}", HOSTILE, HOSTILE, HOSTILE, HOSTILE, 1.0) for n in range(60)]
    spaces = [Space(id, "RUNNING", HOSTILE) for id in ids]
    fleet = {id: space for id, space in zip(ids, spaces, strict=True) if id != ids[0]}
    messages = [
        operation_replies.question(many, provisioning.preview(many, fleet, recipe, names), 1),
        hardware.table(flavours, spaces, names),
        operation_replies.question(many, hardware.doubt(spaces, flavours[0], names), 1),
    ]

    for message in messages:
        assert complaints(message) == []
        assert "<!channel>" not in str(message.blocks)
        assert "\u202e" not in str(message.blocks)
