"""Every message stays within Slack's limits for huge and hostile text."""

import json
from dataclasses import replace

import pytest

from bot.audit import AskState, AuditEntry, AuditResult
from bot.errors import UsageError
from bot.hub_facts import Flavor, SpaceDetails, SpaceSettings, Staleness, Template
from bot.model import CheckResult, KeyKind, Source, Space
from bot.operations import Operation, Step, StepState, Verb
from bot.parsing import NameIndex
from bot.queries import AuditQuery
from bot.render import (
    audit,
    bulk_results,
    confirmations,
    diagnostics,
    fleet,
    hardware,
    logs,
    operation_replies,
    operations,
    provisioning,
    replies,
    secrets_and_variables,
    space_details,
    uploads,
)
from bot.render.provisioning import ProvisionSpec
from bot.render.uploads import UploadProgress
from bot.uploads import UploadPlan
from tests.slack_limits import view_violations, violations
from tests.unit.render.fleet_samples import NOW, VERBS
from tests.unit.render.provisioning_samples import PROVISION

HOSTILE = "<!channel> <@U1> *b* `c` <http://x|y> \u202edesrever @here & \x07" * 200
HOSTILE_ENTRY = AuditEntry(NOW, "U1", HOSTILE, Source.COMMAND, "C1", AskState.ACTED, HOSTILE)


@pytest.mark.parametrize("many", [1, 11, 500])
def test_huge_and_hostile_values_stay_within_slack_limits(many: int) -> None:
    ids = [f"acme/{'x' * 80}-{n}" for n in range(many)]
    names = NameIndex.of(ids)
    phrases = bulk_results.ResultPhrases(
        f"{'K' * 100} set on {{}}", f"{'K' * 100} not set on {{}}", "U1", HOSTILE[:99]
    )
    plan = UploadPlan({f"{HOSTILE[:200]}{n}": b"" for n in range(many)}, (HOSTILE,) * many)
    messages = [
        bulk_results.card(phrases, dict.fromkeys(ids, HOSTILE), names),
        secrets_and_variables.secret_list({id: ["K" * 100] * many for id in ids}, names),
        secrets_and_variables.variable_list(
            {id: {f"K{n}": HOSTILE for n in range(many)} for id in ids}, names
        ),
        uploads.card(
            names,
            ids[0],
            plan,
            "U1",
            UploadProgress(["K" * 100] * many, "K" * 100, ["K" * 100] * many),
        ),
        uploads.failed_card(names, ids[0], "U1", HOSTILE, ["K" * 100] * many),
        uploads.outcome_unknown_card(names, ids[0], "U1", HOSTILE, ["K" * 100] * many),
    ]
    views = [
        secrets_and_variables.secret_form("K" * 100, ids, many),
        secrets_and_variables.variable_form("K" * 100, ids, many, "v" * 5000),
        secrets_and_variables.delete_form(KeyKind.VARIABLE, "K" * 100, ids, many),
        uploads.form(
            names, None, note=uploads.missing_secrets_note(["K" * 100] * many, is_known=True)
        ),
        confirmations.delete_form(Space(ids[0], HOSTILE[:40])),
    ]

    for message in messages:
        assert violations(message) == []
    for view in views:
        assert view_violations(view) == []
    assert "<!channel>" not in json.dumps(
        [m.blocks for m in messages] + [v["blocks"] for v in views]
    )


def test_hostile_and_many_values_stay_within_slack_limits() -> None:
    ids = [f"acme/{'x' * 90}-{n}" for n in range(500)]
    names = NameIndex.of(ids)
    spec = ProvisionSpec(
        Template(
            Space(HOSTILE, "PAUSED"),
            {f"T{n}": HOSTILE for n in range(100)},
            tuple(f"T{n}" * 30 for n in range(100)),
            SpaceSettings(requested_hardware=HOSTILE, volumes=(HOSTILE,) * 20),
            owner_plan="free",
        ),
        {f"K{n}": HOSTILE for n in range(100)},
        [f"S{n}" * 30 for n in range(100)],
    )
    many = replace(PROVISION, steps=tuple(Step(id) for id in ids))
    flavors = [Flavor(f"f{n}", HOSTILE, HOSTILE, HOSTILE, HOSTILE, 1.0) for n in range(60)]
    spaces = [Space(id, "RUNNING", HOSTILE) for id in ids]
    fleet = {id: space for id, space in zip(ids, spaces, strict=True) if id != ids[0]}
    messages = [
        operation_replies.confirmation(
            many, provisioning.preview(many, fleet, spec, names), 1, names
        ),
        hardware.table(flavors, spaces, names),
        operation_replies.confirmation(
            many, hardware.confirmation_warning(spaces, flavors[0], names), 1, names
        ),
    ]

    for message in messages:
        assert violations(message) == []
        assert "<!channel>" not in str(message.blocks)
        assert "\u202e" not in str(message.blocks)


def hostile_space(n: int) -> Space:
    return Space(f"acme/{'x' * 90}-{n}", "BUILD_ERROR", error=HOSTILE, host="https://x.hf.space")


@pytest.mark.parametrize("many", [1, 11, 500])
def test_huge_and_hostile_fleets_stay_within_slack_limits(many: int) -> None:
    spaces = [hostile_space(n) for n in range(many)]
    names = NameIndex.of([space.id for space in spaces])
    steps = tuple(Step(s.id, StepState.FAILED, HOSTILE, stage="RUNTIME_ERROR") for s in spaces)
    operation = Operation(Verb.WAKE, steps, "U1", "C1", NOW)
    messages = [
        fleet.status(spaces, names, VERBS, Staleness(NOW), "/space"),
        space_details.card(SpaceDetails(spaces[0], NOW), names.short_name(spaces[0].id), VERBS),
        logs.card(logs.Log(HOSTILE[:180], "RUNNING", [HOSTILE] * many, is_build=True), 5000)[0],
        audit.report(
            AuditResult((HOSTILE_ENTRY,) * many),
            AuditQuery(),
        ),
        diagnostics.report([CheckResult(HOSTILE, HOSTILE)] * many),
        replies.file_dm(HOSTILE, "C1"),
        fleet.urls(spaces, names, None, "/space"),
        operations.card(operation, names, NOW, HOSTILE),
        operations.final_reply(operation, names, NOW),
        operation_replies.nothing_to_do(operation, names),
        replies.refusal(UsageError(HOSTILE, "wake all")),
        replies.interrupted(HOSTILE),
    ]

    for message in messages:
        assert violations(message) == []
        assert "<!channel>" not in str(message.blocks)
        assert "\u202e" not in str(message.blocks)
