"""Repairs: what may help a Space in trouble, and which Spaces of a group one command helps."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from bot import collisions
from bot.alerts.incident import Incident
from bot.alerts.problems import ProblemKind


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
    "NO_APP_FILE": Remedy.REBUILD,
}
#: Stages of a failed build, whose log shows the cause.
_FAILED_BUILDS = frozenset({"BUILD_ERROR", "CONFIG_ERROR", "NO_APP_FILE"})
_BY_PROBLEM = {
    ProblemKind.ASLEEP: (Remedy.WAKE,),
    ProblemKind.PAUSED: (Remedy.WAKE,),
    ProblemKind.STUCK: (Remedy.REBUILD, Remedy.BUILD_LOG),
    ProblemKind.UNKNOWN: (Remedy.STATUS,),
    ProblemKind.GONE: (Remedy.WHY,),
}
# The lists that show which secret and variable share a name.
_COLLISION_LOOKUPS = (Remedy.VARIABLES, Remedy.SECRETS)
_RESTARTABLE = (ProblemKind.ASLEEP, ProblemKind.PAUSED, ProblemKind.BROKEN, ProblemKind.STUCK)


@dataclass(frozen=True, slots=True)
class GroupRepair:
    """The one command that helps *members* of a group; *key* is a variable that it deletes."""

    remedy: Remedy
    members: tuple[Incident, ...]
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
    repair = _REPAIR_BY_STAGE.get(stage)
    repairs = (repair,) if repair else ()
    return (Remedy.BUILD_LOG, *repairs) if stage in _FAILED_BUILDS else (*repairs, Remedy.LOGS)


def remedies(incident: Incident) -> Sequence[Remedy]:
    """Return the first things to do about *incident*, the most useful one first.

    Only deleting the secret or the variable repairs a collision. Without an app file nothing can
    be built until somebody adds one.
    """
    if incident.problem is not ProblemKind.BROKEN:
        return _BY_PROBLEM[incident.problem]
    if incident.is_error_current and collisions.is_collision(incident.error):
        deletions = (Remedy.DELETE_VARIABLE,) if colliding_keys([incident]) else ()
        return (*deletions, *_COLLISION_LOOKUPS)
    if incident.stage == "NO_APP_FILE":
        return (Remedy.STATUS, Remedy.REBUILD)
    log = Remedy.BUILD_LOG if incident.stage in _FAILED_BUILDS else Remedy.LOGS
    return (_repair(incident), log)


def repair_of_group(open_members: Iterable[Incident]) -> GroupRepair | None:
    """Return the command that helps most of the group; None if none does.

    If the repairs differ, it is `wake`, because that starts any Space that is down.
    """
    found = restartable(open_members)
    repairable = [member for member in found if not collisions.is_collision(member.error)]
    if repairable:
        repairs = {_repair(member) for member in repairable}
        remedy = repairs.pop() if len(repairs) == 1 else Remedy.WAKE
        return GroupRepair(remedy, tuple(repairable))
    keys = colliding_keys(found)
    return GroupRepair(Remedy.DELETE_VARIABLE, tuple(found), keys[0]) if keys else None


def restartable(members: Iterable[Incident]) -> list[Incident]:
    """Return the incidents whose Space can be restarted and isn't starting already.

    Excludes stuck Spaces unless all are stuck: `wake` doesn't act on a building Space.
    """
    found = [m for m in members if m.is_open and m.problem in _RESTARTABLE]
    found = [m for m in found if not m.is_recovering and not m.is_up]
    return [m for m in found if m.problem is not ProblemKind.STUCK] or found


def colliding_keys(incidents: Sequence[Incident]) -> list[str]:
    """Return the names that are both a secret and a variable of all *incidents*, sorted."""
    shared = [set(one.diagnosis.shared) if one.diagnosis else set() for one in incidents]
    return sorted(set.intersection(*shared)) if shared else []


def _repair(incident: Incident) -> Remedy:
    """Return what may repair the Space of a restartable incident."""
    if incident.problem is ProblemKind.STUCK:
        return Remedy.REBUILD
    return _REPAIR_BY_STAGE.get(incident.stage, Remedy.RESTART)
