"""An operation is a list of steps, each on one Space, that takes a while.

Nothing here talks to the Hub. `advance` is given what the Hub shows now and returns the
operation as it stands, with the steps that are to be sent. The same facts again change
nothing, so the bot may be stopped and started at any point. What sets one verb apart from
the others is one entry in `verbs.RULES`.
"""

from bot.operations.advance import NEW_SPACE_GRACE, PROPAGATION_DELAY, NO_CHANGE_TIMEOUT, UNREACHABLE_TIMEOUT, advance, fail_unreachable
from bot.operations.commits import SERVE_TIMEOUT
from bot.operations.outcomes import STEP_TIMEOUT, MAX_ATTEMPTS, mark_accepted, mark_sent, mark_rejected, mark_repaired, skip
from bot.operations.plan import busy, find_equivalent, plan
from bot.operations.steps import Operation, StepState, SkipReason, Step
from bot.operations.stop import can_be_stopped, stop
from bot.operations.verbs import VERB_SPECS, VerbSpec, Verb

__all__ = [
    "NEW_SPACE_GRACE",
    "STEP_TIMEOUT",
    "VERB_SPECS",
    "PROPAGATION_DELAY",
    "MAX_ATTEMPTS",
    "NO_CHANGE_TIMEOUT",
    "UNREACHABLE_TIMEOUT",
    "SERVE_TIMEOUT",
    "Operation",
    "StepState",
    "VerbSpec",
    "SkipReason",
    "Step",
    "Verb",
    "mark_accepted",
    "advance",
    "busy",
    "can_be_stopped",
    "mark_sent",
    "find_equivalent",
    "plan",
    "mark_rejected",
    "mark_repaired",
    "skip",
    "stop",
    "fail_unreachable",
]
