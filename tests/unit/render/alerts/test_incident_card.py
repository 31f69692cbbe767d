"""Cards of one incident."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.alerts.incident import Ack, Diagnosis
from bot.alerts.problems import ProblemKind
from bot.alerts.reasons import Reason, ReasonCode
from bot.cards import Message
from bot.causes import CauseId
from bot.render.alerts import incident_card
from tests import goldens
from tests.unit.render.alerts.samples import (
    ASLEEP,
    AT,
    BROKEN,
    CONTEXT,
    MUTED_CONTEXT,
    REMINDER,
    RESOLVED,
    UNRESPONSIVE,
    in_stage,
)

TRACEBACK = """Exit code: 1. Reason: Traceback (most recent call last):
  File "/home/user/app/main.py", line 23, in <module>
    model = load_model(os.environ['MODEL_REPO_ID'])
  File "/home/user/app/model.py", line 41, in load_model
    return torch.load(weights, map_location=device)
  File "/usr/lib/python3/site-packages/torch/serialization.py", line 9, in load
    raise OutOfMemoryError(size)
torch.OutOfMemoryError: CUDA out of memory. Tried to allocate 2.00 GiB"""


DIAGNOSIS = Diagnosis(
    ("ERROR: Could not find a version that satisfies the requirement torch==9.9",),
    CauseId.DEPENDENCY_CONFLICT,
    "ERROR: Could not find a version that satisfies the requirement torch==9.9",
)


RECOVERING = Reason(ReasonCode.RECOVERING, ProblemKind.FAILED, stage="BUILDING")
# One error for each kind of move.
MOVES = {
    "team": ("RUNTIME_ERROR", "No @spaces.GPU function detected during startup"),
    "staff": ("RUNTIME_ERROR", "Exit code: 1. Reason: bye\nKeyError: 'OPENAI_API_KEY'"),
    "billing": ("PAUSED", "You’ve reached your hardware quota limit across all your Spaces!"),
    "platform": ("RUNTIME_ERROR", "Scheduling failure: unable to schedule"),
    "moderation": ("PAUSED", "Flagged as abusive: Blocked by abuse-handler by rule: <!here>"),
}
BUSY = replace(
    CONTEXT,
    verbs=CONTEXT.verbs | {"hardware", "secret set", "upload"},
    pausable=(*(f"acme/if-team-{n}" for n in range(2, 9)), "other/if-x"),
)


CARDS: dict[str, Message] = {
    **{
        f"move_{move}": incident_card.card(in_stage(BROKEN, stage, error=error), BUSY)
        for move, (stage, error) in MOVES.items()
    },
    "static_build_failed": incident_card.card(
        BROKEN, replace(BUSY, statics=frozenset({BROKEN.space}))
    ),
    "broken": incident_card.card(BROKEN, CONTEXT, REMINDER),
    "broken_with_log": incident_card.card(replace(BROKEN, diagnosis=DIAGNOSIS), CONTEXT, REMINDER),
    "broken_by_a_push": incident_card.card(
        replace(
            BROKEN,
            diagnosis=replace(
                DIAGNOSIS, pushed_by="<!here> ana", pushed_at=AT - timedelta(minutes=2)
            ),
        ),
        CONTEXT,
    ),
    "broken_acked": incident_card.card(replace(BROKEN, ack=Ack("UANA", AT)), CONTEXT),
    "broken_muted": incident_card.card(BROKEN, MUTED_CONTEXT),
    "crashed": incident_card.card(in_stage(BROKEN, "RUNTIME_ERROR"), CONTEXT, REMINDER),
    "crashed_with_traceback": incident_card.card(
        in_stage(BROKEN, "RUNTIME_ERROR", error=TRACEBACK), CONTEXT, REMINDER
    ),
    "asleep": incident_card.card(ASLEEP, CONTEXT, REMINDER),
    "paused": incident_card.card(
        in_stage(ASLEEP, "PAUSED", problem=ProblemKind.PAUSED), CONTEXT, REMINDER
    ),
    "unresponsive": incident_card.card(UNRESPONSIVE, CONTEXT, REMINDER),
    "unresponsive_fixed": incident_card.card(replace(UNRESPONSIVE, **RESOLVED), CONTEXT),
    "lagging_commit": incident_card.card(
        replace(
            UNRESPONSIVE,
            problem=ProblemKind.STUCK,
            error="its newest commit isn't served",
            reason=Reason(ReasonCode.PROBLEM, ProblemKind.STUCK, stage="RUNNING"),
        ),
        CONTEXT,
    ),
    "stuck": incident_card.card(
        replace(
            ASLEEP,
            problem=ProblemKind.STUCK,
            stage="BUILDING",
            reason=Reason(ReasonCode.PROBLEM, ProblemKind.STUCK, stage="BUILDING"),
        ),
        CONTEXT,
        REMINDER,
    ),
    "unknown": incident_card.card(
        in_stage(ASLEEP, "DREAMING", problem=ProblemKind.UNKNOWN), CONTEXT, REMINDER
    ),
    "missing": incident_card.card(
        replace(
            ASLEEP,
            problem=ProblemKind.MISSING,
            reason=Reason(ReasonCode.MISSING, ProblemKind.MISSING),
        ),
        CONTEXT,
    ),
    "recovering": incident_card.card(
        replace(BROKEN, stage="BUILDING", reason=RECOVERING), CONTEXT, REMINDER
    ),
    "flapping": incident_card.card(replace(BROKEN, flapping_since=AT), CONTEXT),
    "fixed": incident_card.card(replace(BROKEN, **RESOLVED), CONTEXT),
    "fixed_during_gap": incident_card.card(replace(BROKEN, **RESOLVED, gap_since=AT), CONTEXT),
    "fixed_reply": incident_card.recovery_reply(replace(BROKEN, **RESOLVED), CONTEXT),
    "escalation_reply": incident_card.escalation_reply(BROKEN, CONTEXT),
    "moved_to_group": incident_card.moved_to_group(BROKEN, 4, CONTEXT),
    "without_other_verbs": incident_card.card(
        BROKEN, replace(CONTEXT, verbs=frozenset({"rebuild"})), REMINDER
    ),
}


@pytest.mark.parametrize("name", CARDS)
def test_message_matches_its_golden(name: str) -> None:
    goldens.check_card(f"alerts/{name}", CARDS[name])


def test_commit_after_the_failure_or_without_an_author_is_not_blamed_on_anyone() -> None:
    def facts(**values: Any) -> str:
        broken = replace(BROKEN, diagnosis=replace(DIAGNOSIS, **values))
        return str(incident_card.card(broken, CONTEXT).blocks)

    assert "pushed 3 min before" in facts(pushed_at=AT - timedelta(minutes=3))
    assert "pushed" not in facts(pushed_by="ana", pushed_at=AT + timedelta(minutes=1))
    assert "pushed" not in facts(pushed_by="ana")
