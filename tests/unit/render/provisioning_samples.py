"""Helpers of the tests in this folder."""

from datetime import UTC, datetime, timedelta

from bot.model import Space
from bot.operations import Operation, SkipReason, Step, StepState, Verb, skip
from bot.parsing import NameIndex

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
STARTED_AT = NOW - timedelta(minutes=4)
TEAMS = tuple(f"acme/if-team-{n}" for n in range(1, 31))
NAMES = NameIndex.of(TEAMS, "if-")
ARGS = {"template": "acme/if-template"}
PROVISION = Operation(
    Verb.PROVISION, tuple(Step(id) for id in TEAMS), "U1", "C1", STARTED_AT, id=17, args=ARGS
)


STEPS_IN_PROGRESS = (
    skip(Step(TEAMS[0], stage="RUNNING"), SkipReason.COMPLETE),
    Step(TEAMS[1], StepState.DONE, "already existed; added API_KEY", "RUNNING", "RUNNING"),
    Step(TEAMS[2], StepState.SENT, accepted=True),
    Step(TEAMS[3], StepState.SENT, stage="BUILDING", accepted=True),
    Step(
        TEAMS[4],
        StepState.FAILED,
        "The owner's plan doesn't include this: “PRO”. Upgrade the plan.",
    ),
    Step(TEAMS[5]),
)


SPACES = [
    Space("acme/if-team-1", "RUNNING", "t4-small", "docker"),
    Space("acme/if-team-2", "PAUSED", "cpu-basic", "docker"),
    Space("acme/if-team-3", "RUNNING", None, "static"),
]


HARDWARE_CHANGE = Operation(
    Verb.HARDWARE,
    (
        Step(TEAMS[0], StepState.DONE, sent_at=STARTED_AT, before={"flavor": "cpu-basic"}),
        Step(TEAMS[1], StepState.FAILED, "HTTP 402"),
    ),
    "U1",
    "C1",
    STARTED_AT,
    id=12,
    args={"flavor": "t4-small"},
)
