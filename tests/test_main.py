"""The command line: each error is one line with a next step.

Each command runs as a process in at least one test. Where another test needs only its answer, it
runs in this process.
"""

import json
import logging
import os
import socket
import sqlite3
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.request import urlopen

import pytest
from click.testing import CliRunner

from bot.__main__ import doctor, main
from bot.manifest import manifest
from bot.store import Store, key_values
from tests.command_line import run_command
from tests.conftest import ENVIRON
from tests.e2e.process import Child, Process

# A closed port, because no check may reach a real Slack or Hub.
NOWHERE = {"SLACK_API_URL": "http://127.0.0.1:9/", "HF_ENDPOINT": "http://127.0.0.1:9"}
OURS = ("SPACEBOT_", "SLACK_", "HF_", "DATABASE_URL")


def ended(folder: Path, *words: str, **environ: str) -> tuple[int, str]:
    """Run the command in a process to its end; return its exit code and its output."""
    process = Process({**bare_environ(), **environ}, folder, *words)
    return process.wait(), process.output


def answered(folder: Path, *words: str, **environ: str) -> tuple[int, str]:
    """Run the command in this process; return its exit code and its output."""
    return run_command(folder, {**bare_environ(), **environ}, *words)


def bare_environ() -> dict[str, str]:
    """Return the environment without settings."""
    bare = {name: value for name, value in os.environ.items() if not name.startswith(OURS)}
    return {**bare, "PYTHONPATH": str(Path(__file__).parents[1])}


@pytest.fixture
def taken() -> Iterator[int]:
    """A port that is already in use."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield int(listener.getsockname()[1])


# Prints the modules after the start of three commands, each in the state that the one before left.
STARTS = """
import sys
from click.testing import CliRunner
from bot.__main__ import main

for words in (["--version"], ["manifest"]):
    assert CliRunner().invoke(main, words).exit_code == 0
    print(*sys.modules)
from bot import app, commands
commands.load()
print(*sys.modules)
"""


def test_command_imports_only_what_it_needs(tmp_path: Path) -> None:
    child = Child([sys.executable, "-c", STARTS], tmp_path, bare_environ())
    assert child.wait() == 0, child.output
    version, manifest, run = (set(line.split()) for line in child.output.splitlines())

    assert {name for name in version if name.startswith("bot.")} == {"bot.__main__", "bot.signals"}
    assert version & {"pydantic", "sqlalchemy"} == set()
    assert manifest & {"sqlalchemy", "slack_sdk", "huggingface_hub", "httpx2"} == set()
    assert run & {"alembic", "hron", "icalendar", "psycopg", "bot.sandbox"} == set()
    assert {"pydantic", "sqlalchemy", "slack_sdk", "huggingface_hub"} <= run


def test_the_manifest_is_json_to_paste_with_the_command_of_the_settings(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("SPACEBOT_COMMAND=/hf")

    code, said = ended(tmp_path, "manifest")

    assert code == 0
    assert json.loads(said) == manifest("/hf")
    assert json.loads(said)["features"]["slash_commands"][0]["command"] == "/hf"


@pytest.mark.usefixtures("restore_logging")
def test_the_environment_comes_before_the_file_in_the_manifest(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("SPACEBOT_COMMAND=/hf")

    _, said = answered(tmp_path, "manifest", SPACEBOT_COMMAND="/fleet")

    assert json.loads(said) == manifest("/fleet")


def test_the_list_of_commands_cuts_no_sentence() -> None:
    listed = CliRunner().invoke(main, ["--help"]).output

    assert "Copy the SQLite database to a new FILE.\n" in listed
    assert "..." not in listed.partition("Commands:")[2]


def test_manifest_that_slack_would_reject_is_not_printed(tmp_path: Path) -> None:
    code, said = answered(tmp_path, "manifest", SPACEBOT_COMMAND="Bad Name")

    assert code == 2
    assert said.startswith("SPACEBOT_COMMAND is 'Bad Name': use ")


def test_taken_port_is_reported_with_advice(tmp_path: Path, taken: int) -> None:
    tried = ended(tmp_path, "try", "--port", str(taken))
    database = f"sqlite:///{tmp_path}/new.db"
    ran = ended(
        tmp_path,
        "run",
        **ENVIRON,
        **NOWHERE,
        SPACEBOT_PORT=str(taken),
        DATABASE_URL=database,
    )

    line = f"Error: Port {taken} is taken. Nothing was started. {{}}, or 0 for any free one.\n"
    assert tried == (1, line.format("Choose another with --port"))
    assert ran[0] == 1
    assert line.format("Set SPACEBOT_PORT to another") in ran[1]
    assert "leading" not in ran[1]


def test_port_above_65535_is_rejected(tmp_path: Path) -> None:
    code, said = answered(tmp_path, "try", "--port", "65536")

    assert code == 2
    assert "65536 is not in the range" in said


def test_try_prints_the_address_of_a_page_that_completes_the_commands(tmp_path: Path) -> None:
    process = Process(bare_environ(), tmp_path, "try", "--port", "0")
    try:
        address = process.wait_for_line("http://").strip()
        with urlopen(f"{address}/sandbox/state?person=U0TA01&channel=C0OPS") as response:
            completions = json.load(response)["completions"]
        assert "/space wake" in {completion["line"] for completion in completions}
        assert process.terminate() == 0
    finally:
        process.discard()


def test_try_without_the_packages_of_the_sandbox_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, "yaml", None)  # as if it were not installed

    result = CliRunner().invoke(main, ["try"])

    assert result.exit_code == 1
    assert "packages that aren't installed: yaml." in result.output
    assert "spacebot[try]" in result.output


@pytest.mark.usefixtures("restore_logging")
def test_newer_database_is_reported_in_one_line(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/bot.db"
    Store(url).close()
    with sqlite3.connect(tmp_path / "bot.db") as tx:
        tx.execute("UPDATE alembic_version SET version_num = '9999'")
    tx.close()

    environ = {**ENVIRON, **NOWHERE, "DATABASE_URL": url}
    ran = ended(tmp_path, "run", **environ)
    examined = answered(tmp_path, "doctor", **environ)

    (error,) = ran[1].splitlines()
    assert (ran[0], examined[0]) == (1, 1)
    assert error.startswith("Error: The database was made by another version of Spacebot")
    assert "BAD database: was made by another version of Spacebot" in examined[1]
    assert "Traceback" not in examined[1]


def test_a_database_of_an_unreleased_version_is_left_alone(tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "bot.db") as tx:
        tx.execute("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL)")
        tx.execute("INSERT INTO alembic_version VALUES ('0001')")
    tx.close()

    environ = {**ENVIRON, **NOWHERE, "DATABASE_URL": f"sqlite:///{tmp_path}/bot.db"}
    code, said = ended(tmp_path, "run", **environ)

    (line,) = said.splitlines()
    assert code == 1
    assert "belongs to an unreleased version of Spacebot" in line
    assert "Delete it, or name another database in DATABASE_URL, and start again." in line
    with sqlite3.connect(tmp_path / "bot.db") as tx:
        tables = tx.execute("SELECT name FROM sqlite_master").fetchall()
    tx.close()
    assert tables == [("alembic_version",)]


def test_the_doctor_prints_its_report_and_no_log_line(tmp_path: Path) -> None:
    environ = {**ENVIRON, **NOWHERE, "DATABASE_URL": f"sqlite:///{tmp_path}/new.db"}
    code, said = ended(tmp_path, "doctor", **environ)

    assert code == 1
    assert "BAD Slack bot token: Slack can't be reached." in said
    assert [line for line in said.splitlines() if line[:4] not in ("ok  ", "BAD ", "?   ")] == []
    assert list(tmp_path.iterdir()) == []  # no database is created


@pytest.mark.usefixtures("restore_logging")
def test_what_the_doctor_cannot_explain_is_logged_without_secrets(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    token = ENVIRON["HF_TOKEN"]
    environ = {**ENVIRON, **NOWHERE, "DATABASE_URL": f"sqlite:///{tmp_path}/new.db"}
    store = Store(environ["DATABASE_URL"])
    with store.transaction() as tx:  # a row that the bot never writes
        key_values.put(tx, "alert_channel", {"retry_at": None, token: ""})
    store.close()
    monkeypatch.setattr(os, "environ", environ)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(logging.getLogger(), "handlers", [])

    with pytest.raises(SystemExit):
        doctor.callback()  # type: ignore[misc]  # click knows what it wraps

    shown = capsys.readouterr()
    assert "alert channel couldn't be checked (TypeError" in shown.out.replace(":", "")
    assert "got an unexpected keyword argument" in shown.err
    assert token not in shown.out + shown.err


def test_a_backup_is_restored_into_an_empty_place_only(tmp_path: Path) -> None:
    Store(f"sqlite:///{tmp_path}/bot.db").close()
    old, new = (f"sqlite:///{tmp_path}/{name}.db" for name in ("bot", "new"))

    copied = ended(tmp_path, "backup", "copy.db", DATABASE_URL=old)
    over_it = answered(tmp_path, "restore", "copy.db", DATABASE_URL=old)
    restored = ended(tmp_path, "restore", "copy.db", DATABASE_URL=new)

    assert copied[0] == restored[0] == 0
    assert copied[1].startswith("Copied the database to copy.db (")
    assert over_it[0] == 1
    assert over_it[1].endswith(
        "already exists. Stop the bot and move it away first. Nothing was restored.\n"
    )
    assert "Start the bot with `spacebot run`" in restored[1]
    Store(new).close()
