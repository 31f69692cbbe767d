"""An operation is a list of steps, each on one Space, that takes a while.

Nothing here talks to the Hub. `advance` is given what the Hub shows now and returns the
operation as it stands, with the steps that are to be sent. The same facts again change
nothing, so the bot may be stopped and started at any point. What sets one verb apart from
the others is one entry in `verbs.RULES`.
"""

from bot.operations.advance import NEWBORN, SETTLE, UNMOVED, UNSEEN, advance, unseen
from bot.operations.commits import WATCHED
from bot.operations.outcomes import PATIENCE, TRIES, accepted, claimed, refused, repaired, skipped
from bot.operations.plan import busy, joined, plan
from bot.operations.steps import Operation, Progress, SkipReason, Step
from bot.operations.stop import can_be_stopped, stop
from bot.operations.verbs import RULES, Rule, Verb

__all__ = [
    "NEWBORN",
    "PATIENCE",
    "RULES",
    "SETTLE",
    "TRIES",
    "UNMOVED",
    "UNSEEN",
    "WATCHED",
    "Operation",
    "Progress",
    "Rule",
    "SkipReason",
    "Step",
    "Verb",
    "accepted",
    "advance",
    "busy",
    "can_be_stopped",
    "claimed",
    "joined",
    "plan",
    "refused",
    "repaired",
    "skipped",
    "stop",
    "unseen",
]
