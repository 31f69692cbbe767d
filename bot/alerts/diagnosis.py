"""Diagnosis of a failed Space: the relevant log lines and the probable cause."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from bot import causes
from bot.alerts.grouping import Group
from bot.alerts.incident import Diagnosis, Incident
from bot.causes import CauseId, collisions
from bot.error_summary import fingerprint
from bot.redaction import redact, redact_lines

#: Log lines on a card, and the width of one in characters.
MAX_LINES = 5
_LINE_LENGTH = 240
#: Only this many lines at the end of a log are read.
_MAX_LOG_LINES = 400
#: Logs per round, and per group, whose members have the same problem or cause.
_MAX_LOGS_PER_ROUND, _MAX_LOGS_PER_GROUP = 12, 4
_STAGES_WITH_LOGS = ("BUILD_ERROR", "RUNTIME_ERROR")

_ANSI = re.compile(r"\x1b\[[0-?]*[ -/]*[@-~]|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)?|\x1b[@-Z\\-_]")

_RELEVANT = re.compile(
    r"(?i)\b(?:\w*error|\w*exception|fatal|failed|failure|cannot|could not|unable to|no such"
    r"|not found|denied|refused|killed|oom\w*|panic|segmentation fault|exit code|missing)\b"
)
_TRACEBACK = "Traceback (most recent call last)"
_FRAME = re.compile(r'File "(?P<path>[^"]+)", line (?P<line>\d+)')
_LIBRARY_PATHS = ("site-packages", "/usr/lib/", "<frozen")


@dataclass(frozen=True, slots=True)
class LogCandidate:
    """What the selection of logs depends on, of an open incident about a failure."""

    id: int
    stage: str
    error: str
    is_diagnosed: bool = False

    @property
    def has_log(self) -> bool:
        """Whether a diagnosis can say more than the stage and the error."""
        return self.stage in _STAGES_WITH_LOGS or collisions.is_collision(self.error)


def select_candidates(candidates: Sequence[LogCandidate], groups: Iterable[Group]) -> list[int]:
    """Return the incidents whose log to read, in the given order, a few per group."""
    group_of = {id: group.id for group in groups if not group.is_secondary for id in group.members}
    logs_by_group = Counter(group_of.get(one.id) for one in candidates if one.is_diagnosed)
    selected: list[int] = []
    for one in candidates:
        group = group_of.get(one.id)
        is_group_done = group is not None and logs_by_group[group] >= _MAX_LOGS_PER_GROUP
        if one.is_diagnosed or is_group_done or not one.has_log:
            continue
        logs_by_group[group] += 1
        selected.append(one.id)
        if len(selected) == _MAX_LOGS_PER_ROUND:
            break
    return selected


def diagnose(log: Sequence[str], error: str) -> Diagnosis:
    """Return the diagnosis of *log* and of the Hub's own *error*.

    >>> diagnose(["ok", "ERROR: No matching distribution found for torch==9.9"], "").cause
    <CauseId.DEPENDENCY_CONFLICT: 'dependency_conflict'>
    """
    lines = [
        cleaned for line in redact_lines(log[-_MAX_LOG_LINES:]) if (cleaned := sanitize_line(line))
    ]
    selected = select_lines(lines)
    found = causes.in_failure(selected, sanitize_error(error))
    if found is None:
        return Diagnosis(tuple(selected))
    return Diagnosis(tuple(selected), found.cause.id, found.line, key=found.key)


def of_collision(shared: Sequence[str]) -> Diagnosis:
    """Return the diagnosis of a collision: names that both a secret and a variable have."""
    lines = tuple(f"{key} is both a secret and a variable" for key in shared)
    first = lines[0] if lines else ""
    return Diagnosis(lines[:MAX_LINES], CauseId.COLLISION, first, tuple(shared))


def relevant_error_lines(error: str) -> list[str]:
    """Return the lines of the Hub's own *error* to show, the reason first."""
    lines = [line.rstrip() for line in error.splitlines() if line.strip()]
    return select_lines(lines) if _TRACEBACK in error else lines


def with_diagnosis(incident: Incident, diagnosis: Diagnosis) -> Incident:
    """Return *incident* with *diagnosis*.

    The fingerprint of its log replaces that of the error, because a log is more specific.
    """
    known = fingerprint(diagnosis.matched_line) if diagnosis.lines else ""
    return replace(incident, diagnosis=diagnosis, fingerprint=known or incident.fingerprint)


def select_lines(lines: Sequence[str]) -> list[str]:
    """Return the most relevant of *lines*; for a traceback the exception, then the frame."""
    start = next((n for n in reversed(range(len(lines))) if _TRACEBACK in lines[n]), None)
    if start is not None:
        return _select_traceback_lines(lines[start:])
    relevant = [line for line in lines if _RELEVANT.search(line)]
    return list(dict.fromkeys(relevant))[-MAX_LINES:] or list(lines[-3:])


def _select_traceback_lines(lines: Sequence[str]) -> list[str]:
    """Return the exception and its last frame outside of libraries."""
    end = next((n for n, line in enumerate(lines) if n and not line.startswith(" ")), None)
    raised = list(lines[end : end + 2]) if end else []
    places = [n for n, line in enumerate(lines[:end]) if _FRAME.search(line)]
    own = [n for n in places if not any(part in lines[n] for part in _LIBRARY_PATHS)]
    at = (own or places or [0])[-1]
    return [line.rstrip() for line in (*raised, *lines[at : min(at + 2, end or at + 2)])][
        :MAX_LINES
    ]


def sanitize_line(line: str, width: int = _LINE_LENGTH) -> str:
    r"""Return a log line without colors and secrets, at most *width* characters long.

    >>> sanitize_line("\x1b[31mOPENAI_API_KEY=sk-abcdef123456 is wrong\x1b[0m")
    'OPENAI_API_KEY=*** is wrong'
    """
    shown = redact(strip_controls(line[: max(1_000, 4 * width)])).rstrip()
    return shown if len(shown) <= width else shown[: width - 1] + "…"


def strip_controls(line: str) -> str:
    """Return a log line without ANSI sequences and unprintable characters."""
    if line.isprintable():
        return line
    bare = _ANSI.sub("", line).rstrip("\r\n").rpartition("\r")[2]
    return "".join(c if c.isprintable() else " " for c in bare.replace("\t", "    "))


def sanitize_error(error: str) -> str:
    """Return the Hub's error message without colors and secrets, bounded in length."""
    return "\n".join(map(sanitize_line, redact_lines(error[:20_000].splitlines()[:60])))
