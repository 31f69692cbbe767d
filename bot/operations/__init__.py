"""An operation is a list of steps, each on one Space, that takes a while.

Nothing here talks to the Hub. `advance` is given what the Hub shows now and returns the
operation as it stands, with the steps that are to be sent. The same facts again change
nothing, so the bot may be stopped and started at any point. What sets one verb apart from
the others is one entry in `verbs.RULES`.
"""

from bot.operations.advance import NEWBORN, PATIENCE, SETTLE, UNMOVED, UNSEEN, advance, unseen
from bot.operations.outcomes import TRIES, accepted, claimed, needless, refused, repaired
from bot.operations.plan import busy, joined, plan
from bot.operations.steps import Operation, Progress, Step
from bot.operations.verbs import RULES, Rule, Verb

__all__ = [
    "NEWBORN",
    "PATIENCE",
    "RULES",
    "SETTLE",
    "TRIES",
    "UNMOVED",
    "UNSEEN",
    "Operation",
    "Progress",
    "Rule",
    "Step",
    "Verb",
    "accepted",
    "advance",
    "busy",
    "claimed",
    "joined",
    "needless",
    "plan",
    "refused",
    "repaired",
    "unseen",
]
