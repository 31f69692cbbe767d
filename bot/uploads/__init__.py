"""Uploads: from files of people to safe paths in a Space's repository.

Pure. Names are kept as far as they are valid in a path. Nothing that an archive claims is
trusted.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from bot.errors import UsageError
from bot.model import SlackFile
from bot.uploads.archives import MB, is_archive
from bot.uploads.archives import unpack as unpack_archive
from bot.uploads.paths import check_paths, parse_folder, quote, safe_name
from bot.uploads.secret_files import find_tokens, is_secret_file

__all__ = [
    "MAX_BYTES",
    "MB",
    "UploadPlan",
    "check_available",
    "check_complete",
    "check_sizes",
    "describe_tokens",
    "parse_folder",
    "plan_upload",
    "safe_name",
]

#: The size of all files from Slack together.
MAX_BYTES = 50 * MB

# Files that a message names.
_MAX_NAMED = 5
_OVERRIDE = "To upload them anyway, check “Secrets” in the form."
# Why Slack has no content of a file, and what to do about it, by Slack's word.
_SHARE_FILE = "Share the file itself here."
_MISSING_REASONS = {
    "external": ("{} is stored elsewhere; Slack only has its address", _SHARE_FILE),
    "tombstone": ("{} was deleted from Slack", _SHARE_FILE),
    "hidden_by_limit": (
        "{} is hidden by Slack: it's too old for this workspace's plan",
        _SHARE_FILE,
    ),
    "unseen": ("I can't see {}", "Share it in a channel I'm in, or send it to me directly."),
    "canvas": ("{} is a canvas, not a file", "Download it, then share the download here."),
    "list": ("{} is a list, not a file", "Export it as CSV, then share that file here."),
}


@dataclass(frozen=True, slots=True)
class UploadPlan:
    """The content of a commit by path in the repository."""

    files: Mapping[str, bytes]
    left_out: tuple[str, ...] = ()  # ignored files of an archive, such as .DS_Store
    secret_files: tuple[str, ...] = ()  # left out, because they may hold secrets
    tokens: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # kinds by path

    @property
    def card(self) -> bytes | None:
        """The README.md, whose front matter the Hub reads, or None."""
        return self.files.get("README.md")

    @property
    def size(self) -> int:
        """The size of all files in bytes."""
        return sum(map(len, self.files.values()))


def plan_upload(
    files: Sequence[tuple[str, bytes]],
    folder: str,
    *,
    unpack: bool,
    include_secrets: bool = False,
) -> UploadPlan:
    """Return the plan to commit *files*, pairs of name and content, to *folder*.

    Without *include_secrets*, files that usually hold secrets are left out.

    Raises:
        UsageError: A name, the folder or the archive can't be used, or a file holds a token.

    >>> plan_upload([("app.py", b"")], "src", unpack=False).files
    {'src/app.py': b''}
    """
    into = parse_folder(folder)
    if unpack and len(files) == 1 and is_archive(*files[0]):
        found, left_out = unpack_archive(*files[0])
    else:
        found, left_out = [(safe_name(raw), content) for raw, content in files], ()
    if not found:
        raise UsageError("There are no files in that, so nothing was uploaded. Choose others.")
    placed = [("/".join(filter(None, (into, inner))), content) for inner, content in found]
    check_paths([inner for inner, _ in placed])
    chosen = {path: c for path, c in placed if include_secrets or not is_secret_file(path)}
    tokens = find_tokens(chosen)
    secret_files = tuple(path for path, _ in placed if path not in chosen)
    if not include_secrets:
        _check_secrets(chosen, secret_files, tokens)
    return UploadPlan(chosen, left_out, secret_files, tokens)


def _check_secrets(
    chosen: Mapping[str, bytes],
    secret_files: Sequence[str],
    tokens: Mapping[str, tuple[str, ...]],
) -> None:
    """Raise UsageError if a file holds a token, or nothing is left to upload."""
    if tokens:
        raise UsageError(
            f"Nothing was uploaded, because these files hold tokens: {describe_tokens(tokens)}. "
            f"Set them as secrets instead. {_OVERRIDE}"
        )
    if not chosen:
        names = ", ".join(map(quote, secret_files[:_MAX_NAMED]))
        raise UsageError(f"Nothing was uploaded: {names} may hold secrets. {_OVERRIDE}")


def describe_tokens(tokens: Mapping[str, tuple[str, ...]]) -> str:
    """Return the files with tokens and the kinds of tokens, in words."""
    shown = [f"{quote(path)} ({', '.join(kinds)})" for path, kinds in tokens.items()]
    more = f" and {len(shown) - _MAX_NAMED} more" if len(shown) > _MAX_NAMED else ""
    return f"{', '.join(shown[:_MAX_NAMED])}{more}"


def check_available(files: Iterable[SlackFile]) -> None:
    """Check that Slack has the content of all files.

    Otherwise an empty file would replace a good one.

    Raises:
        UsageError: Slack has no content of one of them.

    """
    known = list(files)
    unnamed = "that file" if len(known) == 1 else "one of these files"
    for file in known:
        if file.unavailable_reason:
            why, way_out = _MISSING_REASONS.get(
                file.unavailable_reason, ("{} is listed in Slack without its content", _SHARE_FILE)
            )
            called = safe_name(file.name) if file.name else unnamed
            raise UsageError(f"{why.format(called)}, so nothing was uploaded. {way_out}")


def check_complete(file: SlackFile, content: bytes) -> None:
    """Check that *content* isn't empty if Slack's metadata give a size.

    Raises:
        UsageError: It is.

    """
    if file.size and not content:
        raise UsageError(
            f"Slack returned nothing for {safe_name(file.name)}, so nothing was uploaded. "
            "Share it again."
        )


def check_sizes(sizes: Iterable[tuple[str, int]]) -> None:
    """Check the total of *sizes*, pairs of name and bytes, before any file is fetched.

    Raises:
        UsageError: There is no file, or they are too large together.

    """
    known = list(sizes)
    total = sum(size for _, size in known)
    if not known:
        raise UsageError("There are no files in that. Choose some.")
    if total > MAX_BYTES:
        largest = max(known, key=lambda one: one[1])[0]
        raise UsageError(
            f"That's {total / MB:.0f} MB in total; the limit is {MAX_BYTES // MB} MB, so "
            f"nothing was uploaded. The largest is {safe_name(largest)}. Push it with git, or "
            "leave it out."
        )
