"""Golden files of provisioning and hardware messages, with hostile values."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.cards import Message
from bot.model import Flavor, Space
from bot.operations import Operation, SkipReason, Step, StepState, Verb, skip
from bot.parsing import NameIndex
from bot.render import hardware, modals, operation_replies, operations, provisioning
from bot.render.modals import FormMetadata
from bot.render.provisioning import ProvisionSpec
from tests.goldens import check_message, check_view
from tests.slack_limits import violations

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
STARTED_AT = NOW - timedelta(minutes=4)
TEAMS = tuple(f"acme/if-team-{n}" for n in range(1, 31))
NAMES = NameIndex.of(TEAMS, "if-")
FLEET = {id: Space(id, "RUNNING", "cpu-basic", "docker") for id in TEAMS[:2]}
ARGS = {"template": "acme/if-template"}
SPEC = ProvisionSpec(
    "acme/if-template", {"TEAM_NAME": "{team}", "COLOUR": "blue"}, ("API_KEY", "DB")
)
PROVISION = Operation(
    Verb.PROVISION, tuple(Step(id) for id in TEAMS), "U1", "C1", STARTED_AT, id=17, args=ARGS
)
REPAIR = replace(PROVISION, steps=PROVISION.steps[:1])
MIXED = replace(
    PROVISION, steps=(skip(PROVISION.steps[0], SkipReason.BUSY, Verb.WAKE), *PROVISION.steps[1:])
)
STEPS_IN_PROGRESS = (
    skip(Step(TEAMS[0], stage="RUNNING"), SkipReason.COMPLETE),
    Step(TEAMS[1], StepState.DONE, "was there; added API_KEY", "RUNNING", "RUNNING"),
    Step(TEAMS[2], StepState.SENT, accepted=True),
    Step(TEAMS[3], StepState.SENT, stage="BUILDING", accepted=True),
    Step(TEAMS[4], StepState.FAILED, "The plan does not pay for this: “PRO”."),
    Step(TEAMS[5]),
)
NOT_BUILT = Step(
    TEAMS[0],
    StepState.SENT,
    "Committed. The Hub hasn't started building it; the old version is still serving.",
    stage="RUNNING",
)
FINISHED_STEPS = tuple(s for s in STEPS_IN_PROGRESS if s.is_finished)
PLAN_ERROR = (
    "The owner's plan does not pay for this: “Private Spaces beyond the first 20 need a Team or "
    "an Enterprise plan for the organisation acme”. Nothing was changed. Change the plan, or "
    "ask for something it covers."
)
RATE_LIMIT_NOTE = (
    "The Hub takes no more requests from us for {} s. Nothing was done. Try again after that."
)
DELAYED_STEPS = (
    Step(TEAMS[0], StepState.FAILED, PLAN_ERROR),
    Step(TEAMS[1], message="It is busy: “another conflicting operation is in progress”."),
    *(
        Step(id, message=RATE_LIMIT_NOTE.format(300 - n), limited_since=NOW)
        for n, id in enumerate(TEAMS[2:14])
    ),
    *(Step(id) for id in TEAMS[14:]),
)

FLAVORS = (
    Flavor("t4-small", "Nvidia T4 - small", "4 vCPU", "15 GB", "1 T4 16 GB", 0.4),
    Flavor("cpu-basic", "CPU Basic", "2 vCPU", "16 GB"),
)
SPACES = [
    Space("acme/if-team-1", "RUNNING", "t4-small", "docker"),
    Space("acme/if-team-2", "PAUSED", "cpu-basic", "docker"),
    Space("acme/if-team-3", "RUNNING", None, "static"),
]
HARDWARE_CHANGE = Operation(
    Verb.HARDWARE,
    (Step(TEAMS[0], StepState.DONE), Step(TEAMS[1], StepState.FAILED, "HTTP 402")),
    "U1",
    "C1",
    STARTED_AT,
    args={"flavor": "t4-small"},
)
SLEEP = replace(HARDWARE_CHANGE, verb=Verb.SLEEP, args={"seconds": "3600", "time": "1h"})
CREATE = replace(
    HARDWARE_CHANGE,
    verb=Verb.CREATE,
    steps=HARDWARE_CHANGE.steps[1:],
    args={"sdk": "gradio", "visibility": "public"},
)


def confirmation_of(operation: Operation, spec: ProvisionSpec = SPEC) -> Message:
    warning = provisioning.preview(operation, FLEET, spec, NAMES)
    return operation_replies.confirmation(operation, warning, operation.id)


CASES = {
    "provision_asked": confirmation_of(PROVISION),
    "provision_asked_to_repair": confirmation_of(REPAIR),
    "provision_asked_while_busy": confirmation_of(MIXED),
    "provision_asked_with_much": confirmation_of(
        PROVISION,
        ProvisionSpec(
            "acme/if-template",
            {f"VARIABLE_{n}": "{team}" for n in range(12)},
            [f"SECRET_{n}" for n in range(11)],
            {"VARIABLE_1": "not this one", "MODE": "exam", "NOTE": "x" * 200},
        ),
    ),
    "provision_asked_about_the_unknown": confirmation_of(
        PROVISION, replace(SPEC, template_variables=None)
    ),
    "provision_asked_without_a_recipe": confirmation_of(
        PROVISION, ProvisionSpec("acme/if-template", {}, ())
    ),
    "provision_midway": operations.card(replace(PROVISION, steps=STEPS_IN_PROGRESS), NAMES, NOW),
    "provision_held_up": operations.card(replace(PROVISION, steps=DELAYED_STEPS), NAMES, NOW),
    "provision_ended": operations.card(replace(PROVISION, steps=FINISHED_STEPS), NAMES, NOW),
    "provision_closing": operations.final_reply(
        replace(PROVISION, steps=FINISHED_STEPS), NAMES, NOW
    ),
    "provision_begun": operation_replies.started(PROVISION),
    "hardware_table": hardware.table(FLAVORS, SPACES, NAMES),
    "hardware_asked": operation_replies.confirmation(
        replace(HARDWARE_CHANGE, steps=(Step(TEAMS[0]), Step(TEAMS[1]))),
        hardware.confirmation_warning(SPACES[:2], FLAVORS[0], NAMES),
        18,
    ),
    "hardware_asked_for_free": operation_replies.confirmation(
        replace(HARDWARE_CHANGE, steps=(Step(TEAMS[0]),)),
        hardware.confirmation_warning(SPACES[:1], FLAVORS[1], NAMES),
        18,
    ),
    "hardware_ended": operations.card(HARDWARE_CHANGE, NAMES, NOW),
    "sleep_ended": operations.card(SLEEP, NAMES, NOW),
    "sleep_needless": operation_replies.nothing_to_do(
        replace(
            SLEEP,
            steps=(skip(Step(TEAMS[0]), SkipReason.FREE_HARDWARE),),
        ),
        NAMES,
    ),
    "create_ended": operations.card(CREATE, NAMES, NOW),
    "create_needless": operation_replies.nothing_to_do(
        replace(CREATE, steps=(skip(Step(TEAMS[0]), SkipReason.EXISTS),)), NAMES
    ),
    "upload_not_built": operations.card(
        replace(
            CREATE, verb=Verb.UPLOAD, steps=(NOT_BUILT,), args={"commit": "https://hub.test/c"}
        ),
        NAMES,
        NOW,
    ),
    "upload_goes_on": operations.card(
        replace(CREATE, verb=Verb.UPLOAD, steps=STEPS_IN_PROGRESS[3:4], args={"commit": ""}),
        NAMES,
        NOW,
    ),
    "upload_ended": operations.card(replace(CREATE, verb=Verb.UPLOAD, args={}), NAMES, NOW),
}


@pytest.mark.parametrize("name", CASES)
def test_message_matches_its_golden(name: str) -> None:
    check_message(f"answers/{name}", CASES[name])


def test_form_matches_its_golden() -> None:
    view = modals.with_metadata(
        provisioning.form("acme/if-template"), FormMetadata("provision", "C1")
    )

    check_view("forms/provision", view)


def test_preview_names_the_secrets() -> None:
    assert "`API_KEY`" in str(CASES["provision_asked"].blocks)


HOSTILE = "<!channel> <@U1> *b* `c` \u202e" * 20


def test_hostile_and_many_values_stay_within_slack_limits() -> None:
    ids = [f"acme/{'x' * 90}-{n}" for n in range(500)]
    names = NameIndex.of(ids)
    spec = ProvisionSpec(
        HOSTILE,
        {f"K{n}": HOSTILE for n in range(100)},
        [f"S{n}" * 30 for n in range(100)],
        {f"T{n}": HOSTILE for n in range(100)},
    )
    many = replace(PROVISION, steps=tuple(Step(id) for id in ids))
    flavors = [Flavor(f"f{n}", HOSTILE, HOSTILE, HOSTILE, HOSTILE, 1.0) for n in range(60)]
    spaces = [Space(id, "RUNNING", HOSTILE) for id in ids]
    fleet = {id: space for id, space in zip(ids, spaces, strict=True) if id != ids[0]}
    messages = [
        operation_replies.confirmation(many, provisioning.preview(many, fleet, spec, names), 1),
        hardware.table(flavors, spaces, names),
        operation_replies.confirmation(
            many, hardware.confirmation_warning(spaces, flavors[0], names), 1
        ),
    ]

    for message in messages:
        assert violations(message) == []
        assert "<!channel>" not in str(message.blocks)
        assert "\u202e" not in str(message.blocks)
