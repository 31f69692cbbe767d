"""The stages of a Space, in the Hub's words, and what they mean."""

from enum import StrEnum


class Condition(StrEnum):
    """The class of a stage, listed worst first."""

    FAILED = "failed"
    UNKNOWN = "unknown"
    DELETING = "deleting"
    ASLEEP = "asleep"
    PAUSED = "paused"
    EMPTY = "empty"  # no app file yet, or no longer
    STARTING = "starting"
    RUNNING = "running"


#: By stage: its condition, and the words for it on every surface.
STAGES = {
    "RUNNING": (Condition.RUNNING, "running"),
    "RUNNING_BUILDING": (Condition.RUNNING, "running, building a new version"),
    "RUNNING_APP_STARTING": (Condition.RUNNING, "running, starting a new version"),
    "BUILDING": (Condition.STARTING, "building"),
    "APP_STARTING": (Condition.STARTING, "starting"),
    "SLEEPING": (Condition.ASLEEP, "asleep"),
    "STOPPED": (Condition.ASLEEP, "stopped"),
    "PAUSED": (Condition.PAUSED, "paused"),
    "BUILD_ERROR": (Condition.FAILED, "build failed"),
    "RUNTIME_ERROR": (Condition.FAILED, "crashed"),
    "CONFIG_ERROR": (Condition.FAILED, "misconfigured"),
    "NO_APP_FILE": (Condition.EMPTY, "empty: no app file"),
    "DELETING": (Condition.DELETING, "being deleted"),
}


#: Stages in which a Space serves its app.
RUNNING_STAGES = tuple(stage for stage, (it, _) in STAGES.items() if it is Condition.RUNNING)


def condition(stage: str) -> Condition:
    """Return the condition of *stage*, UNKNOWN for a stage that the Hub has added.

    >>> condition("SLEEPING"), condition("DREAMING")
    (<Condition.ASLEEP: 'asleep'>, <Condition.UNKNOWN: 'unknown'>)
    """
    return STAGES[stage][0] if stage in STAGES else Condition.UNKNOWN


def describe_stage(stage: str) -> str:
    """Return *stage* in plain words; not escaped.

    >>> describe_stage("RUNTIME_ERROR"), describe_stage("DREAMING")
    ('crashed', 'in an unknown stage (DREAMING)')
    """
    return STAGES[stage][1] if stage in STAGES else f"in an unknown stage ({stage})"
