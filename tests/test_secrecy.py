"""A secret reaches only the Hub: a real bot at DEBUG, and all its traces."""

import hashlib
import re
from collections.abc import Iterator
from pathlib import Path
from urllib.request import urlopen

import pytest

from bot.sandbox.hub.seed import add_class, classroom
from bot.sandbox.slack import faults
from bot.sandbox.slack.directory import OPS
from bot.sandbox.slack.model import Message
from tests.e2e.environment import FAST_DURATIONS, Environment, open_environment

VALUE = "Swordfish8Kx2mQ7vLp4nTz9R"
TEAM = "ifcore-org/ifcore-team-a"
OTHER = "ifcore-org/ifcore-team-c"
# The most verbose settings of the bot and its libraries.
TALKATIVE = """
import logging
import bot.log_config
configure = bot.log_config.configure
bot.log_config.configure = lambda **given: configure(**(given | {"level": logging.DEBUG}))
"""


@pytest.fixture(scope="module")
def env(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Environment]:
    talkative = tmp_path_factory.mktemp("talkative")
    (talkative / "sitecustomize.py").write_text(TALKATIVE)
    folder = tmp_path_factory.mktemp("secrecy")
    with open_environment(folder, classroom(durations=FAST_DURATIONS)) as env:
        env.environ["PYTHONPATH"] = f"{talkative}:{env.environ['PYTHONPATH']}"
        yield env


def test_the_value_is_found_nowhere(env: Environment) -> None:
    bot = env.start()
    port = re.findall(r"\d+", bot.wait_for_line("ready on port"))[-1]

    _set_by_the_form(env)
    _refused_by_the_hub(env)
    _met_by_trouble(env)
    _typed_in_a_command(env)
    metrics = urlopen(f"http://127.0.0.1:{port}/metrics").read()
    shown = _slack_content(env)
    process = [Path(f"/proc/{bot.pid}/{name}").read_bytes() for name in ("cmdline", "environ")]
    files = _files(env)
    assert bot.terminate() == 0
    files += _files(env)

    digest = hashlib.sha256(VALUE.encode()).hexdigest()
    with env.world.open(TEAM) as space:
        assert space.secrets["API_KEY"].digest == digest, "it has reached the Hub"
    assert "DEBUG" in bot.output, "the log says all that it can say"
    assert "API_KEY" in shown
    assert b"API_KEY" in b"".join(files), "the database is looked into"
    for place in (bot.output.encode(), shown.encode(), metrics, *process, *files):
        assert not _holds(place), _around(place)


def _set_by_the_form(env: Environment) -> None:
    _fill_in(env, "secret set team-a API_KEY")
    env.wait_until(lambda: env.bot_messages("^Secret API_KEY set on team-a$"))


def _refused_by_the_hub(env: Environment) -> None:
    """Make the Hub echo its requests."""
    env.world.faults.refuse(400, f"Invalid value: {VALUE}", space=OTHER, times=1, call="set-secret")
    _fill_in(env, "secret set team-c API_KEY")
    env.wait_until(lambda: env.bot_messages("^Secret API_KEY not set on team-c$"))


def _met_by_trouble(env: Environment) -> None:
    """Make the next responses of the Hub and of Slack unreadable."""
    env.world.faults.html(call="set-secret", times=1)
    env.sandbox.slack.faults.plan("chat.postMessage", faults.server_error(503))
    _fill_in(env, "secret set team-c OTHER_KEY")
    env.wait_until(lambda: env.bot_messages("^Secret OTHER_KEY not set on team-c$"))


def _typed_in_a_command(env: Environment) -> None:
    for text in (f"secret set team-a API_KEY {VALUE}", f"secrt set team-a API_KEY {VALUE}"):
        before = len(env.ephemeral_messages(env.sandbox.lead.id))
        env.sandbox.lead.type(OPS.id, f"/space {text}")
        env.wait_until(lambda seen=before: len(env.ephemeral_messages(env.sandbox.lead.id)) > seen)  # type: ignore[misc]


def _fill_in(env: Environment, text: str) -> None:
    lead = env.sandbox.lead
    lead.type(OPS.id, f"/space {text}")
    view = lead.wait_for_view("Set a secret")
    lead.submit(view, {"value": f" {VALUE}\n"})
    env.wait_until(lambda: lead.view is None)


def _slack_content(env: Environment) -> str:
    """Return all that Slack shows: messages, ephemeral ones, views, and notifications of phones."""
    workspace = env.sandbox.workspace
    rooms = list(workspace.directory.channels)
    messages: list[Message] = [
        m for room in rooms for m in workspace.message_store.all_messages(room)
    ]
    people = [workspace.view(person) for person in workspace.directory.people]
    pushes = [workspace.pushes(person) for person in workspace.directory.people]
    return f"{messages} {people} {pushes}"


def _files(env: Environment) -> list[bytes]:
    """Return the database, its journal, and all other files of the bot."""
    return [file.read_bytes() for file in env.folder.rglob("*") if file.is_file()]


def _holds(place: bytes) -> bool:
    return VALUE.encode() in place or VALUE.lower().encode() in place.lower()


def _around(place: bytes) -> bytes:
    at = place.lower().index(VALUE.lower().encode())
    return place[max(0, at - 300) : at + 100]


def test_the_test_would_see_it() -> None:
    assert _holds(f"GET /?value={VALUE} HTTP/1.1".encode())


def test_the_value_is_found_nowhere_after_a_kill_in_a_wave(env: Environment) -> None:
    add_class(env.world, 24)
    bot = env.start()
    env.wait_for_sweeps(2)
    before = sum(call.name == "set-secret" for call in list(env.world.calls))
    _fill_in(env, "secret set lab-01..24 WAVE_KEY")
    assert env.world.wait_for("set-secret", times=before + 1, timeout=60.0), env.describe()
    bot.kill()
    env.expire_lease()
    env.execute_sql("UPDATE operation SET value_until = requested_at")
    again = env.start()
    env.wait_until(lambda: env.bot_messages("^Stopped after 1 of 24: I don't keep secret values"))
    shown = _slack_content(env)
    assert again.terminate() == 0

    labs = [f"ifcore-org/ifcore-lab-{number:02d}" for number in range(1, 25)]
    assert sum(env.world.secret_digest(lab, "WAVE_KEY") is not None for lab in labs) == 1
    assert "Set the rest" in shown
    for place in (bot.output.encode(), again.output.encode(), shown.encode(), *_files(env)):
        assert not _holds(place), _around(place)
