"""A secret is found nowhere but in the Hub: a real bot, at DEBUG, and all that it leaves."""

import hashlib
import re
from collections.abc import Iterator
from pathlib import Path
from urllib.request import urlopen

import pytest

from bot.sandbox.hub.seed import classroom
from bot.sandbox.slack import faults
from bot.sandbox.slack.nouns import Message
from bot.sandbox.slack.rooms import OPS
from tests.e2e.house import QUICK, House, house

VALUE = "Swordfish8Kx2mQ7vLp4nTz9R"
TEAM = "ifcore-org/ifcore-team-a"
OTHER = "ifcore-org/ifcore-team-c"
# As a person would who looks for a fault: everything that the bot and its libraries can say.
TALKATIVE = """
import logging
import bot.logs
set_up = bot.logs.set_up
bot.logs.set_up = lambda **given: set_up(**(given | {"level": logging.DEBUG}))
"""


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    talkative = tmp_path_factory.mktemp("talkative")
    (talkative / "sitecustomize.py").write_text(TALKATIVE)
    folder = tmp_path_factory.mktemp("secrecy")
    with house(folder, classroom(pace=QUICK)) as home:
        home.environ["PYTHONPATH"] = f"{talkative}:{home.environ['PYTHONPATH']}"
        yield home


def test_the_value_is_found_nowhere(home: House) -> None:
    bot = home.start()
    port = re.findall(r"\d+", bot.says("ready on port"))[-1]

    _set_by_the_form(home)
    _refused_by_the_hub(home)
    _met_by_trouble(home)
    _typed_in_a_command(home)
    metrics = urlopen(f"http://127.0.0.1:{port}/metrics").read()
    told = _told(home)
    process = [Path(f"/proc/{bot.pid}/{name}").read_bytes() for name in ("cmdline", "environ")]
    files = _files(home)
    assert bot.terminate() == 0
    files += _files(home)

    digest = hashlib.sha256(VALUE.encode()).hexdigest()
    with home.world.open(TEAM) as space:
        assert space.secrets["API_KEY"].digest == digest, "it has reached the Hub"
    assert "DEBUG" in bot.said, "the log says all that it can say"
    assert "API_KEY" in told
    assert b"API_KEY" in b"".join(files), "the database is looked into"
    for place in (bot.said.encode(), told.encode(), metrics, *process, *files):
        assert not _holds(place), _around(place)


def _set_by_the_form(home: House) -> None:
    _fill_in(home, "secret set team-a API_KEY")
    home.until(lambda: home.said("^Secret API_KEY set on team-a$"))


def _refused_by_the_hub(home: House) -> None:
    """The Hub repeats what it was sent, as a careless one would."""
    home.world.faults.refuse(
        400, f"Invalid value: {VALUE}", space=OTHER, times=1, call="set-secret"
    )
    _fill_in(home, "secret set team-c API_KEY")
    home.until(lambda: home.said("^Secret API_KEY not set on team-c$"))


def _met_by_trouble(home: House) -> None:
    """An answer that nobody can read, on the way to the Hub and on the way to Slack."""
    home.world.faults.html(call="set-secret", times=1)
    home.sandbox.slack.faults.add("chat.postMessage", faults.broken(503))
    _fill_in(home, "secret set team-c OTHER_KEY")
    home.until(lambda: home.said("^Secret OTHER_KEY not set on team-c$"))


def _typed_in_a_command(home: House) -> None:
    for text in (f"secret set team-a API_KEY {VALUE}", f"secrt set team-a API_KEY {VALUE}"):
        before = len(home.whispers(home.sandbox.lead.id))
        home.sandbox.lead.type(OPS.id, f"/space {text}")
        home.until(lambda seen=before: len(home.whispers(home.sandbox.lead.id)) > seen)  # type: ignore[misc]


def _fill_in(home: House, text: str) -> None:
    lead = home.sandbox.lead
    lead.type(OPS.id, f"/space {text}")
    view = lead.waits_for_view("Set a secret")
    lead.submit(view, {"value": f" {VALUE}\n"})
    home.until(lambda: lead.view is None)


def _told(home: House) -> str:
    """Return all that Slack shows: messages to all and to one, views, what phones have shown."""
    workspace = home.sandbox.workspace
    rooms = list(workspace.rooms.channels)
    messages: list[Message] = [m for room in rooms for m in workspace.timeline.everything(room)]
    people = [workspace.view(person) for person in workspace.rooms.people]
    pushes = [workspace.pushes(person) for person in workspace.rooms.people]
    return f"{messages} {people} {pushes}"


def _files(home: House) -> list[bytes]:
    """Return the database, its journal, and whatever else the bot has left."""
    return [file.read_bytes() for file in home.folder.rglob("*") if file.is_file()]


def _holds(place: bytes) -> bool:
    return VALUE.encode() in place or VALUE.lower().encode() in place.lower()


def _around(place: bytes) -> bytes:
    at = place.lower().index(VALUE.lower().encode())
    return place[max(0, at - 300) : at + 100]


def test_the_test_would_see_it() -> None:
    assert _holds(f"GET /?value={VALUE} HTTP/1.1".encode())
