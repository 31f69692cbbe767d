"""An operation is a list of steps, each on one Space, that takes a while.

Nothing here talks to the Hub. `advance` is given what the Hub shows now and returns the
operation as it stands, with the steps that are to be sent. The same facts again change
nothing, so the bot may be stopped and started at any point. What sets one verb apart from
the others is one entry in `verbs.RULES`.
"""

from bot.operations.advance import (
    NEW_SPACE_GRACE,
    NO_CHANGE_TIMEOUT,
    PROPAGATION_DELAY,
    UNREACHABLE_TIMEOUT,
    advance,
    fail_unreachable,
)
from bot.operations.commits import SERVE_TIMEOUT
from bot.operations.outcomes import (
    MAX_ATTEMPTS,
    STEP_TIMEOUT,
    mark_accepted,
    mark_rejected,
    mark_repaired,
    mark_sent,
    skip,
)
from bot.operations.plan import busy, find_equivalent, plan
from bot.operations.step import Operation, SkipReason, Step, StepState
from bot.operations.stop import can_be_stopped, stop
from bot.operations.verbs import VERB_SPECS, Verb, VerbSpec

__all__ = [
    "MAX_ATTEMPTS",
    "NEW_SPACE_GRACE",
    "NO_CHANGE_TIMEOUT",
    "PROPAGATION_DELAY",
    "SERVE_TIMEOUT",
    "STEP_TIMEOUT",
    "UNREACHABLE_TIMEOUT",
    "VERB_SPECS",
    "Operation",
    "SkipReason",
    "Step",
    "StepState",
    "Verb",
    "VerbSpec",
    "advance",
    "busy",
    "can_be_stopped",
    "fail_unreachable",
    "find_equivalent",
    "mark_accepted",
    "mark_rejected",
    "mark_repaired",
    "mark_sent",
    "plan",
    "skip",
    "stop",
]
