"""The bot in HTTP mode against a third party's emulator of Slack, not only our own sandbox.

The emulator lacks these, so they aren't tested here: Socket Mode, response URLs that expire, rate
limits, block limits, user groups and the limits of time in `conversations.history`.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

import pytest

from bot.sandbox.hub.control import World
from bot.sandbox.hub.seed import classroom
from tests import npm
from tests.command_line import run_command
from tests.contract.emulator.person import SECRET, Person
from tests.contract.emulator.relay import Relay, run_relay
from tests.contract.emulator.slack import ADMIN, BOT_TOKEN, Emulator, run_emulator
from tests.e2e.environment import FAST_DURATIONS, Environment, open_environment

pytestmark = pytest.mark.timeout(400)  # the first run installs the packages

TEAM = "ifcore-org/ifcore-team-{}"
Json = dict[str, Any]


@dataclass
class Deployment:
    """A bot between the emulator of Slack and the sandbox's Hub."""

    env: Environment
    slack: Emulator
    relay: Relay

    @property
    def world(self) -> World:
        return self.env.world

    def start(self) -> None:
        """Start a bot, and send it the requests of people from now on."""
        bot = self.env.start(SLACK_APP_TOKEN="")
        self.bot = (
            f"http://127.0.0.1:{bot.wait_for_line('ready on port').rsplit(' ', 1)[1]}/slack/events"
        )

    def person(self, id: str) -> Person:
        return Person(id, self.slack, self.bot, self.relay.response_url)

    @property
    def lead(self) -> Person:
        return self.person(ADMIN)

    @property
    def ta(self) -> Person:
        return self.person(self.slack.assistant)

    def cards(self, pattern: str) -> list[Json]:
        """Return the messages in the channel that begin with *text*, newest first."""
        return [said for said in self.slack.history() if re.match(pattern, said["text"])]

    def wait_for_card(self, pattern: str) -> Json:
        """Wait for a card that begins with *text*."""
        try:
            return self.relay.wait_until(lambda: self.cards(pattern))[0]
        except TimeoutError as error:
            error.add_note(self.env.bots[-1].output[-5000:])
            raise


@pytest.fixture(scope="module", autouse=True)
def _packages() -> None:
    """Install before `loopback_only` takes the proxy away that npm may need."""
    npm.modules()


@pytest.fixture(scope="module")
def deployment(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Deployment]:
    folder = tmp_path_factory.mktemp("emulator")
    with run_relay() as relay_server, run_emulator(folder, relay_server.url) as slack:
        relay_server.target = slack.url
        environ = {
            "SLACK_API_URL": relay_server.api,
            "SLACK_BOT_TOKEN": BOT_TOKEN,
            "SLACK_SIGNING_SECRET": SECRET,
            "SPACEBOT_ALERT_CHANNEL": slack.channel,
            "SPACEBOT_ALERT_ON": "error",
            "SPACEBOT_OPERATORS": slack.assistant,
        }
        with open_environment(
            folder, classroom(spaces=4, durations=FAST_DURATIONS), **environ
        ) as env:
            deployment = Deployment(env, slack, relay_server)
            deployment.start()
            deployment.wait_for_card("Watching")
            yield deployment
            assert not [bot for bot in env.bots if "Traceback" in bot.output]


def test_alert_card_is_edited_until_resolved(deployment: Deployment) -> None:
    deployment.world.break_(TEAM.format("a"))
    card = deployment.wait_for_card("team-a crashed")

    deployment.ta.click_button(card, "Restart")

    resolved = deployment.wait_for_card("team-a recovered")
    assert resolved["ts"] == card["ts"]
    assert resolved["blocks"] != card["blocks"]
    assert deployment.world.restarts[TEAM.format("a")] == 1


def test_bulk_action_has_one_card_and_one_thread_reply(deployment: Deployment) -> None:
    for team in "bc":
        deployment.world.sleep(TEAM.format(team))
    held = deployment.world.faults.hang(call="restart", space=TEAM.format("b"))
    deployment.ta.type_command("/space wake team-b team-c")

    begun = deployment.wait_for_card("Waking team-b and team-c")
    deployment.env.wait_for_sweeps(12)  # an act that ends within seconds has no thread reply
    deployment.world.faults.remove(held)
    ended = deployment.wait_for_card("Woke team-b and team-c")
    assert ended["ts"] == begun["ts"]
    [reply] = deployment.relay.wait_until(lambda: deployment.slack.replies(ended))
    assert reply["text"].startswith("Woke team-b and team-c")
    assert f"<@{deployment.slack.assistant}>" in str(reply["blocks"])


def test_a_mention_in_a_thread_is_answered_there(deployment: Deployment) -> None:
    card = deployment.wait_for_card("Watching")
    with deployment.relay.record_calls("chat.postEphemeral") as calls:
        deployment.ta.mention_bot("status team-a", thread_of=card)

    (call,) = calls
    assert call.response["ok"], call
    assert call.sent["thread_ts"] == card["ts"]
    assert call.sent["user"] == deployment.slack.assistant
    assert "team-a" in call.sent["text"]


def test_submitted_form_is_executed(deployment: Deployment) -> None:
    with deployment.relay.record_calls("views.open") as opened:
        deployment.lead.type_command("/space secret set team-a GREETING")
    deployment.lead.submit_form(opened[0].response["view"], value={"value": "swordfish"})

    deployment.wait_for_card("Secret GREETING set on team-a")
    stored_digest = deployment.world.secret_digest(TEAM.format("a"), "GREETING")
    assert stored_digest == sha256(b"swordfish").hexdigest()
    assert "swordfish" not in str(deployment.relay.calls)


def test_long_log_is_a_file_visible_only_to_its_requester(deployment: Deployment) -> None:
    lines = [f"line {number}" for number in range(500)]
    with deployment.world.open(TEAM.format("c")) as space:
        space.logs["run"] = [(space.modified_at, line) for line in lines]
    with deployment.relay.record_calls("files.completeUploadExternal") as calls:
        deployment.ta.type_command("/space logs team-c")

    (call,) = calls
    (file,) = call.response["files"]
    assert file["ims"] == [call.sent["channel_id"]]
    assert file["channels"] == []
    assert deployment.slack.content(file).splitlines()[-1].endswith(lines[-1])


def test_a_file_of_a_message_is_uploaded_to_a_space(deployment: Deployment) -> None:
    message = deployment.slack.share("notes.txt", b"Read me.")
    with deployment.relay.record_calls("views.open") as opened:
        deployment.ta.choose_shortcut("upload_files", message)
    team = {"selected_option": {"value": TEAM.format("c")}}
    deployment.ta.submit_form(opened[0].response["view"], space=team)

    deployment.wait_for_card("Uploaded 1 file to team-c")
    assert deployment.world.files(TEAM.format("c"))["notes.txt"] == b"Read me."


@pytest.mark.usefixtures("restore_logging")
def test_doctor_ignores_scopes_slack_does_not_report(deployment: Deployment) -> None:
    """In this process, because only its calls to Slack matter here."""
    environ = {**deployment.env.environ, "SLACK_APP_TOKEN": ""}
    code, output = run_command(deployment.env.folder, environ, "doctor")
    assert code == 0, output
    doubtful = [line for line in output.splitlines() if not line.startswith("ok ")]
    assert [line[:18] for line in doubtful] == ["?   Slack scopes: "]


def test_unanswered_card_post_is_adopted_after_a_kill(deployment: Deployment) -> None:
    deployment.relay.drop_answer_to("team-c crashed")
    deployment.world.break_(TEAM.format("c"))
    lost = deployment.wait_for_card("team-c crashed")
    deployment.env.bots[-1].kill()

    # Expires the wait for the response, so that the bot verifies the card now.
    deployment.env.execute_sql("UPDATE card SET sending_since = sending_since - 12")
    deployment.env.expire_lease()
    with deployment.relay.record_calls("conversations.history") as looked:
        deployment.start()
    deployment.world.heal(TEAM.format("c"))

    over = deployment.wait_for_card("team-c recovered")
    assert looked[0].response["ok"], looked
    assert over["ts"] == lost["ts"]
    assert deployment.cards("team-c crashed") == []
