"""From a log to the few lines that tell, and to a guess at whose move it is."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from bot.alerts.fingerprints import fingerprint
from bot.alerts.incidents import Blame, Evidence, Incident
from bot.redaction import redact, redact_lines

#: What a card shows of a log.
LINES = 5
_WIDTH = 240
#: No more of a log is looked at, however long it is.
_READ = 400

_ANSI = re.compile(r"\x1b\[[0-?]*[ -/]*[@-~]|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)?|\x1b[@-Z\\-_]")

_TELLING = re.compile(
    r"(?i)\b(?:\w*error|\w*exception|fatal|failed|failure|cannot|could not|unable to|no such"
    r"|not found|denied|refused|killed|oom\w*|panic|segmentation fault|exit code|missing)\b"
)
_TRACEBACK = "Traceback (most recent call last)"
_PLACE = re.compile(r'File "(?P<path>[^"]+)", line (?P<line>\d+)')
_LIBRARY = ("site-packages", "/usr/lib/", "<frozen")

_BLAMES: tuple[tuple[Blame, re.Pattern[str]], ...] = (
    (
        Blame.PLATFORM,
        re.compile(
            r"(?i)scheduling failure|unable to schedule|not enough hardware capacity"
            r"|containerd|failed to pull image|registry.{0,40}(?:unavailable|timeout)"
            r"|internal server error|service unavailable|no space left on device"
        ),
    ),
    (
        Blame.DEPENDENCY,
        re.compile(
            r"(?i)no matching distribution|could not find a version|resolutionimpossible"
            r"|conflicting dependenc|modulenotfounderror|importerror|no module named"
            r"|cannot import name|npm err|requires python|incompatible|failed building wheel"
        ),
    ),
    (
        Blame.CONFIGURATION,
        re.compile(
            r"(?i)config(?:uration)?[ _]error|missing configuration|yaml|app_file|app_port"
            r"|environment variable|(?-i:KeyError: ['\"][A-Z][A-Z0-9_]+['\"])|dockerfile"
            r"|address already in use|not healthy|launch timed out|oom|memory limit|out of ?memory"
            r"|(?:api[ _]?key|secret|token).{0,40}(?:missing|not set|required|invalid)"
        ),
    ),
    (Blame.CODE, re.compile(r"\b\w*(?:Error|Exception)\b:?|(?i:traceback|exit code)")),
)


def read(log: Sequence[str], error: str) -> Evidence:
    """Return what *log*, and the Hub's own *error*, tell.

    >>> read(["ok", "ERROR: No matching distribution found for torch==9.9"], "").blame
    <Blame.DEPENDENCY: 'a dependency'>
    """
    lines = [cleaned for line in redact_lines(log[-_READ:]) if (cleaned := clean(line))]
    telling = pick(lines)
    blame, clue = guess([*telling, *clean_error(error).splitlines()[:20]])
    return Evidence(tuple(telling), blame, clue)


def of_collision(shared: Sequence[str]) -> Evidence:
    """Return what it tells that a secret and a variable have these names in common."""
    lines = tuple(f"{key} is both a secret and a variable" for key in shared)
    return Evidence(lines[:LINES], Blame.CONFIGURATION, lines[0] if lines else "", tuple(shared))


def telling(error: str) -> list[str]:
    """Return the lines of the Hub's own *error* that are shown, the reason first."""
    lines = [line.rstrip() for line in error.splitlines() if line.strip()]
    return pick(lines) if _TRACEBACK in error else lines


def with_evidence(incident: Incident, found: Evidence) -> Incident:
    """Return *incident* with what its log has told; the log knows the cause better."""
    known = fingerprint(found.clue) if found.lines else ""
    return replace(incident, evidence=found, fingerprint=known or incident.fingerprint)


def guess(lines: Iterable[str]) -> tuple[Blame | None, str]:
    """Return whose move it probably is, and the line that makes us think so."""
    known = list(lines)
    for blame, pattern in _BLAMES:
        for line in reversed(known):
            if pattern.search(line):
                return blame, line.strip()
    return None, ""


def pick(lines: Sequence[str]) -> list[str]:
    """Return the few of *lines* that tell most: of a traceback the reason first, then the place."""
    start = next((n for n in reversed(range(len(lines))) if _TRACEBACK in lines[n]), None)
    if start is not None:
        return _of_traceback(lines[start:])
    telling = [line for line in lines if _TELLING.search(line)]
    return list(dict.fromkeys(telling))[-LINES:] or list(lines[-3:])


def _of_traceback(lines: Sequence[str]) -> list[str]:
    """Return the exception that ended it, and where in their own code it happened."""
    end = next((n for n, line in enumerate(lines) if n and not line.startswith(" ")), None)
    raised = list(lines[end : end + 2]) if end else []
    places = [n for n, line in enumerate(lines[:end]) if _PLACE.search(line)]
    own = [n for n in places if not any(part in lines[n] for part in _LIBRARY)]
    at = (own or places or [0])[-1]
    return [line.rstrip() for line in (*raised, *lines[at : min(at + 2, end or at + 2)])][:LINES]


def clean(line: str, width: int = _WIDTH) -> str:
    r"""Return one line of a log as it may be shown: no colours, no secrets, of bounded width.

    >>> clean("\x1b[31mOPENAI_API_KEY=sk-abcdef123456 is wrong\x1b[0m")
    'OPENAI_API_KEY=*** is wrong'
    """
    shown = redact(plain(line[: max(1_000, 4 * width)])).rstrip()
    return shown if len(shown) <= width else shown[: width - 1] + "…"


def plain(line: str) -> str:
    """Return one line of a log without its colours and without what cannot be seen."""
    if line.isprintable():
        return line
    bare = _ANSI.sub("", line).rstrip("\r\n").rpartition("\r")[2]
    return "".join(c if c.isprintable() else " " for c in bare.replace("\t", "    "))


def clean_error(error: str) -> str:
    """Return the Hub's error message as it may be kept: bounded, without colours and secrets."""
    return "\n".join(map(clean, redact_lines(error[:20_000].splitlines()[:60])))
