"""Logs and doctor through the real clients, against the sandbox's Slack and Hub."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from huggingface_hub import set_client_factory
from huggingface_hub.utils._http import default_client_factory

from bot import diagnostics
from bot.alerts.channels import AlertChannel
from bot.hub import Hub
from bot.manifest import manifest
from bot.model import Ask
from bot.sandbox.hub.control import World
from bot.sandbox.hub.seed import classroom
from bot.sandbox.server import Sandbox
from bot.service import Bot
from bot.settings import Settings, read
from bot.slack import Hello, Slack, make_client
from tests.conftest import MakeBot
from tests.fakes import FakeClock

TEAM = "ifcore-org/ifcore-team-a"
OPS = "C0OPS"
SECRET = "correct-horse-battery"


@pytest.fixture
def world(clock: FakeClock) -> World:
    return classroom(spaces=3, clock=lambda: clock().timestamp())


@pytest.fixture
def sandbox(world: World) -> Iterator[Sandbox]:
    with Sandbox(world, manifest=manifest()) as running:
        yield running
        world.faults.release()


@pytest.fixture
def slack(sandbox: Sandbox) -> Slack:
    """The real Slack client, in place of the fake one for every test here."""
    return Slack(make_client("xoxb-sandbox", sandbox.slack_api_url))


@pytest.fixture
def hub(sandbox: Sandbox, clock: FakeClock) -> Iterator[Hub]:
    """The real Hub client, likewise."""
    hub = Hub("hf_sandbox", endpoint=sandbox.hub_endpoint, now=clock, timeout=5.0)
    yield hub
    hub.close()
    set_client_factory(default_client_factory)


@pytest.fixture
def settings(sandbox: Sandbox) -> Settings:
    ours = {k: v for k, v in sandbox.environ().items() if not k.startswith("HF_HUB")}
    return read({**ours, "DATABASE_URL": "sqlite:///unused.db"})


@pytest.fixture
def bot(make_bot: MakeBot, sandbox: Sandbox) -> Bot:
    return make_bot(
        SPACEBOT_OWNER="ifcore-org",
        SPACEBOT_PREFIX="ifcore-",
        SPACEBOT_OPERATORS=sandbox.ta.id,
        SPACEBOT_SECRET_KEY=SECRET,
    )


def ask(bot: Bot, sandbox: Sandbox, text: str) -> None:
    bot.ask(Ask(text, sandbox.ta.id, OPS, idempotency_key=text))


def log_of(world: World, *lines: str) -> None:
    with world.open(TEAM) as space:
        space.logs["run"] = [(float(n), line) for n, line in enumerate(lines)]


def test_log_tail_is_ephemeral_and_the_file_sent_by_dm(
    bot: Bot, sandbox: Sandbox, world: World
) -> None:
    world.faults.log_linger_seconds = 0.0
    lines = [f"line {n}" for n in range(1, 201)]
    log_of(world, *lines, f"\x1b[31mKEY is {SECRET}\x1b[0m")

    ask(bot, sandbox, "logs team-a")

    ephemeral = sandbox.ta.wait_for_message(OPS, "run log")
    parcel = sandbox.ta.wait_for_message(sandbox.ta.dm, "The file you requested")
    (file,) = sandbox.ta.visible_messages(sandbox.ta.dm)[-1].files
    assert ephemeral.ephemeral_for == sandbox.ta.id
    assert "line 200\nKEY is ***" in str(ephemeral.blocks[1]["text"]["text"])
    assert "team-a-run.log" in parcel.text
    assert file.name == "team-a-run.log"
    assert file.content.decode().splitlines() == [*lines, "KEY is ***"]
    assert sandbox.student.visible_messages(OPS) == (), "nobody else sees any of it"


def test_endless_log_stream_is_answered(bot: Bot, sandbox: Sandbox, world: World) -> None:
    world.faults.log_linger_seconds, world.faults.log_keepalive_seconds = 3600.0, 0.05
    log_of(world, "only this")

    ask(bot, sandbox, "logs team-a")

    assert "only this" in str(sandbox.ta.wait_for_message(OPS, "run log").blocks)
    assert sandbox.ta.visible_messages(sandbox.ta.dm) == ()


def test_missing_file_scope_keeps_the_reply(bot: Bot, sandbox: Sandbox, world: World) -> None:
    world.faults.log_linger_seconds = 0.0
    installed = sandbox.workspace.installation
    sandbox.workspace.installation = replace(installed, scopes=installed.scopes - {"files:write"})
    log_of(world, *(f"line {n}" for n in range(1, 201)))

    ask(bot, sandbox, "logs team-a")

    assert "The Slack app is missing the scope files:write" in str(
        sandbox.ta.wait_for_message(OPS, "run log").blocks
    )
    assert (
        "The Slack app is missing the scope files:write"
        in sandbox.ta.visible_messages(sandbox.ta.dm)[-1].text
    )


def test_running_bot_can_run_its_diagnostics(
    hub: Hub, sandbox: Sandbox, settings: Settings
) -> None:
    web = make_client("xoxb-sandbox", sandbox.slack_api_url)

    found = diagnostics.SetupChecks(
        settings,
        web,
        hub,
        ping=lambda: 0.0,
        hello=lambda: Hello("A0SPACEBOT"),
    ).run(lambda: AlertChannel(OPS, OPS))

    assert {finding.name for finding in found} >= {"Slack scopes", "Hugging Face token", "database"}
    assert [finding.problem for finding in found if not finding.ok] == []
    assert hub.fleet("ifcore-org"), "its own connection is left as it was"
