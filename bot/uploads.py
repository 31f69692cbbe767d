"""Uploads: from files of people to safe paths in a Space's repository.

Pure. Names are kept as far as they are valid in a path. Nothing that an archive claims is
trusted.
"""

import re
import stat
import unicodedata
import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from bot.errors import Misunderstood
from bot.model import Attachment

MB = 1024 * 1024
#: The size of all files from Slack, and of all files in an archive.
MOST_BYTES, MOST_UNPACKED = 50 * MB, 200 * MB
MAX_ARCHIVE_ENTRIES = 2_000
#: Text compresses to a tenth, rarely to a fiftieth. Below RATIO_FROM any ratio is allowed.
MOST_RATIO, RATIO_FROM = 100, 1 * MB
_LONGEST_PATH, _DEEPEST = 400, 40
# Names that operating systems add to archives, and git's own. Compared casefolded, because some
# file systems don't distinguish .Git from .git.
_IGNORED_NAMES = frozenset({"__macosx", ".ds_store", "thumbs.db", ".git"})
# Why Slack has no content of a file, and what to do about it, by Slack's word.
_SHARE_FILE = "Share the file itself here."
_MISSING_REASONS = {
    "external": ("{} is kept elsewhere and Slack has only its address", _SHARE_FILE),
    "tombstone": ("{} was deleted from Slack", _SHARE_FILE),
    "hidden_by_limit": (
        "{} is too old for the plan of this workspace, and Slack hides it",
        _SHARE_FILE,
    ),
    "unseen": ("I can't see {}", "Share it in a channel I'm in, or send it to me directly."),
    "canvas": ("{} is a canvas, not a file", "Download it, then share the download here."),
    "list": ("{} is a list, not a file", "Export it as CSV, then share that file here."),
}
_DRIVE = re.compile(r"[A-Za-z]:")
_SAFE_KINDS = (0, stat.S_IFREG, stat.S_IFDIR)  # 0: not given in the archive
# What zipfile raises for an invalid, incomplete or unsupported archive.
_UNREADABLE = (BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError)


@dataclass(frozen=True, slots=True)
class UploadPlan:
    """The content of a commit by path in the repository."""

    files: Mapping[str, bytes]
    left_out: tuple[str, ...] = ()  # ignored files of an archive, such as .DS_Store

    @property
    def card(self) -> bytes | None:
        """The README.md, whose front matter the Hub reads, or None."""
        return self.files.get("README.md")

    @property
    def size(self) -> int:
        """The size of all files in bytes."""
        return sum(map(len, self.files.values()))


def plan_upload(files: Sequence[tuple[str, bytes]], folder: str, *, unpack: bool) -> UploadPlan:
    """Return the plan to commit *files*, pairs of name and content, to *folder*.

    Raises:
        Misunderstood: A name, the folder or the archive can't be used.

    >>> plan_upload([("app.py", b"")], "src", unpack=False).files
    {'src/app.py': b''}
    """
    into = parse_folder(folder)
    if unpack and len(files) == 1 and is_archive(*files[0]):
        found, left_out = _unpack(*files[0])
    else:
        found, left_out = [(safe_name(raw), content) for raw, content in files], ()
    if not found:
        raise Misunderstood("There is no file in that, so nothing was uploaded. Choose others.")
    placed = [("/".join(filter(None, (into, inner))), content) for inner, content in found]
    _check_paths([inner for inner, _ in placed])
    return UploadPlan(dict(placed), left_out)


def check_available(files: Iterable[Attachment]) -> None:
    """Check that Slack has the content of all files.

    Otherwise an empty file would replace a good one.

    Raises:
        Misunderstood: Slack has no content of one of them.

    """
    known = list(files)
    unnamed = "that file" if len(known) == 1 else "one of these files"
    for file in known:
        if file.absent:
            why, way_out = _MISSING_REASONS.get(
                file.absent, ("{} is listed in Slack without its content", _SHARE_FILE)
            )
            called = safe_name(file.name) if file.name else unnamed
            raise Misunderstood(f"{why.format(called)}, so nothing was uploaded. {way_out}")


def check_complete(file: Attachment, content: bytes) -> None:
    """Check that *content* isn't empty if Slack's metadata give a size.

    Raises:
        Misunderstood: It is.

    """
    if file.size and not content:
        raise Misunderstood(
            f"Slack handed over nothing of {safe_name(file.name)}, so nothing was uploaded. "
            "Share it "
            "again."
        )


def check_sizes(sizes: Iterable[tuple[str, int]]) -> None:
    """Check the total of *sizes*, pairs of name and bytes, before any file is fetched.

    Raises:
        Misunderstood: There is no file, or they are too large together.

    """
    known = list(sizes)
    total = sum(size for _, size in known)
    if not known:
        raise Misunderstood("There is no file in that, so nothing was uploaded. Choose some.")
    if total > MOST_BYTES:
        largest = max(known, key=lambda one: one[1])[0]
        raise Misunderstood(
            f"That is {total / MB:.0f} MB together and I take {MOST_BYTES // MB} MB, so nothing "
            f"was uploaded. The largest is {safe_name(largest)}. Push it with git, or leave it out."
        )


def parse_folder(typed: str) -> str:
    r"""Return the typed folder as a path in the repository; "" is the repository itself.

    Raises:
        Misunderstood: It is outside the repository, in .git or too long.

    >>> parse_folder(" ./src\\app/ "), parse_folder("/")
    ('src/app', '')
    """
    parts = _plain(typed).replace("\\", "/").split("/")
    kept = [part.strip() for part in parts if part.strip() not in ("", ".")]
    if ".." in kept or _DRIVE.match("".join(kept[:1])):
        raise Misunderstood(
            "That folder is outside the repository, so nothing was uploaded. Name one inside it, "
            "such as `src`, or none."
        )
    if ".git" in (part.casefold() for part in kept):
        raise Misunderstood("The folder .git is git's own, so nothing was uploaded. Name another.")
    _check_length("/".join(kept))
    return "/".join(kept)


def safe_name(raw: str) -> str:
    r"""Return the last part of *raw* that is valid as a file's name, else "file".

    >>> safe_name("../../etc/pass wd"), safe_name("C:\\temp\\naïve.py"), safe_name("..")
    ('pass wd', 'naïve.py', 'file')
    """
    last = _plain(raw).replace("\\", "/").rpartition("/")[2].strip()
    return last[-200:] if last.casefold() not in ("", ".", "..", ".git") else "file"


def is_archive(raw: str, content: bytes) -> bool:
    """Return whether a file is a zip, by its name and its first bytes."""
    return raw.casefold().endswith(".zip") and content[:4] in (b"PK\x03\x04", b"PK\x05\x06")


def _unpack(raw: str, content: bytes) -> tuple[list[tuple[str, bytes]], tuple[str, ...]]:
    # Counted before zipfile lists the entries, because the list of an archive that contains
    # only names needs half a gigabyte. Ten times the limit, because entries of a nested archive
    # are counted as well.
    if (signs := content.count(b"PK\x01\x02")) > 10 * MAX_ARCHIVE_ENTRIES:
        _check_number(signs)
    try:
        with ZipFile(BytesIO(content)) as archive:
            entries = archive.infolist()
            _check_bounds(entries, len(content))
            inside = [(_archive_path(entry), entry) for entry in entries if not entry.is_dir()]
            meant = [(inner, entry) for inner, entry in inside if not _is_ignored(inner)]
            return [(inner, archive.read(entry)) for inner, entry in meant], tuple(
                sorted({inner for inner, _ in inside} - {inner for inner, _ in meant})
            )
    except _UNREADABLE as error:
        raise Misunderstood(
            f"{safe_name(raw)} cannot be unpacked: it is damaged, locked with a password or "
            "packed in a "
            "way that I do not know. Nothing was uploaded. Pack it anew as a plain zip."
        ) from error


def _check_number(entries: int) -> None:
    if entries > MAX_ARCHIVE_ENTRIES:
        raise Misunderstood(
            f"That archive holds {entries:,} entries and I unpack {MAX_ARCHIVE_ENTRIES:,}, so "
            "nothing was "
            "uploaded. Leave out what is built or installed, such as node_modules."
        )


def _check_bounds(entries: Sequence[ZipInfo], packed: int) -> None:
    """Check the claimed sizes, which zipfile enforces when it reads an entry."""
    _check_number(len(entries))
    unpacked = sum(entry.file_size for entry in entries)
    if unpacked > MOST_UNPACKED or (unpacked > RATIO_FROM and unpacked > MOST_RATIO * packed):
        raise Misunderstood(
            f"That archive would unpack from {_megabytes(packed)} to {_megabytes(unpacked)}, so "
            f"nothing was uploaded. I unpack {MOST_UNPACKED // MB} MB, and {MOST_RATIO} times what "
            "was packed. Send the files without packing them."
        )
    for entry in entries:
        _check_kind(entry)


def _check_kind(entry: ZipInfo) -> None:
    if stat.S_IFMT(entry.external_attr >> 16) not in _SAFE_KINDS:
        raise Misunderstood(
            f"That archive holds {_quote(entry.filename)}, which is a link and not a file, so "
            "nothing was uploaded. Put the file itself in its place."
        )
    if entry.compress_type not in (ZIP_STORED, ZIP_DEFLATED) or entry.flag_bits & 0x1:
        raise BadZipFile  # reported like any unreadable archive


def _archive_path(entry: ZipInfo) -> str:
    """Return the path of an entry in the repository, rejecting paths that lead out of it."""
    typed = entry.orig_filename.replace("\\", "/")
    parts = [_plain(part) for part in typed.split("/")]
    if typed.startswith("/") or _DRIVE.match(typed) or ".." in parts or "\0" in typed:
        raise Misunderstood(
            f"That archive holds {_quote(typed)}, a path that leads out of the repository, so "
            "nothing was uploaded. Pack the folder anew from where it is."
        )
    return "/".join(part for part in parts if part not in ("", ".")) or "file"


def _is_ignored(inner: str) -> bool:
    return not _IGNORED_NAMES.isdisjoint(inner.casefold().split("/"))


def _check_paths(paths: Sequence[str]) -> None:
    """Check that no two files have the same path, and no file the path of a folder."""
    taken = set(paths)
    twice = (
        next((one for one in paths if paths.count(one) > 1), "") if len(taken) < len(paths) else ""
    )
    folders = {"/".join(one.split("/")[:n]) for one in taken for n in range(1, one.count("/") + 1)}
    if clash := twice or next(iter(sorted(taken & folders)), ""):
        raise Misunderstood(
            f"Two files would be at {_quote(clash)}, so nothing was uploaded. Rename one of them."
        )
    for one in taken:
        _check_length(one)


def _check_length(inner: str) -> None:
    if len(inner) > _LONGEST_PATH or inner.count("/") >= _DEEPEST:
        raise Misunderstood(
            f"The path {_quote(inner)} is too long or too deep, so nothing was uploaded. "
            "Use shorter names."
        )


def _plain(text: str) -> str:
    """Return *text* in NFC without unprintable characters, because git compares bytes."""
    return "".join(c for c in unicodedata.normalize("NFC", text) if c.isprintable())


def _quote(text: str) -> str:
    printable = _plain(text).replace("`", "")
    return f"`{printable if len(printable) <= 80 else printable[:79] + '…'}`"


def _megabytes(size: int) -> str:
    return f"{size / MB:.1f} MB" if size < 10 * MB else f"{size / MB:.0f} MB"
