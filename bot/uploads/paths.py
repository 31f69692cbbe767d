"""Paths of uploaded files in a Space's repository."""

import re
import unicodedata
from collections.abc import Sequence

from bot.errors import UsageError

_MAX_PATH_LENGTH, _MAX_DEPTH = 400, 40
#: A drive letter of Windows at the beginning of a path.
DRIVE = re.compile(r"[A-Za-z]:")


def parse_folder(typed: str) -> str:
    r"""Return the typed folder as a path in the repository; "" is the repository itself.

    Raises:
        UsageError: It is outside the repository, in .git or too long.

    >>> parse_folder(" ./src\\app/ "), parse_folder("/")
    ('src/app', '')
    """
    parts = printable(typed).replace("\\", "/").split("/")
    kept = [part.strip() for part in parts if part.strip() not in ("", ".")]
    if ".." in kept or DRIVE.match("".join(kept[:1])):
        raise UsageError(
            "That folder is outside the repository, so nothing was uploaded. Choose one "
            "inside it, such as `src`, or leave it empty."
        )
    if ".git" in (part.casefold() for part in kept):
        raise UsageError("The folder .git belongs to Git, so nothing was uploaded. Choose another.")
    _check_length("/".join(kept))
    return "/".join(kept)


def safe_name(raw: str) -> str:
    r"""Return the last part of *raw* that is valid as a file's name, else "file".

    >>> safe_name("../../etc/pass wd"), safe_name("C:\\temp\\naïve.py"), safe_name("..")
    ('pass wd', 'naïve.py', 'file')
    """
    last = printable(raw).replace("\\", "/").rpartition("/")[2].strip()
    return last[-200:] if last.casefold() not in ("", ".", "..", ".git") else "file"


def check_paths(paths: Sequence[str]) -> None:
    """Check that paths are unique and that none is also a folder.

    Raises:
        UsageError: There are such files, or a path is too long.

    """
    taken = set(paths)
    twice = (
        next((one for one in paths if paths.count(one) > 1), "") if len(taken) < len(paths) else ""
    )
    folders = {"/".join(one.split("/")[:n]) for one in taken for n in range(1, one.count("/") + 1)}
    if clash := twice or next(iter(sorted(taken & folders)), ""):
        raise UsageError(
            f"Two files would be at {quote(clash)}, so nothing was uploaded. Rename one of them."
        )
    for one in taken:
        _check_length(one)


def _check_length(inner: str) -> None:
    if len(inner) > _MAX_PATH_LENGTH or inner.count("/") >= _MAX_DEPTH:
        raise UsageError(
            f"The path {quote(inner)} is too long or too deep, so nothing was uploaded. "
            "Use shorter names."
        )


def printable(text: str) -> str:
    """Return *text* in NFC without unprintable characters, because git compares bytes."""
    return "".join(c for c in unicodedata.normalize("NFC", text) if c.isprintable())


def quote(text: str) -> str:
    """Return *text* as inline code, at most 80 characters of it."""
    shown = printable(text).replace("`", "")
    return f"`{shown if len(shown) <= 80 else shown[:79] + '…'}`"
