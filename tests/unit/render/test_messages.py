"""Golden files of replies, and Slack's limits for hostile and huge values."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.alerts.actions import Silence
from bot.alerts.incident import Ack, Mute
from bot.audit import AskState, AuditEntry, AuditResult
from bot.cards import Message
from bot.errors import Misunderstood, NotAllowed
from bot.model import CheckResult, Role, Source, Space, SpaceDetails
from bot.operations import Operation, SkipReason, Step, StepState, Verb, assess, skip, stop
from bot.parsing import NameIndex
from bot.queries import AuditQuery
from bot.render import (
    audit,
    confirmations,
    diagnostics,
    fleet,
    footnotes,
    logs,
    operation_replies,
    operations,
    replies,
    space_details,
)
from bot.render.replies import HelpEntry
from tests.goldens import check_message
from tests.slack_limits import violations

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)


SPACES = [
    Space("acme/if-a", "RUNNING", "cpu-basic", "docker", "https://acme-if-a.hf.space"),
    Space("acme/if-b", "SLEEPING", "cpu-basic", "gradio"),
    Space("acme/if-c", "BUILD_ERROR", error="ERROR: No matching distribution for torch==9.9\nmore"),
    Space("acme/if-d", "DREAMING"),
]


NAMES = NameIndex.of([space.id for space in SPACES], "if-")


STEPS = (
    skip(Step("acme/if-a", stage="RUNNING"), SkipReason.ALREADY_UP),
    Step("acme/if-b", StepState.SENT, stage="BUILDING"),
    Step("acme/if-c", StepState.FAILED, "BUILD_ERROR: torch==9.9", stage="BUILD_ERROR"),
    Step("acme/if-d", StepState.DONE, stage="RUNNING"),
)


WAKE = Operation(Verb.WAKE, STEPS, "U1", "C1", NOW - timedelta(minutes=4), id=17)
FINISHED = replace(WAKE, steps=(*STEPS[:1], replace(STEPS[1], state=StepState.DONE), *STEPS[2:]))
UNKNOWN_STEP = skip(Step("acme/if-d", stage="DREAMING"), SkipReason.UNKNOWN_STAGE)
UNKNOWN = replace(WAKE, steps=(UNKNOWN_STEP, STEPS[0], replace(STEPS[1], state=StepState.DONE)))
BUSY_STEP = skip(STEPS[1], SkipReason.BUSY, Verb.RESTART)
BUSY = replace(WAKE, steps=(BUSY_STEP,), verb=Verb.PAUSE)
WAITING = replace(WAKE, steps=(*STEPS, *(Step(f"acme/if-{n}") for n in range(15))))
STOPPED = stop(WAITING, "U2", NOW)


STOPPED_AND_FINISHED = replace(
    STOPPED,
    steps=(STOPPED.steps[0], replace(STEPS[1], state=StepState.DONE), *STOPPED.steps[2:]),
)


RATE_LIMIT_ERROR = "The Hub is rate-limiting us until 2026-03-03 06:00 UTC: “retry in 20 hours”."
RATE_LIMITED = replace(
    WAKE, steps=tuple(Step(f"acme/if-{n}", StepState.FAILED, RATE_LIMIT_ERROR) for n in range(30))
)
PAUSE = Operation(Verb.PAUSE, (Step("acme/if-a"),), "U1", "C1", NOW, id=18)


def warning(
    verb: Verb, spaces: Sequence[Space], prices: Mapping[str, float] | None = None
) -> list[str]:
    risk = assess(verb, spaces)
    assert risk
    return confirmations.warning(risk, NAMES, prices or {})


MANY = [replace(SPACES[0], id=f"acme/team-{n}") for n in range(1, 105)]
VERBS = ("logs", "wake", "restart", "rebuild", "pause", "url")


SILENCE = Silence(
    {id: Mute(id, NOW, "U1", NOW) for id in ("acme/if-a", "acme/if-b")},
    {"acme/if-c": Ack("U2", NOW)},
)


CASES = {
    "status": fleet.status(SPACES, NAMES, VERBS, None, "/space"),
    "status_of_some": fleet.status(SPACES[:2], NAMES, VERBS, None, "/space"),
    "status_for_a_student": fleet.status(SPACES, NAMES, ("status", "url"), None, "/space"),
    "status_stale": fleet.status(SPACES[:1], NAMES, VERBS, NOW, "/space"),
    "status_silenced": fleet.status(SPACES, NAMES, VERBS, None, "/space", silence=SILENCE),
    "status_of_nothing": fleet.no_spaces(("acme",), "/space"),
    "urls": fleet.urls(SPACES[:2], NAMES, None, "/space"),
    "urls_of_a_static_one": fleet.urls([replace(SPACES[0], sdk="static")], NAMES, None, "/space"),
    "urls_of_many": fleet.urls(MANY, NameIndex.of([space.id for space in MANY]), None, "/space"),
    "operation_midway": operations.card(WAKE, NAMES, NOW),
    "operation_held": operations.card(WAKE, NAMES, NOW, "The Hub does not answer."),
    "operation_ended": operations.card(FINISHED, NAMES, NOW),
    "operation_unknown": operations.card(UNKNOWN, NAMES, NOW),
    "operation_unknown_closing": operations.final_reply(UNKNOWN, NAMES, NOW),
    "operation_unknown_alone": operation_replies.nothing_to_do(
        replace(UNKNOWN, steps=UNKNOWN.steps[:1]), NAMES
    ),
    "operation_waiting": operations.card(WAITING, NAMES, NOW),
    "operation_stopped": operations.card(STOPPED, NAMES, NOW),
    "operation_stopped_and_over": operations.card(STOPPED_AND_FINISHED, NAMES, NOW),
    "operation_stopped_closing": operations.final_reply(STOPPED_AND_FINISHED, NAMES, NOW),
    "operation_stopped_reply": operation_replies.stop_reply(STOPPED),
    "operation_failed_alike": operations.card(RATE_LIMITED, NAMES, NOW),
    "operation_closing": operations.final_reply(FINISHED, NAMES, NOW),
    "operation_joined": operation_replies.already_running(WAKE, NOW),
    "operation_busy": operations.card(BUSY, NAMES, NOW),
    "operation_busy_alone": operation_replies.nothing_to_do(BUSY, NAMES),
    "operation_busy_closing": operations.final_reply(
        replace(BUSY, steps=(*BUSY.steps, Step("acme/if-a", StepState.DONE))), NAMES, NOW
    ),
    "operation_needless": operation_replies.nothing_to_do(replace(WAKE, steps=STEPS[:1]), NAMES),
    "question": operation_replies.confirmation(PAUSE, warning(Verb.PAUSE, SPACES[:1]), PAUSE.id),
    "question_paid": operation_replies.confirmation(
        PAUSE,
        warning(Verb.WAKE, [replace(SPACES[1], hardware="t4-small")], {"t4-small": 0.4}),
        PAUSE.id,
    ),
    "question_unknown": operation_replies.confirmation(
        replace(PAUSE, verb=Verb.RESTART),
        warning(Verb.RESTART, [SPACES[0], SPACES[3]]),
        PAUSE.id,
    ),
    "begun": operation_replies.started(PAUSE),
    "begun_too_late": operation_replies.started(BUSY),
    "dropped": operation_replies.cancelled(),
    "refusal": replies.refusal(NotAllowed("Only an operator may `wake`.")),
    "suggestion_with_a_key": replies.refusal(
        Misunderstood("Not all of these are Spaces.", "secret set team-a API_KEY")
    ),
    "suggestion": replies.refusal(Misunderstood("I know no Space `tem-a`.", "wake team-a")),
    "failure": replies.internal_error("1a2b3c4d"),
    "interrupted": replies.interrupted("wake all"),
    "interrupted_begun": replies.interrupted("delete team-a", is_started=True),
    "help": replies.help(
        [
            HelpEntry("wake <targets>", "Start what is asleep.", "wake all"),
            HelpEntry("url <targets>", "The addresses.", "url all", has_button=True),
        ],
        ("audit", "pause"),
        Role.VIEWER.title,
        "/space",
    ),
    "sent_directly": footnotes.sent_by_dm(operations.card(WAKE, NAMES, NOW), "not_in_channel"),
    "may_repeat": footnotes.may_repeat(Message("Team a crashed")),
}


@pytest.mark.parametrize("name", CASES)
def test_message_matches_its_golden(name: str) -> None:
    check_message(f"answers/{name}", CASES[name])


HOSTILE = "<!channel> <@U1> *b* `c` <http://x|y> \u202edesrever @here & \x07" * 200
HOSTILE_ENTRY = AuditEntry(NOW, "U1", HOSTILE, Source.COMMAND, "C1", AskState.ACTED, HOSTILE)


def hostile_space(n: int) -> Space:
    return Space(f"acme/{'x' * 90}-{n}", "BUILD_ERROR", error=HOSTILE, host="https://x.hf.space")


@pytest.mark.parametrize("many", [1, 11, 500])
def test_huge_and_hostile_fleets_stay_within_slack_limits(many: int) -> None:
    spaces = [hostile_space(n) for n in range(many)]
    names = NameIndex.of([space.id for space in spaces])
    steps = tuple(Step(s.id, StepState.FAILED, HOSTILE, stage="RUNTIME_ERROR") for s in spaces)
    operation = Operation(Verb.WAKE, steps, "U1", "C1", NOW)
    messages = [
        fleet.status(spaces, names, VERBS, NOW, "/space"),
        space_details.card(SpaceDetails(spaces[0], NOW), names.short_name(spaces[0].id), VERBS),
        logs.card(logs.Log(HOSTILE[:180], "RUNNING", [HOSTILE] * many, is_build=True), 5000)[0],
        audit.report(
            AuditResult(
                (AuditEntry(NOW, "U1", HOSTILE, Source.COMMAND, "C1", AskState.ACTED, HOSTILE),)
                * many
            ),
            AuditQuery(),
        ),
        diagnostics.report([CheckResult(HOSTILE, HOSTILE)] * many),
        replies.file_dm(HOSTILE, "C1"),
        fleet.urls(spaces, names, None, "/space"),
        operations.card(operation, names, NOW, HOSTILE),
        operations.final_reply(operation, names, NOW),
        operation_replies.nothing_to_do(operation, names),
        replies.refusal(Misunderstood(HOSTILE, "wake all")),
        replies.interrupted(HOSTILE),
    ]

    for message in messages:
        assert violations(message) == []
        assert "<!channel>" not in str(message.blocks)
        assert "\u202e" not in str(message.blocks)


@pytest.mark.parametrize("error_code", ["restricted_action", "restricted_action_read_only_channel"])
def test_restricted_channel_note_says_an_admin_may_allow_posting(error_code: str) -> None:
    noted = footnotes.sent_by_dm(Message("Waking 3 Spaces"), error_code)

    assert "I may not write in that channel." in str(noted.blocks[-1])


def test_long_list_counts_omitted_lines() -> None:
    error = "RuntimeError: " + "a word of the reason " * 13
    spaces = [
        Space(f"acme/{'x' * 90}-{n}", "RUNTIME_ERROR", error=error, host="https://x.hf.space")
        for n in range(60)
    ]
    names = NameIndex.of([space.id for space in spaces])

    status = fleet.status(spaces, names, VERBS, None, "/space")

    shown = str(status.blocks).count(":red_circle:")
    assert violations(status) == []
    assert 10 < shown < 40
    assert f"… and {60 - shown} more." in str(status.blocks)
