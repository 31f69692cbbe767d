"""The bot in HTTP mode against somebody else's Slack, so that not only our own sandbox judges it.

What the emulator has not is not tested here: Socket Mode, response URLs that expire, rate
limits, block limits, user groups and the limits of time in `conversations.history`.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

import pytest

from bot.sandbox.hub.seed import classroom
from bot.sandbox.hub.world import World
from tests import npm
from tests.e2e.house import QUICK, House, house
from tests.emulator.person import SECRET, Person
from tests.emulator.relay import Relay, relay
from tests.emulator.slack import ADMIN, BOT_TOKEN, Emulator, emulator

pytestmark = pytest.mark.timeout(400)  # the first run installs the packages

TEAM = "ifcore-org/ifcore-team-{}"
Json = dict[str, Any]


@dataclass
class Scene:
    """A bot between a Slack of others and a Hub of ours."""

    home: House
    slack: Emulator
    relay: Relay

    @property
    def world(self) -> World:
        return self.home.world

    def start(self) -> None:
        """Start a bot, and send what people do to it from now on."""
        bot = self.home.start(SLACK_APP_TOKEN="")
        self.bot = f"http://127.0.0.1:{bot.says('ready on port').rsplit(' ', 1)[1]}/slack/events"

    def person(self, id: str) -> Person:
        return Person(id, self.slack, self.bot, self.relay.response_url)

    @property
    def lead(self) -> Person:
        return self.person(ADMIN)

    @property
    def ta(self) -> Person:
        return self.person(self.slack.assistant)

    def cards(self, pattern: str) -> list[Json]:
        """Return what stands in the channel and begins like this, the newest first."""
        return [said for said in self.slack.history() if re.match(pattern, said["text"])]

    def card(self, pattern: str) -> Json:
        """Wait for a card that begins like this."""
        try:
            return self.relay.until(lambda: self.cards(pattern))[0]
        except TimeoutError as error:
            error.add_note(self.home.bots[-1].said[-5000:])
            raise


@pytest.fixture(scope="module", autouse=True)
def _packages() -> None:
    """Install before `loopback_only` takes the proxy away that npm may need."""
    npm.modules()


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    folder = tmp_path_factory.mktemp("emulator")
    with relay() as between, emulator(folder, between.url) as slack:
        between.target = slack.url
        environ = {
            "SLACK_API_URL": between.api,
            "SLACK_BOT_TOKEN": BOT_TOKEN,
            "SLACK_SIGNING_SECRET": SECRET,
            "SPACEBOT_ALERT_CHANNEL": slack.channel,
            "SPACEBOT_ALERT_ON": "error",
            "SPACEBOT_OPERATORS": slack.assistant,
        }
        with house(folder, classroom(spaces=4, pace=QUICK), **environ) as home:
            scene = Scene(home, slack, between)
            scene.start()
            scene.card("Watching")
            yield scene
            assert not [bot for bot in home.bots if "Traceback" in bot.said]


def test_an_alert_is_one_card_that_is_edited_until_it_is_over(scene: Scene) -> None:
    scene.world.break_(TEAM.format("a"))
    card = scene.card("team-a crashed")

    scene.ta.taps(card, "Restart")

    over = scene.card("team-a fixed")
    assert over["ts"] == card["ts"]
    assert over["blocks"] != card["blocks"]
    assert scene.world.restarts[TEAM.format("a")] == 1


def test_a_bulk_act_is_one_card_and_one_reply_in_its_thread(scene: Scene) -> None:
    for team in "bc":
        scene.world.sleep(TEAM.format(team))
    scene.ta.types("/space wake team-b team-c")

    begun = scene.card("Waking 2 Spaces")
    ended = scene.card("Wake: 2 of 2 up")
    assert ended["ts"] == begun["ts"]
    [reply] = scene.relay.until(lambda: scene.slack.replies(ended))
    assert reply["text"].startswith("Wake: 2 of 2 up")
    assert f"<@{scene.slack.assistant}>" in str(reply["blocks"])


def test_a_mention_in_a_thread_is_answered_there(scene: Scene) -> None:
    card = scene.card("Watching")
    with scene.relay.awaiting("chat.postEphemeral") as calls:
        scene.ta.mentions("status team-a", below=card)

    (call,) = calls
    assert call.said["ok"], call
    assert call.sent["thread_ts"] == card["ts"]
    assert call.sent["user"] == scene.slack.assistant
    assert "team-a" in call.sent["text"]


def test_a_form_is_opened_and_what_was_entered_is_done(scene: Scene) -> None:
    with scene.relay.awaiting("views.open") as opened:
        scene.lead.types("/space secret set team-a GREETING")
    scene.lead.submits(opened[0].said["view"], value={"value": "swordfish"})

    scene.card("Secret GREETING set on team-a")
    seen = scene.world.secret_seen(TEAM.format("a"), "GREETING")
    assert seen == sha256(b"swordfish").hexdigest()
    assert "swordfish" not in str(scene.relay.calls)


def test_a_long_log_is_a_file_that_only_the_asker_sees(scene: Scene) -> None:
    lines = [f"line {number}" for number in range(500)]
    with scene.world.open(TEAM.format("c")) as space:
        space.logs["run"] = [(space.modified, line) for line in lines]
    with scene.relay.awaiting("files.completeUploadExternal") as calls:
        scene.ta.types("/space logs team-c")

    (call,) = calls
    (file,) = call.said["files"]
    assert file["ims"] == [call.sent["channel_id"]]
    assert file["channels"] == []
    assert scene.slack.content(file).splitlines()[-1].endswith(lines[-1])


def test_a_file_of_a_message_is_uploaded_to_a_space(scene: Scene) -> None:
    message = scene.slack.share("notes.txt", b"Read me.")
    with scene.relay.awaiting("views.open") as opened:
        scene.ta.chooses("upload_files", message)
    team = {"selected_option": {"value": TEAM.format("c")}}
    scene.ta.submits(opened[0].said["view"], space=team)

    scene.card("Upload: 1 of 1 in place")
    assert scene.world.files(TEAM.format("c"))["notes.txt"] == b"Read me."


def test_doctor_blames_nobody_for_scopes_that_slack_does_not_say(scene: Scene) -> None:
    doctor = scene.home.run("doctor", SLACK_APP_TOKEN="")
    assert doctor.wait() == 0, doctor.said
    doubtful = [line for line in doctor.said.splitlines() if not line.startswith("ok ")]
    assert [line[:18] for line in doubtful] == ["?   Slack scopes: "]


def test_a_card_whose_post_was_not_answered_is_adopted_after_a_kill(scene: Scene) -> None:
    scene.relay.lose_answer("team-c crashed")
    scene.world.break_(TEAM.format("c"))
    lost = scene.card("team-c crashed")
    scene.home.bots[-1].kill()

    # It looks for a card whose answer is overdue, and no test waits for that.
    scene.home.write("UPDATE card SET sending_since = sending_since - 12")
    scene.home.forget_leader()
    with scene.relay.awaiting("conversations.history") as looked:
        scene.start()
    scene.world.heal(TEAM.format("c"))

    over = scene.card("team-c fixed")
    assert looked[0].said["ok"], looked
    assert over["ts"] == lost["ts"]
    assert scene.cards("team-c crashed") == []
