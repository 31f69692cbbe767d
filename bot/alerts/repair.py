"""Repairs: what may help a Space with a problem, and which Spaces one command helps."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from bot import collisions
from bot.alerts.incident import Incident
from bot.alerts.problems import ProblemKind
from bot.model import Condition, Space, condition


class Remedy(StrEnum):
    """Something to do about a problem. The value is its command, with `{}` for the Spaces."""

    WAKE = "wake {}"
    RESTART = "restart {}"
    REBUILD = "rebuild {}"
    DELETE_VARIABLE = "variable delete {}"  # with the key behind it
    LOGS = "logs {}"
    BUILD_LOG = "logs {} build"
    VARIABLES = "variable list {}"
    SECRETS = "secret list {}"
    UPLOAD = "upload {}"
    STATUS = "status {}"
    WHY = "why {}"

    @property
    def verb(self) -> str:
        """Return the command without its arguments."""
        return self.partition(" {}")[0]


# A restart of a failed build would reuse the cached image, so only a rebuild can help.
_REPAIR_BY_STAGE = {
    "SLEEPING": Remedy.WAKE,
    "STOPPED": Remedy.WAKE,
    "PAUSED": Remedy.WAKE,
    "RUNTIME_ERROR": Remedy.RESTART,
    "BUILD_ERROR": Remedy.REBUILD,
    "CONFIG_ERROR": Remedy.REBUILD,
}
_WORD_BY_STAGE = {
    "SLEEPING": "asleep",
    "STOPPED": "asleep",
    "PAUSED": "paused",
    "RUNTIME_ERROR": "crashed",
    "BUILD_ERROR": "failed",
    "CONFIG_ERROR": "failed",
}
#: Stages of a failed build, whose log shows the cause.
_FAILED_BUILDS = frozenset({"BUILD_ERROR", "CONFIG_ERROR"})
_BY_PROBLEM = {
    ProblemKind.ASLEEP: (Remedy.WAKE,),
    ProblemKind.PAUSED: (Remedy.WAKE,),
    ProblemKind.STUCK: (Remedy.REBUILD, Remedy.BUILD_LOG),
    ProblemKind.UNKNOWN: (Remedy.STATUS,),
    ProblemKind.UNRESPONSIVE: (Remedy.RESTART, Remedy.LOGS),
    ProblemKind.MISSING: (Remedy.WHY,),
}
# The lists that show which secret and variable share a name.
_COLLISION_LOOKUPS = (Remedy.VARIABLES, Remedy.SECRETS)
_RESTARTABLE = (
    ProblemKind.ASLEEP,
    ProblemKind.PAUSED,
    ProblemKind.FAILED,
    ProblemKind.UNRESPONSIVE,
    ProblemKind.STUCK,
)


@dataclass(frozen=True, slots=True)
class BulkRepair:
    """One command that helps *spaces*, which all have the same *problem* in a word.

    *key* is the variable that the command deletes.
    """

    remedy: Remedy
    spaces: tuple[str, ...]
    problem: str
    key: str = ""


def repair_of_stage(stage: str, error: str = "") -> Remedy | None:
    """Return what may repair a Space in *stage*.

    Nothing does for a collision in *error*: a Space with one doesn't start.
    """
    return None if collisions.is_collision(error) else _REPAIR_BY_STAGE.get(stage)


def remedies_of_stage(stage: str, error: str) -> Sequence[Remedy]:
    """Return the first things to do about a Space in *stage*, the most useful one first."""
    if collisions.is_collision(error):
        return _COLLISION_LOOKUPS
    if condition(stage) is Condition.EMPTY:
        return (Remedy.UPLOAD,)
    repair = _REPAIR_BY_STAGE.get(stage)
    repairs = (repair,) if repair else ()
    return (Remedy.BUILD_LOG, *repairs) if stage in _FAILED_BUILDS else (*repairs, Remedy.LOGS)


def remedies(incident: Incident) -> Sequence[Remedy]:
    """Return the first things to do about *incident*, the most useful one first.

    Only deleting the secret or the variable repairs a collision. Without an app file nothing can
    be built until someone adds one.
    """
    if incident.problem is not ProblemKind.FAILED:
        return _BY_PROBLEM[incident.problem]
    if incident.is_error_current and collisions.is_collision(incident.error):
        deletions = (Remedy.DELETE_VARIABLE,) if colliding_keys([incident]) else ()
        return (*deletions, *_COLLISION_LOOKUPS)
    if condition(incident.stage) is Condition.EMPTY:
        return (Remedy.UPLOAD, Remedy.STATUS)
    log = Remedy.BUILD_LOG if incident.stage in _FAILED_BUILDS else Remedy.LOGS
    return (_repair(incident), log)


def repairs_of_group(open_members: Iterable[Incident]) -> list[BulkRepair]:
    """Return the commands that help members of a group, at most one for each Space.

    A collision is repaired by deleting a variable that all of its Spaces have.
    """
    found = restartable(open_members)
    colliding = [member for member in found if collisions.is_collision(member.error)]
    repairs = bulk_repairs(
        (member.space, _repair(member), problem_word(member))
        for member in found
        if not collisions.is_collision(member.error)
    )
    spaces = tuple(member.space for member in colliding)
    keys = colliding_keys(colliding)[:1]
    return repairs + [BulkRepair(Remedy.DELETE_VARIABLE, spaces, "failed", key) for key in keys]


def repairs_of_fleet(spaces: Iterable[Space]) -> list[BulkRepair]:
    """Return the commands that help *spaces*, at most one for each."""
    return bulk_repairs(
        (space.id, remedy, _WORD_BY_STAGE[space.stage])
        for space in spaces
        if (remedy := repair_of_stage(space.stage, space.error))
    )


def bulk_repairs(needed: Iterable[tuple[str, Remedy, str]]) -> list[BulkRepair]:
    """Return one repair for each remedy and problem of *needed*, the gentlest first."""
    spaces: dict[tuple[Remedy, str], list[str]] = {}
    for space, remedy, problem in needed:
        spaces.setdefault((remedy, problem), []).append(space)
    ordered = sorted(spaces, key=lambda key: (list(Remedy).index(key[0]), key[1]))
    return [BulkRepair(key[0], tuple(spaces[key]), key[1]) for key in ordered]


def problem_word(incident: Incident) -> str:
    """Return the word by which a repair tells *incident* from others: asleep, crashed, stuck."""
    if incident.problem in (ProblemKind.STUCK, ProblemKind.UNRESPONSIVE):
        return incident.problem.value
    return _WORD_BY_STAGE.get(incident.stage, "failed")


def restartable(members: Iterable[Incident]) -> list[Incident]:
    """Return the incidents whose Space can be restarted and isn't starting already."""
    found = [m for m in members if m.is_open and m.problem in _RESTARTABLE]
    with_app = [m for m in found if condition(m.stage) is not Condition.EMPTY]
    return [m for m in with_app if not m.is_recovering and not m.is_up]


def colliding_keys(incidents: Sequence[Incident]) -> list[str]:
    """Return the names that are both a secret and a variable of all *incidents*, sorted."""
    shared = [set(one.diagnosis.shared) if one.diagnosis else set() for one in incidents]
    return sorted(set.intersection(*shared)) if shared else []


def _repair(incident: Incident) -> Remedy:
    """Return what may repair the Space of a restartable incident."""
    if incident.problem is ProblemKind.STUCK:
        return Remedy.REBUILD
    return _REPAIR_BY_STAGE.get(incident.stage, Remedy.RESTART)
