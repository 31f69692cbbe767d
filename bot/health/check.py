"""The health check of an app: the requested path and the expected answer."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from bot.model import Space

#: What every app may take to answer. A check can demand less.
PROBE_SECONDS = 10.0
#: A Gradio app describes its endpoints here: https://www.gradio.app/guides/querying-gradio-apps-with-curl
GRADIO_PATH = "/gradio_api/info"
_ROOT = "/"
_MAX_PATH_LENGTH = 200
#: The characters of a path and a query, in ASCII and without percent-encoding of dots or slashes.
_PATH = re.compile(r"/[A-Za-z0-9._~!$&'()*+,;=:@/?%-]*")
_ENCODED = re.compile(r"%(?![0-9a-f]{2})|%2e|%2f|%5c|%0|%1|%7f", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class HealthCheck:
    """What a person set for a Space. None means the default."""

    path: str | None = None
    status: int | None = None  # None: any status that isn't an error
    max_seconds: float | None = None  # None: `PROBE_SECONDS`
    is_continuous: bool | None = None  # probed all the time; None: only when it matters

    @property
    def is_default(self) -> bool:
        """Whether nothing is set."""
        return self == HealthCheck()


@dataclass(frozen=True, slots=True)
class StoredCheck:
    """A check as a person set it, for the Spaces that *targets* mean."""

    targets: tuple[str, ...]
    check: HealthCheck
    set_by: str
    set_at: datetime


def merge(checks: Iterable[HealthCheck]) -> HealthCheck:
    """Return one check with each field from the last of *checks* that sets it."""
    merged = HealthCheck()
    for check in checks:
        merged = replace(
            merged,
            path=merged.path if check.path is None else check.path,
            status=merged.status if check.status is None else check.status,
            max_seconds=merged.max_seconds if check.max_seconds is None else check.max_seconds,
            is_continuous=(
                merged.is_continuous if check.is_continuous is None else check.is_continuous
            ),
        )
    return merged


def paths(space: Space, check: HealthCheck, default_path: str) -> tuple[str, ...]:
    """Return the paths to request in turn, until one answers.

    A Gradio app before version 4.44, or below another framework, has no `GRADIO_PATH`.
    *default_path* is that of Docker Spaces.
    """
    if check.path is not None:
        return (check.path,)
    if space.is_static:
        return (_ROOT,)
    return (GRADIO_PATH, _ROOT) if space.sdk == "gradio" else (default_path,)


def path_problem(path: str) -> str:
    """Return why *path* can't be requested from an app; "" if it can.

    A path must stay below its host: no scheme, no other host, no parent directory, no line break.
    """
    if not path.startswith("/"):
        return "A path starts with `/`, such as `/health`, because Hugging Face reports the host."
    if len(path) > _MAX_PATH_LENGTH:
        return f"A path has at most {_MAX_PATH_LENGTH} characters."
    if path.startswith("//"):
        return "A path starts with one `/`, because `//` would name another host."
    if not _PATH.fullmatch(path) or _ENCODED.search(path):
        return "A path has letters, digits and the signs of a URL, without spaces or line breaks."
    if {"..", "."} & set(path.partition("?")[0].split("/")):
        return "A path can't contain `.` or `..` as a part, because it would lead elsewhere."
    return ""
