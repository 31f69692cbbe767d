"""Zip archives of uploads, within limits and without trust in what they claim."""

import stat
import zlib
from collections.abc import Sequence
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from bot.errors import UsageError
from bot.uploads.paths import DRIVE, printable, quote, safe_name

MB = 1024 * 1024
#: The size of all files in an archive.
MAX_UNPACKED_BYTES = 200 * MB
MAX_ARCHIVE_ENTRIES = 2_000
#: Text compresses to a tenth, rarely to a fiftieth. Below RATIO_FREE_BYTES any ratio is allowed.
MAX_RATIO, RATIO_FREE_BYTES = 100, 1 * MB
# Names that operating systems add to archives, and git's own. Compared casefolded, because some
# file systems don't distinguish .Git from .git.
_IGNORED_NAMES = frozenset({"__macosx", ".ds_store", "thumbs.db", ".git", "__pycache__"})
_SAFE_KINDS = (0, stat.S_IFREG, stat.S_IFDIR)  # 0: not given in the archive
# What zipfile raises for an invalid, incomplete or unsupported archive.
_UNREADABLE = (BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError)


def is_archive(raw: str, content: bytes) -> bool:
    """Return whether a file is a zip, by its name and its first bytes."""
    return raw.casefold().endswith(".zip") and content[:4] in (b"PK\x03\x04", b"PK\x05\x06")


def unpack(raw: str, content: bytes) -> tuple[list[tuple[str, bytes]], tuple[str, ...]]:
    """Return the files of an archive, pairs of path and content, and its ignored paths.

    Raises:
        UsageError: It is unreadable, too large or unsafe.

    """
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
        raise UsageError(
            f"{safe_name(raw)} can't be unpacked: it's damaged, has a password, or uses an "
            "unknown format. Nothing was uploaded. Zip it again as a plain .zip."
        ) from error


def _check_number(entries: int) -> None:
    if entries > MAX_ARCHIVE_ENTRIES:
        raise UsageError(
            f"That archive has {entries:,} entries; the limit is {MAX_ARCHIVE_ENTRIES:,}. "
            "Nothing was uploaded. Leave out what's built or installed, such as node_modules."
        )


def _check_bounds(entries: Sequence[ZipInfo], packed: int) -> None:
    """Check the claimed sizes, which zipfile enforces when it reads an entry."""
    _check_number(len(entries))
    unpacked = sum(entry.file_size for entry in entries)
    is_too_dense = unpacked > RATIO_FREE_BYTES and unpacked > MAX_RATIO * packed
    if unpacked > MAX_UNPACKED_BYTES or is_too_dense:
        raise UsageError(
            f"That archive would unpack from {_megabytes(packed)} to {_megabytes(unpacked)}, "
            f"so nothing was uploaded. I unpack {MAX_UNPACKED_BYTES // MB} MB, and {MAX_RATIO} "
            "times the packed size. Share the files without zipping them."
        )
    for entry in entries:
        _check_kind(entry)


def _check_kind(entry: ZipInfo) -> None:
    if stat.S_IFMT(entry.external_attr >> 16) not in _SAFE_KINDS:
        raise UsageError(
            f"That archive has {quote(entry.filename)}, which is a link, so nothing was "
            "uploaded. Replace it with the file itself."
        )
    if entry.compress_type not in (ZIP_STORED, ZIP_DEFLATED) or entry.flag_bits & 0x1:
        raise BadZipFile  # reported like any unreadable archive


def _archive_path(entry: ZipInfo) -> str:
    """Return the path of an entry in the repository, rejecting paths outside it."""
    typed = entry.orig_filename.replace("\\", "/")
    parts = [printable(part) for part in typed.split("/")]
    if typed.startswith("/") or DRIVE.match(typed) or ".." in parts or "\0" in typed:
        raise UsageError(
            f"That archive has {quote(typed)}, a path outside the repository, so nothing was "
            "uploaded. Zip the folder again from inside it."
        )
    return "/".join(part for part in parts if part not in ("", ".")) or "file"


def _is_ignored(inner: str) -> bool:
    return not _IGNORED_NAMES.isdisjoint(inner.casefold().split("/"))


def _megabytes(size: int) -> str:
    return f"{size / MB:.1f} MB" if size < 10 * MB else f"{size / MB:.0f} MB"
