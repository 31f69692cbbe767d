"""Plans of uploads: paths, sizes and contents."""

import pytest

from bot import uploads
from bot.errors import UsageError
from bot.model import SlackFile
from bot.uploads import MB, check_sizes, plan_upload


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
    with pytest.raises(UsageError, match=r"Two files would be at `a\.py`"):
        plan_upload(files, "", unpack=False)


def test_upload_without_files_is_rejected() -> None:
    with pytest.raises(UsageError, match="no files in that"):
        plan_upload([], "", unpack=False)
    with pytest.raises(UsageError, match="no files in that"):
        check_sizes([])


def test_total_size_is_limited() -> None:
    check_sizes([("a", 25 * MB), ("b", 25 * MB)])

    with pytest.raises(UsageError, match=r"200 MB in total; the limit is 50 MB.*largest is film"):
        check_sizes([("a", 1), ("film.mp4", 200 * MB)])


@pytest.mark.parametrize(
    ("number", "said"),
    [(1, "I can't see that file, so"), (2, "I can't see one of these files, so")],
)
def test_error_about_a_file_without_a_name_has_none(number: int, said: str) -> None:
    with pytest.raises(UsageError, match=said):
        uploads.check_available(
            [SlackFile(f"F{n}", "", 0, "", unavailable_reason="unseen") for n in range(number)]
        )
