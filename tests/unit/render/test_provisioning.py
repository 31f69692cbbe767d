"""Provisioning: form, preview and cards."""

from dataclasses import replace

import pytest

from bot.cards import Message
from bot.hub_facts import SpaceSettings, Template
from bot.model import Space
from bot.operations import Operation, SkipReason, Step, StepState, Verb, skip
from bot.render import modals, operation_replies, operations, provisioning
from bot.render.modals import FormMetadata
from bot.render.provisioning import ProvisionSpec
from tests.goldens import check_message, check_view
from tests.unit.render.provisioning_samples import NAMES, NOW, PROVISION, STEPS_IN_PROGRESS, TEAMS

FLEET = {id: Space(id, "RUNNING", "cpu-basic", "docker") for id in TEAMS[:2]}
SPACE = Space("acme/if-template", "PAUSED", "cpu-basic", "docker")
TEMPLATE = Template(SPACE, {}, ())
RICH = Template(
    SPACE,
    {"VARIABLE_1": "not this one", "MODE": "exam", "NOTE": "x" * 200},
    ("API_KEY", "SECRET_1"),
    SpaceSettings(requested_hardware="t4-small", volumes=("acme/data at /data",)),
    owner_plan="free",
)
SPEC = ProvisionSpec(TEMPLATE, {"TEAM_NAME": "{team}", "COLOUR": "blue"}, ("API_KEY", "DB"))
REPAIR = replace(PROVISION, steps=PROVISION.steps[:1])
MIXED = replace(
    PROVISION, steps=(skip(PROVISION.steps[0], SkipReason.BUSY, Verb.WAKE), *PROVISION.steps[1:])
)
FINISHED_STEPS = tuple(s for s in STEPS_IN_PROGRESS if s.is_finished)


PLAN_ERROR = (
    "The owner's plan doesn't include this: “Private Spaces beyond the first 20 need a Team "
    "or an Enterprise plan for the organisation acme”. Nothing changed. Upgrade the plan, or "
    "choose something it includes."
)


RATE_LIMIT_NOTE = (
    "Hugging Face is rate-limiting us until 12:0{}:00 UTC. Nothing changed. Try again then."
)


DELAYED_STEPS = (
    Step(TEAMS[0], StepState.FAILED, PLAN_ERROR),
    Step(TEAMS[1], message="It is busy: “another conflicting operation is in progress”."),
    *(
        Step(id, message=RATE_LIMIT_NOTE.format(n % 10), limited_since=NOW)
        for n, id in enumerate(TEAMS[2:14])
    ),
    *(Step(id) for id in TEAMS[14:]),
)


def confirmation_of(operation: Operation, spec: ProvisionSpec = SPEC) -> Message:
    warning = provisioning.preview(operation, FLEET, spec, NAMES)
    return operation_replies.confirmation(operation, warning, operation.id, NAMES)


CASES: dict[str, Message] = {
    "provision_confirmation": confirmation_of(PROVISION),
    "provision_confirmation_of_repair": confirmation_of(REPAIR),
    "provision_confirmation_while_busy": confirmation_of(MIXED),
    "provision_confirmation_long": confirmation_of(
        PROVISION,
        ProvisionSpec(
            RICH,
            {f"VARIABLE_{n}": "{team}" for n in range(12)},
            [f"SECRET_{n}" for n in range(11)],
        ),
    ),
    "provision_confirmation_unknown": confirmation_of(
        PROVISION, replace(SPEC, template=Template(SPACE))
    ),
    "provision_confirmation_without_spec": confirmation_of(
        PROVISION, ProvisionSpec(TEMPLATE, {}, ())
    ),
    "provision_in_progress": operations.card(
        replace(PROVISION, steps=STEPS_IN_PROGRESS), NAMES, NOW
    ),
    "provision_delayed": operations.card(replace(PROVISION, steps=DELAYED_STEPS), NAMES, NOW),
    "provision_finished": operations.card(replace(PROVISION, steps=FINISHED_STEPS), NAMES, NOW),
    "provision_reply": operations.final_reply(replace(PROVISION, steps=FINISHED_STEPS), NAMES, NOW),
    "provision_started": operation_replies.started(PROVISION, NAMES),
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
    assert "`API_KEY`" in str(CASES["provision_confirmation"].blocks)


def test_static_copies_are_free_under_any_plan() -> None:
    static = replace(RICH, space=replace(SPACE, sdk="static"))

    assert "no paid plan" in provisioning.plan_warning("acme", RICH)
    assert provisioning.plan_warning("acme", static) == ""
    assert provisioning.plan_warning("acme", replace(RICH, owner_plan="team")) == ""
    assert provisioning.plan_warning("acme", replace(RICH, owner_plan="")) == ""
