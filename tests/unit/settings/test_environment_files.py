"""Secrets in files, as systemd and container platforms hand them over."""

from pathlib import Path

import pytest

from bot.settings import SettingsError, read, read_database_url
from tests.unit.settings.samples import APP, BOT, REQUIRED, problem_of


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "token"
    path.write_text(BOT + "\n")
    return path


def without(name: str) -> dict[str, str]:
    return {key: value for key, value in REQUIRED.items() if key != name}


def test_a_secret_is_read_from_its_file(file: Path) -> None:
    given = read({**without("SLACK_BOT_TOKEN"), "SLACK_BOT_TOKEN_FILE": str(file)})

    assert given.slack_bot_token.get_secret_value() == BOT


def test_a_secret_for_new_spaces_is_read_from_its_file(tmp_path: Path) -> None:
    (tmp_path / "key").write_text("  two  words \n")

    given = read({**REQUIRED, "SPACEBOT_SECRET_API_KEY_FILE": f"{tmp_path}/key"})

    assert {key: value.get_secret_value() for key, value in given.secrets.items()} == {
        "API_KEY": "  two  words "
    }


def test_an_empty_name_of_a_file_counts_as_not_set() -> None:
    assert read({**REQUIRED, "SLACK_BOT_TOKEN_FILE": " "}) == read(REQUIRED)


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (None, "names a file that can't be read (No such file or directory). Check the path."),
        (b"\n", "names a file that is empty. Check the path."),
        (b"\xff\xfe", "names a file that isn't text. Check the path."),
    ],
)
def test_a_file_without_a_secret_is_one_problem(
    tmp_path: Path, content: bytes | None, problem: str
) -> None:
    if content is not None:
        (tmp_path / "token").write_bytes(content)
    environ = {**without("SLACK_BOT_TOKEN"), "SLACK_BOT_TOKEN_FILE": f"{tmp_path}/token"}

    with pytest.raises(SettingsError) as caught:
        read(environ)

    assert caught.value.problems == (f"SLACK_BOT_TOKEN_FILE {problem}",)


def test_a_value_and_a_file_are_one_too_many(file: Path) -> None:
    assert problem_of(SLACK_BOT_TOKEN_FILE=str(file)) == (
        "SLACK_BOT_TOKEN_FILE is set, and so is SLACK_BOT_TOKEN. Keep one of them."
    )


def test_the_content_of_a_file_is_checked_like_a_value(tmp_path: Path) -> None:
    (tmp_path / "token").write_text(APP)

    with pytest.raises(SettingsError, match="SLACK_BOT_TOKEN looks like an app-level token") as e:
        read({**without("SLACK_BOT_TOKEN"), "SLACK_BOT_TOKEN_FILE": f"{tmp_path}/token"})

    assert APP not in str(e.value)


def test_only_secrets_can_be_files(file: Path) -> None:
    assert "SPACEBOT_PREFIX_FILE isn't a Spacebot variable" in problem_of(
        SPACEBOT_PREFIX_FILE=str(file)
    )


def test_a_backup_needs_only_the_address_of_the_database(tmp_path: Path) -> None:
    (tmp_path / "url").write_text("sqlite:///other.db\n")

    assert read_database_url({}) == "sqlite:///spacebot.db"
    assert read_database_url({"DATABASE_URL": "sqlite:///mine.db"}) == "sqlite:///mine.db"
    assert read_database_url({"DATABASE_URL_FILE": f"{tmp_path}/url"}) == "sqlite:///other.db"
    with pytest.raises(SettingsError, match="DATABASE_URL"):
        read_database_url({"DATABASE_URL": "mysql://host"})
