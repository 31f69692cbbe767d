"""Operations: bulk acts as lists of steps, one per Space.

Nothing here calls the Hub. `advance` takes the current fleet and returns the updated operation
with the steps to send. It is idempotent, so the bot may stop and restart at any point. A verb
differs from the others only by its entry in `verbs.VERB_SPECS`.
"""

from bot.operations.advance import (
    NEW_SPACE_GRACE,
    NO_CHANGE_TIMEOUT,
    PROPAGATION_DELAY,
    advance,
    awaiting_proof,
)
from bot.operations.commits import SERVE_TIMEOUT
from bot.operations.outcomes import (
    MAX_ATTEMPTS,
    STEP_TIMEOUT,
    UNREACHABLE_TIMEOUT,
    can_be_stopped,
    fail_unreachable,
    mark_accepted,
    mark_rejected,
    mark_repaired,
    mark_sent,
    skip,
    skip_refused,
    stop,
    stops_batch,
)
from bot.operations.plan import (
    Risk,
    assess,
    busy,
    exhausted_window,
    find_equivalent,
    needs_confirmation,
    pausable,
    plan,
    without_passing_skip,
)
from bot.operations.proof import PROOF_TIMEOUT
from bot.operations.reasons import NEEDLESS, UNDONE, Failure, SkipReason
from bot.operations.step import (
    Operation,
    OperationState,
    Rollout,
    ScheduleOrigin,
    Step,
    StepState,
)
from bot.operations.undo import OperationQuery, can_be_undone, is_in_progress, plan_undo
from bot.operations.verbs import VERB_SPECS, Verb, VerbSpec
from bot.operations.waves import (
    HOLD_TIMEOUT,
    MAX_AT_ONCE,
    begun_steps,
    hold,
    is_held,
    is_idle,
    is_limited,
    new_failures,
    plan_waves,
    resume,
    sendable,
    wave_sizes,
)

__all__ = [
    "HOLD_TIMEOUT",
    "MAX_ATTEMPTS",
    "MAX_AT_ONCE",
    "NEEDLESS",
    "NEW_SPACE_GRACE",
    "NO_CHANGE_TIMEOUT",
    "PROOF_TIMEOUT",
    "PROPAGATION_DELAY",
    "SERVE_TIMEOUT",
    "STEP_TIMEOUT",
    "UNDONE",
    "UNREACHABLE_TIMEOUT",
    "VERB_SPECS",
    "Failure",
    "Operation",
    "OperationQuery",
    "OperationState",
    "Risk",
    "Rollout",
    "ScheduleOrigin",
    "SkipReason",
    "Step",
    "StepState",
    "Verb",
    "VerbSpec",
    "advance",
    "assess",
    "awaiting_proof",
    "begun_steps",
    "busy",
    "can_be_stopped",
    "can_be_undone",
    "exhausted_window",
    "fail_unreachable",
    "find_equivalent",
    "hold",
    "is_held",
    "is_idle",
    "is_in_progress",
    "is_limited",
    "mark_accepted",
    "mark_rejected",
    "mark_repaired",
    "mark_sent",
    "needs_confirmation",
    "new_failures",
    "pausable",
    "plan",
    "plan_undo",
    "plan_waves",
    "resume",
    "sendable",
    "skip",
    "skip_refused",
    "stop",
    "stops_batch",
    "wave_sizes",
    "without_passing_skip",
]
