"""Paths: folders and names of uploaded files."""

import pytest

from bot.errors import UsageError
from bot.uploads import parse_folder, plan_upload, safe_name


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
        # invisible characters are removed, accents are normalized
        ("sr\u200bc\x07", "src"),
        ("e\u0301", "\u00e9"),
    ],
)
def test_folder_is_parsed(typed: str, folder: str) -> None:
    assert parse_folder(typed) == folder


@pytest.mark.parametrize("typed", ["..", "src/../..", "a/..", "C:\\temp", ".git", "a/.GIT/hooks"])
def test_folder_outside_the_repository_is_rejected(typed: str) -> None:
    with pytest.raises(UsageError, match="nothing was uploaded"):
        parse_folder(typed)


def test_too_long_path_is_rejected() -> None:
    with pytest.raises(UsageError, match="too long or too deep"):
        parse_folder("a/" * 50)
    with pytest.raises(UsageError, match="too long or too deep"):
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
        # an empty name, or one of git's, is replaced
        ("", "file"),
        ("..", "file"),
        (".git", "file"),
        (".Git", "file"),
        ("a\x00\u202eb", "ab"),
        # the end of a long name is kept, with its extension
        ("x" * 300 + ".py", "x" * 197 + ".py"),
    ],
)
def test_name_is_reduced_to_what_is_valid_in_a_path(raw: str, kept: str) -> None:
    assert safe_name(raw) == kept
