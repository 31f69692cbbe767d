"""Repairs: what may help a Space with a problem, and which Spaces one command helps."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from bot import causes
from bot.alerts.incident import Incident
from bot.alerts.problems import ProblemKind
from bot.causes import CauseId, FoundCause
from bot.model import Space
from bot.stages import Condition, condition


class Remedy(StrEnum):
    """Something to do about a problem. The value is its command, with `{}` for the Spaces."""

    WAKE = "wake {}"
    RESTART = "restart {}"
    REBUILD = "rebuild {}"
    CPU_BASIC = "hardware {} cpu-basic"
    DELETE_VARIABLE = "variable delete {}"  # with the key behind it
    SET_SECRET = "secret set {}"  # noqa: S105 - a command; with the key behind it
    UPLOAD = "upload {}"
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

    *key* is the variable that the command deletes, or the secret that it sets.
    """

    remedy: Remedy
    spaces: tuple[str, ...]
    problem: str
    key: str = ""


def repair_of_space(space: Space) -> Remedy | None:
    """Return what may repair *space*; None if no command does."""
    return _repair(space.stage, cause_of_space(space), is_static=space.is_static)


def remedy_by_stage(stage: str) -> tuple[Remedy, str] | None:
    """Return what may repair a Space in *stage* and its problem's word, or None."""
    remedy = _REPAIR_BY_STAGE.get(stage)
    return (remedy, _WORD_BY_STAGE[stage]) if remedy else None


def cause_of_space(space: Space) -> FoundCause | None:
    """Return the known cause of the failure that *space* shows."""
    return causes.in_error(space.error) if space.condition is Condition.FAILED else None


def remedies_of_space(space: Space) -> Sequence[Remedy]:
    """Return the first things to do about *space*, the most useful one first."""
    found = cause_of_space(space)
    if _is_collision(found):
        return _COLLISION_LOOKUPS
    if space.condition is Condition.EMPTY:
        return (Remedy.UPLOAD,)
    repair = repair_of_space(space)
    repairs = (repair,) if repair else ()
    if found and found.cause.is_locked:
        return ()
    if found and found.cause.command:
        return (*repairs, _log_of(space.stage))
    if is_failed_build(space.stage):
        return (Remedy.BUILD_LOG, *repairs)
    return (*repairs, Remedy.LOGS)


def remedies(incident: Incident, *, is_static: bool = False) -> Sequence[Remedy]:
    """Return the first things to do about *incident*, the most useful one first.

    Only deleting the secret or the variable repairs a collision. Without an app file nothing can
    be built until someone adds one. No command helps a locked Space.
    """
    if incident.problem is not ProblemKind.FAILED:
        return _BY_PROBLEM[incident.problem]
    found = cause_of(incident)
    if _is_collision(found):
        deletions = (Remedy.DELETE_VARIABLE,) if colliding_keys([incident]) else ()
        return (*deletions, *_COLLISION_LOOKUPS)
    if found and found.cause.is_locked:
        return (Remedy.STATUS,)
    if condition(incident.stage) is Condition.EMPTY:
        return (Remedy.UPLOAD, Remedy.STATUS)
    repair = _repair(incident.stage, found, is_static=is_static) or Remedy.RESTART
    return (repair, _log_of(incident.stage))


def cause_of(incident: Incident) -> FoundCause | None:
    """Return the known cause of a failure by its diagnosis, else by its error."""
    if incident.problem is not ProblemKind.FAILED or not incident.is_error_current:
        return None
    known = incident.diagnosis
    if known is None:
        return causes.in_error(incident.error)
    if known.cause is None:
        return None
    return FoundCause(causes.get(known.cause), known.matched_line, known.key)


def repairs_of_group(
    open_members: Iterable[Incident], statics: Collection[str] = ()
) -> list[BulkRepair]:
    """Return the commands that help members of a group, at most one for each Space.

    A collision is repaired by deleting a variable that all of its Spaces have. No command helps
    the static Spaces, *statics*.
    """
    found = [(member, cause_of(member)) for member in restartable(open_members)]
    colliding = [member for member, cause in found if _is_collision(cause)]
    repairs = bulk_repairs(
        (member.space, _repair_of_member(member, cause), problem_word(member), _key(cause))
        for member, cause in found
        if not _is_collision(cause) and member.space not in statics
    )
    spaces = tuple(member.space for member in colliding)
    keys = colliding_keys(colliding)[:1]
    return repairs + [BulkRepair(Remedy.DELETE_VARIABLE, spaces, "failed", key) for key in keys]


def is_failed_build(stage: str) -> bool:
    """Return whether a build failed in *stage*, so that a restart doesn't help."""
    return stage in _FAILED_BUILDS


def repairs_of_fleet(spaces: Iterable[Space]) -> list[BulkRepair]:
    """Return the commands that help *spaces*, at most one for each."""
    return bulk_repairs(
        (space.id, remedy, _word_of_space(space), _key(found))
        for space in spaces
        for found in [cause_of_space(space)]
        if not space.is_static and (remedy := _repair(space.stage, found, is_static=False))
    )


def _word_of_space(space: Space) -> str:
    return "failed" if space.is_paused_by_hub else _WORD_BY_STAGE.get(space.stage, "failed")


def bulk_repairs(needed: Iterable[tuple[str, Remedy, str, str]]) -> list[BulkRepair]:
    """Return a repair for each remedy, problem and key of *needed*, the least disruptive first."""
    spaces: dict[tuple[Remedy, str, str], list[str]] = {}
    for space, remedy, problem, key in needed:
        spaces.setdefault((remedy, problem, key), []).append(space)
    order = list(Remedy)
    ordered = sorted(spaces, key=lambda group: (order.index(group[0]), *group[1:]))
    return [BulkRepair(group[0], tuple(spaces[group]), *group[1:]) for group in ordered]


def problem_word(incident: Incident) -> str:
    """Return the word for *incident* in a repair: asleep, crashed or stuck."""
    if incident.problem in (ProblemKind.STUCK, ProblemKind.UNRESPONSIVE):
        return incident.problem.value
    if incident.problem is ProblemKind.FAILED and incident.stage == "PAUSED":
        return "failed"  # the word `paused` selects the Spaces that a person paused
    return _WORD_BY_STAGE.get(incident.stage, "failed")


def restartable(members: Iterable[Incident]) -> list[Incident]:
    """Return the incidents whose Space can be restarted and isn't starting already."""
    found = [m for m in members if m.is_open and m.problem in _RESTARTABLE]
    with_app = [m for m in found if condition(m.stage) is not Condition.EMPTY]
    startable = [m for m in with_app if not is_locked(m)]
    return [m for m in startable if not m.is_recovering and not m.is_up]


def is_locked(incident: Incident) -> bool:
    """Return whether no restart helps the Space of *incident*."""
    found = cause_of(incident)
    return found is not None and found.cause.is_locked


def colliding_keys(incidents: Sequence[Incident]) -> list[str]:
    """Return the names that are both a secret and a variable of all *incidents*, sorted."""
    shared = [set(one.diagnosis.shared) if one.diagnosis else set() for one in incidents]
    return sorted(set.intersection(*shared)) if shared else []


def _repair(stage: str, found: FoundCause | None, *, is_static: bool) -> Remedy | None:
    """Return the command that may repair a Space in *stage* with this cause, or None.

    Only a commit builds a static Space again.
    """
    if found and (found.cause.is_locked or _is_collision(found)):
        return None
    if found and found.cause.command:
        return Remedy(found.cause.command)
    repair = _REPAIR_BY_STAGE.get(stage)
    return Remedy.UPLOAD if repair and is_static else repair


def _repair_of_member(incident: Incident, found: FoundCause | None) -> Remedy:
    if incident.problem is ProblemKind.STUCK:
        return Remedy.REBUILD
    return _repair(incident.stage, found, is_static=False) or Remedy.RESTART


def _is_collision(found: FoundCause | None) -> bool:
    return found is not None and found.cause.id is CauseId.COLLISION


def _key(found: FoundCause | None) -> str:
    return found.key if found else ""


def _log_of(stage: str) -> Remedy:
    """Return what shows more about a failure in *stage*; a paused Space has no log."""
    if stage == "PAUSED":
        return Remedy.STATUS
    return Remedy.BUILD_LOG if is_failed_build(stage) else Remedy.LOGS
