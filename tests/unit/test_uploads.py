"""What becomes of files that people hand over: rule by rule, and every bad archive."""

import stat
import zlib
from io import BytesIO
from zipfile import ZIP_BZIP2, ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

import pytest

from bot import uploads
from bot.errors import Misunderstood
from bot.model import Attachment
from bot.uploads import MB, archives, check_sizes, parse_folder, plan_upload, safe_name


def packed(*entries: tuple[str, bytes], kind: int = ZIP_DEFLATED, mode: int = 0) -> bytes:
    """Return a zip of (path, content), as anybody could make one."""
    buffer = BytesIO()
    with ZipFile(buffer, "w", kind) as archive:
        for inner, content in entries:
            info = ZipInfo(inner)
            info.compress_type, info.external_attr = kind, mode << 16
            archive.writestr(info, content)
    return buffer.getvalue()


def unpack(content: bytes, folder: str = "") -> dict[str, bytes]:
    return dict(plan_upload([("site.zip", content)], folder, unpack=True).files)


@pytest.mark.parametrize(
    ("typed", "folder"),
    [
        # the repository itself
        ("", ""),
        ("/", ""),
        (".", ""),
        # slashes and dots around it are forgiven, either way they lean
        ("/src/", "src"),
        ("./src//app", "src/app"),
        ("src\\app", "src/app"),
        (" my folder ", "my folder"),
        # what cannot be seen is dropped, accents are written in one way
        ("sr\u200bc\x07", "src"),
        ("e\u0301", "\u00e9"),
    ],
)
def test_folder_is_parsed(typed: str, folder: str) -> None:
    assert parse_folder(typed) == folder


@pytest.mark.parametrize("typed", ["..", "src/../..", "a/..", "C:\\temp", ".git", "a/.GIT/hooks"])
def test_folder_outside_the_repository_is_rejected(typed: str) -> None:
    with pytest.raises(Misunderstood, match="nothing was uploaded"):
        parse_folder(typed)


def test_too_long_path_is_rejected() -> None:
    with pytest.raises(Misunderstood, match="too long or too deep"):
        parse_folder("a/" * 50)
    with pytest.raises(Misunderstood, match="too long or too deep"):
        plan_upload([("a" * 200, b""), ("b", b"")], "c" * 250, unpack=False)


@pytest.mark.parametrize(
    ("raw", "kept"),
    [
        ("app.py", "app.py"),
        ("Bericht für Ana (2).pdf", "Bericht für Ana (2).pdf"),
        (".env.example", ".env.example"),
        # only the last part of a path is a name
        ("../../etc/passwd", "passwd"),
        ("C:\\temp\\a.py", "a.py"),
        ("/etc/passwd", "passwd"),
        # what is nothing, or git's, is called something
        ("", "file"),
        ("..", "file"),
        (".git", "file"),
        (".Git", "file"),
        ("a\x00\u202eb", "ab"),
        # the end of a long one tells what it is
        ("x" * 300 + ".py", "x" * 197 + ".py"),
    ],
)
def test_name_is_reduced_to_what_is_valid_in_a_path(raw: str, kept: str) -> None:
    assert safe_name(raw) == kept


def test_files_are_placed_in_the_folder() -> None:
    files = [("app.py", b"1"), ("empty.txt", b"")]

    assert plan_upload(files, "src", unpack=True).files == {
        "src/app.py": b"1",
        "src/empty.txt": b"",
    }


def test_only_the_readme_at_the_top_is_the_card() -> None:
    assert plan_upload([("README.md", b"hi")], "", unpack=False).card == b"hi"
    assert plan_upload([("README.md", b"hi")], "docs", unpack=False).card is None


@pytest.mark.parametrize(
    "files",
    [
        # two in one place, also once they are cleaned
        [("a.py", b"1"), ("a.py", b"2")],
        [("x/a.py", b"1"), ("y/a.py", b"2")],
    ],
)
def test_two_files_with_one_path_are_rejected(files: list[tuple[str, bytes]]) -> None:
    with pytest.raises(Misunderstood, match=r"Two files would be at `a\.py`"):
        plan_upload(files, "", unpack=False)


def test_upload_without_files_is_rejected() -> None:
    with pytest.raises(Misunderstood, match="no file in that"):
        plan_upload([], "", unpack=False)
    with pytest.raises(Misunderstood, match="no file in that"):
        check_sizes([])


def test_total_size_is_limited() -> None:
    check_sizes([("a", 25 * MB), ("b", 25 * MB)])

    with pytest.raises(Misunderstood, match=r"200 MB together and I take 50 MB.*largest is film"):
        check_sizes([("a", 1), ("film.mp4", 200 * MB)])


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
        # … only if it is wished
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


def test_files_of_operating_systems_are_left_out_and_listed() -> None:
    entries = ("a.py", "__MACOSX/._a.py", "src/.DS_Store", ".git/config", ".gitignore")
    found = plan_upload([("a.zip", packed(*((n, b"x") for n in entries)))], "", unpack=True)

    assert set(found.files) == {"a.py", ".gitignore"}
    assert found.left_out == (".git/config", "__MACOSX/._a.py", "src/.DS_Store")


@pytest.mark.parametrize("inner", [".GIT/config", "src/.Git/hooks/post-checkout", "thumbs.DB"])
def test_ignored_names_are_case_insensitive(inner: str) -> None:
    found = plan_upload([("a.zip", packed(("a.py", b"x"), (inner, b"x")))], "", unpack=True)

    assert (set(found.files), found.left_out) == ({"a.py"}, (inner,))


@pytest.mark.parametrize(
    "inner", ["../evil", "a/../../evil", "/etc/evil", "C:\\evil", "a\\..\\evil"]
)
def test_archive_path_outside_the_repository_is_rejected(inner: str) -> None:
    with pytest.raises(Misunderstood, match="leads out of the repository"):
        unpack(packed(("good", b"1"), (inner, b"2")))


@pytest.mark.parametrize("mode", [stat.S_IFLNK | 0o777, stat.S_IFIFO, stat.S_IFCHR])
def test_archive_with_links_or_devices_is_rejected(mode: int) -> None:
    with pytest.raises(Misunderstood, match="a link and not a file"):
        unpack(packed(("link", b"/etc/passwd"), mode=mode))


def test_archive_with_too_many_entries_is_rejected() -> None:
    with pytest.raises(Misunderstood, match="2,001 entries"):
        unpack(packed(*((str(n), b"") for n in range(archives.MAX_ARCHIVE_ENTRIES + 1))))


def test_entries_are_counted_before_they_are_listed() -> None:
    with pytest.raises(Misunderstood, match="50,001 entries"):
        unpack(packed(("a", b"1")) + b"PK\x01\x02" * 50_000)


def test_zip_bomb_is_rejected_before_it_is_unpacked() -> None:
    zeros = bytes(30 * MB)
    with pytest.raises(Misunderstood, match=r"would unpack from 0\.0 MB to 30 MB"):
        unpack(packed(("zeros", zeros)))


def test_archive_with_too_large_content_is_rejected(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archives, "MAX_UNPACKED_BYTES", 4 * MB)
    with pytest.raises(Misunderstood, match=r"to 4\.5 MB, so nothing was uploaded"):
        unpack(packed(("stored", bytes(int(4.5 * MB))), kind=ZIP_STORED))


def test_small_archive_may_have_any_ratio() -> None:
    assert unpack(packed(("zeros", bytes(MB // 2)))) == {"zeros": bytes(MB // 2)}


def test_entry_larger_than_its_claim_is_rejected() -> None:
    """A bomb that claims to be small: the claim in both headers is a lie."""
    content = packed(("zeros", bytes(3 * MB)))
    lying = content.replace((3 * MB).to_bytes(4, "little"), (1000).to_bytes(4, "little"))

    assert lying != content
    with pytest.raises(Misunderstood, match="cannot be unpacked"):
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
    with pytest.raises(Misunderstood, match="cannot be unpacked"):
        unpack(content)


@pytest.mark.parametrize(
    "entries", [(("a", b"1"), ("./a", b"2")), (("a", b"1"), ("a/b", b"2"))], ids=["file", "folder"]
)
def test_archive_entries_with_one_path_are_rejected(entries: tuple[tuple[str, bytes], ...]) -> None:
    with pytest.raises(Misunderstood, match="Two files would be at `a`"):
        unpack(packed(*entries))


def test_archive_without_files_is_rejected() -> None:
    with pytest.raises(Misunderstood, match="no file in that"):
        unpack(packed(("a/", b"")))


@pytest.mark.parametrize(
    ("number", "said"),
    [(1, "I can't see that file, so"), (2, "I can't see one of these files, so")],
)
def test_error_about_a_file_without_a_name_has_none(number: int, said: str) -> None:
    with pytest.raises(Misunderstood, match=said):
        uploads.check_available(
            [Attachment(f"F{n}", "", 0, "", absent="unseen") for n in range(number)]
        )
