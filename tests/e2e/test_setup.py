"""Setup: `doctor` names each problem with its fix; HTTP mode accepts only requests of Slack.

A real process proves a valid setup and a wrong one. The other checks of `doctor` run in this
process, against the same Slack and Hub, because only their lines and the exit code differ.
"""

import time
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx2
import pytest

from bot.manifest import manifest
from bot.network.connections import tls_context
from bot.sandbox import try_command
from bot.sandbox.hub.seed import classroom
from bot.sandbox.scenarios import SCENARIOS
from bot.sandbox.server import Sandbox
from bot.sandbox.slack.directory import OPS
from bot.sandbox.slack.http_delivery import FORM_CONTENT_TYPE, signature_headers
from tests.command_line import run_command
from tests.e2e.environment import Environment, open_environment
from tests.e2e.process import Process

pytestmark = pytest.mark.usefixtures("restore_logging")

BODY = b"command=%2Fspace&text=status&user_id=U0TA01&team_id=T0CLASS&channel_id=C0OPS"


def test_doctor_passes_a_valid_setup(env: Environment, tmp_path: Path) -> None:
    code, lines = start_doctor(env, tmp_path)
    assert (code, [line for line in lines if not line.startswith("ok ")]) == (0, []), lines
    assert len(lines) >= 8


@pytest.mark.parametrize(
    ("environ", "expected"),
    [
        # Invalid tokens, and a database file that can't be opened.
        pytest.param(
            {
                "SLACK_BOT_TOKEN": "xoxb-stale",
                "HF_TOKEN": "hf_stale",
                "DATABASE_URL": "sqlite:////nowhere/at/all.db",
            },
            {
                "Slack bot token": "SLACK_BOT_TOKEN",
                "Hugging Face token": "HF_TOKEN",
                "database": "DATABASE_URL",
            },
            id="nothing opens",
        ),
        # Valid tokens with too few permissions, and wrong channels and owners.
        pytest.param(
            {
                "SLACK_APP_TOKEN": "xapp-stale",
                "HF_TOKEN": "hf_read",
                "SPACEBOT_OWNER": "acme",
                "SPACEBOT_ALERT_CHANNEL": "section-1",
            },
            {
                "Slack app token": "SLACK_APP_TOKEN",
                "Hugging Face token": "write access",
                "rights on acme": "isn't a member of acme",
                "alert channel": "/invite",
            },
            id="the wrong kind and place",
        ),
        pytest.param(
            {"HF_TOKEN": "hf_oauth", "SPACEBOT_ALERT_CHANNEL": "nowhere"},
            {
                "Hugging Face token": "personal access token",
                "alert channel": "not in a channel called #nowhere",
            },
            id="a login token and no such channel",
        ),
    ],
)
def test_doctor_lists_all_problems_with_their_fixes(
    env: Environment, tmp_path: Path, environ: dict[str, str], expected: dict[str, str]
) -> None:
    code, lines = run_doctor(env, tmp_path, **environ)
    assert code == 1
    for what, way_out in expected.items():
        assert [line for line in lines if line.startswith(f"BAD {what}") and way_out in line], lines


def test_doctor_names_a_scope_that_is_missing(tmp_path: Path) -> None:
    poorer: dict[str, Any] = manifest()
    poorer["oauth_config"]["scopes"]["bot"].remove("channels:history")
    with Sandbox(manifest=poorer) as sandbox:
        bot = Process(try_command.environ(sandbox, tmp_path), tmp_path, "doctor")
        assert bot.wait() == 1
    assert "BAD Slack scopes: missing channels:history" in bot.output
    assert "reinstall" in bot.output


# (the sandbox's fault, doctor's exit code, a line of its output)
@pytest.mark.parametrize(
    ("do", "code", "line"),
    [
        ("scopes_hidden", 0, "?   Slack scopes: unknown"),
        ("may_not_write", 1, "BAD Slack scopes: missing chat:write"),
        ("token_revoked", 1, "BAD Slack bot token: My token was revoked."),
        ("too_many_sockets", 1, "BAD Slack app token: Slack closed the WebSocket at once (too"),
        ("ghosts", 1, "BAD Slack connections: 2 besides this process"),
    ],
)
def test_doctor_reports_socket_mode_problems(tmp_path: Path, do: str, code: int, line: str) -> None:
    with Sandbox(classroom(), manifest=manifest()) as sandbox:
        SCENARIOS[do].start(sandbox.slack, None)
        ended, output = run_command(tmp_path, try_command.environ(sandbox, tmp_path), "doctor")
    assert [said for said in output.splitlines() if said.startswith(line)], output
    assert ended == code
    assert "Traceback" not in output


def test_doctor_detects_tokens_of_two_apps(env: Environment, tmp_path: Path) -> None:
    installation = env.sandbox.workspace.installation
    other = replace(installation, app_token="xapp-1-A0OTHER-1-sandbox")
    env.sandbox.workspace.installation = other
    code, lines = run_doctor(env, tmp_path, SLACK_APP_TOKEN=other.app_token)
    env.sandbox.workspace.installation = installation
    assert code == 1
    assert [
        line for line in lines if "belongs to app A0OTHER and SLACK_BOT_TOKEN to A0SPACEBOT" in line
    ]


@pytest.mark.parametrize("channel", [OPS.id, OPS.name])
def test_doctor_distinguishes_archived_and_unjoined_channels(tmp_path: Path, channel: str) -> None:
    with Sandbox(manifest=manifest()) as sandbox:
        sandbox.workspace.directory.archive(OPS.id)
        environ = {**try_command.environ(sandbox, tmp_path), "SPACEBOT_ALERT_CHANNEL": channel}
        code, output = run_command(tmp_path, environ, "doctor")
    assert code == 1
    (line,) = [line for line in output.splitlines() if line.startswith("BAD alert channel")]
    assert "archived" in line
    assert "narchive it" in line


def start_doctor(env: Environment, folder: Path) -> tuple[int, list[str]]:
    """Run `doctor` in a process; return its exit code and its lines."""
    doctor = Process(settings_in(env, folder), folder, "doctor")
    return checked_report(folder, doctor.wait(), doctor.output)


def run_doctor(env: Environment, folder: Path, **environ: str) -> tuple[int, list[str]]:
    """Run `doctor` in this process; return its exit code and its lines."""
    settings = {**settings_in(env, folder), **environ}
    return checked_report(folder, *run_command(folder, settings, "doctor"))


def settings_in(env: Environment, folder: Path) -> dict[str, str]:
    return {**env.environ, "DATABASE_URL": f"sqlite:///{folder}/new.db"}


def checked_report(folder: Path, code: int, output: str) -> tuple[int, list[str]]:
    assert "Traceback" not in output
    assert not (folder / "new.db").exists(), "doctor creates no database"
    return code, output.splitlines()


@pytest.fixture(scope="module")
def by_http(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Environment, str]]:
    """A bot in HTTP mode, and the address where it listens to Slack."""
    with open_environment(tmp_path_factory.mktemp("http"), SLACK_APP_TOKEN="") as env:
        bot = env.start(SLACK_APP_TOKEN="")
        url = (
            f"http://127.0.0.1:{bot.wait_for_line('ready on port').rsplit(' ', 1)[1]}/slack/events"
        )
        env.sandbox.slack.deliver_by_http(url)
        yield env, url
        assert bot.terminate() == 0


def test_http_mode_handles_commands_and_buttons(by_http: tuple[Environment, str]) -> None:
    env, _ = by_http
    env.sandbox.ta.type(OPS.id, "/space pause team-a")
    question = env.sandbox.ta.wait_for_message(OPS.id, "Pause team-")
    env.sandbox.ta.click(question, "Pause team-a")
    env.wait_until(lambda: env.bot_messages("^Paused team-"))
    assert env.world.stage("ifcore-org/ifcore-team-a") == "PAUSED"


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        pytest.param(lambda s: signature_headers(s, BODY, time.time()), 200, id="as Slack signs"),
        # A request signed with another secret.
        pytest.param(
            lambda _: signature_headers("wrong", BODY, time.time()), 401, id="a wrong signature"
        ),
        pytest.param(
            lambda s: signature_headers(s, b"other", time.time()), 401, id="of another body"
        ),
        pytest.param(lambda _: {}, 401, id="no signature"),
        # A recorded request, replayed later.
        pytest.param(
            lambda s: signature_headers(s, BODY, time.time() - 301), 401, id="a stale timestamp"
        ),
        pytest.param(
            lambda s: signature_headers(s, BODY, time.time() + 400), 401, id="from the future"
        ),
    ],
)
def test_http_mode_rejects_unsigned_requests(
    by_http: tuple[Environment, str], headers: Any, status: int
) -> None:
    env, url = by_http
    given: Mapping[str, str] = headers(env.environ["SLACK_SIGNING_SECRET"])
    answer = httpx2.post(
        url,
        content=BODY,
        headers={"Content-Type": FORM_CONTENT_TYPE, **given},
        trust_env=False,
        verify=tls_context(),
    )
    assert answer.status_code == status
