"""Archives: unpacked safely, or rejected."""

import stat
import zlib
from io import BytesIO
from zipfile import ZIP_BZIP2, ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

import pytest

from bot.errors import UsageError
from bot.uploads import MB, archives, plan_upload


def packed(*entries: tuple[str, bytes], kind: int = ZIP_DEFLATED, mode: int = 0) -> bytes:
    """Return a zip of (path, content) pairs."""
    buffer = BytesIO()
    with ZipFile(buffer, "w", kind) as archive:
        for inner, content in entries:
            info = ZipInfo(inner)
            info.compress_type, info.external_attr = kind, mode << 16
            archive.writestr(info, content)
    return buffer.getvalue()


def unpack(content: bytes, folder: str = "") -> dict[str, bytes]:
    return dict(plan_upload([("site.zip", content)], folder, unpack=True).files)


def test_a_zip_is_unpacked_with_its_folders() -> None:
    content = packed(("app.py", b"1"), ("a/b/c/d.txt", b"2"), ("a/", b""), ("empty", b""))

    assert unpack(content, "into") == {
        "into/app.py": b"1",
        "into/a/b/c/d.txt": b"2",
        "into/empty": b"",
    }


@pytest.mark.parametrize(
    ("files", "unpack"),
    [
        # … only if it is requested
        ([("site.zip", packed(("a", b"1")))], False),
        # … alone
        ([("site.zip", packed(("a", b"1"))), ("b", b"2")], True),
        # … and a zip
        ([("site.zip", b"no archive")], True),
        ([("wheel.whl", packed(("a", b"1")))], True),
    ],
)
def test_anything_but_a_single_zip_is_not_unpacked(
    files: list[tuple[str, bytes]], unpack: bool
) -> None:
    assert plan_upload(files, "", unpack=unpack).files == dict(files)


def test_files_of_git_python_and_operating_systems_are_left_out_and_listed() -> None:
    entries = (
        "a.py",
        "__MACOSX/._a.py",
        "src/.DS_Store",
        ".git/config",
        ".gitignore",
        "src/__pycache__/a.cpython-311.pyc",
    )
    found = plan_upload([("a.zip", packed(*((n, b"x") for n in entries)))], "", unpack=True)

    assert set(found.files) == {"a.py", ".gitignore"}
    assert found.left_out == (
        ".git/config",
        "__MACOSX/._a.py",
        "src/.DS_Store",
        "src/__pycache__/a.cpython-311.pyc",
    )


@pytest.mark.parametrize("inner", [".GIT/config", "src/.Git/hooks/post-checkout", "thumbs.DB"])
def test_ignored_names_are_case_insensitive(inner: str) -> None:
    found = plan_upload([("a.zip", packed(("a.py", b"x"), (inner, b"x")))], "", unpack=True)

    assert (set(found.files), found.left_out) == ({"a.py"}, (inner,))


@pytest.mark.parametrize(
    "inner", ["../evil", "a/../../evil", "/etc/evil", "C:\\evil", "a\\..\\evil"]
)
def test_archive_path_outside_the_repository_is_rejected(inner: str) -> None:
    with pytest.raises(UsageError, match="outside the repository"):
        unpack(packed(("good", b"1"), (inner, b"2")))


@pytest.mark.parametrize("mode", [stat.S_IFLNK | 0o777, stat.S_IFIFO, stat.S_IFCHR])
def test_archive_with_links_or_devices_is_rejected(mode: int) -> None:
    with pytest.raises(UsageError, match="which is a link"):
        unpack(packed(("link", b"/etc/passwd"), mode=mode))


def test_archive_with_too_many_entries_is_rejected() -> None:
    with pytest.raises(UsageError, match="2,001 entries"):
        unpack(packed(*((str(n), b"") for n in range(archives.MAX_ARCHIVE_ENTRIES + 1))))


def test_entries_are_counted_before_they_are_listed() -> None:
    with pytest.raises(UsageError, match="50,001 entries"):
        unpack(packed(("a", b"1")) + b"PK\x01\x02" * 50_000)


def test_zip_bomb_is_rejected_before_it_is_unpacked() -> None:
    zeros = bytes(30 * MB)
    with pytest.raises(UsageError, match=r"would unpack from 0\.0 MB to 30 MB"):
        unpack(packed(("zeros", zeros)))


def test_archive_with_too_large_content_is_rejected() -> None:
    """One of 4 MB whose headers claim 201 MB, so that the content is large and not dense."""
    content = packed(("stored", bytes(4 * MB)), kind=ZIP_STORED)
    claiming = content.replace((4 * MB).to_bytes(4, "little"), (201 * MB).to_bytes(4, "little"))
    with pytest.raises(UsageError, match=r"to 201 MB, so nothing was uploaded"):
        unpack(claiming)


def test_small_archive_may_have_any_ratio() -> None:
    assert unpack(packed(("zeros", bytes(MB // 2)))) == {"zeros": bytes(MB // 2)}


def test_entry_larger_than_its_claim_is_rejected() -> None:
    """A bomb that claims to be small: the claim in both headers is a lie."""
    content = packed(("zeros", bytes(3 * MB)))
    lying = content.replace((3 * MB).to_bytes(4, "little"), (1000).to_bytes(4, "little"))

    assert lying != content
    with pytest.raises(UsageError, match="can't be unpacked"):
        unpack(lying)


def _locked(content: bytes) -> bytes:
    at = content.index(b"PK\x01\x02") + 8
    return content[:at] + b"\x01" + content[at + 1 :]


GOOD = packed(("a", b"some text, and some more"))


@pytest.mark.parametrize(
    "content",
    [
        GOOD[:-10],
        b"PK\x03\x04 and then nothing",
        GOOD.replace(zlib.crc32(b"some text, and some more").to_bytes(4, "little"), b"\0\0\0\0"),
        _locked(GOOD),
        packed(("a", b"1"), kind=ZIP_BZIP2),
    ],
    ids=["cut", "empty", "damaged", "locked", "unknown packing"],
)
def test_unreadable_archive_is_explained(content: bytes) -> None:
    with pytest.raises(UsageError, match="can't be unpacked"):
        unpack(content)


@pytest.mark.parametrize(
    "entries", [(("a", b"1"), ("./a", b"2")), (("a", b"1"), ("a/b", b"2"))], ids=["file", "folder"]
)
def test_archive_entries_with_one_path_are_rejected(entries: tuple[tuple[str, bytes], ...]) -> None:
    with pytest.raises(UsageError, match="Two files would be at `a`"):
        unpack(packed(*entries))


def test_archive_without_files_is_rejected() -> None:
    with pytest.raises(UsageError, match="no files in that"):
        unpack(packed(("a/", b"")))
