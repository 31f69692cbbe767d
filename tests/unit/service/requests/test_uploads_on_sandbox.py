"""Uploads through the real client against the sandbox's Hub: large files and builds."""

from collections.abc import Iterator

import pytest

from bot.hub import Hub
from bot.sandbox.hub.control import World
from bot.service import Bot
from tests.conftest import MakeBot
from tests.fakes import FakeClock, FakeSlack
from tests.requests import share, submit_upload
from tests.unit.service.requests.test_uploads import NOT_STARTED
from tests.unit.service.sandbox_hub import make_world, run_rounds, serve

TEAM = "ifcore-org/ifcore-team-a"
MODEL = bytes(range(256)) * 50_000  # 12.8 MB


@pytest.fixture
def world(clock: FakeClock) -> World:
    return make_world(2, clock)


@pytest.fixture
def upload_timeout() -> float:
    return 180.0


@pytest.fixture
def hub(world: World, clock: FakeClock, upload_timeout: float) -> Iterator[Hub]:
    """The real client, in place of the fake one for every test here."""
    with serve(world, clock, upload_timeout=upload_timeout) as served:
        yield served


@pytest.fixture
def bot(make_bot: MakeBot) -> Bot:
    bot = make_bot(SPACEBOT_OWNER="ifcore-org", SPACEBOT_PREFIX="ifcore-")
    bot.sweep()
    return bot


def last_card(slack: FakeSlack) -> str:
    return f"{slack.cards[-1].text} {slack.cards[-1].message.blocks}"


def test_large_file_is_uploaded_and_deployed(
    bot: Bot, world: World, slack: FakeSlack, clock: FakeClock
) -> None:
    submit_upload(bot, slack, share(slack, model_bin=MODEL, app_py=b"1"))
    run_rounds(bot, clock, 60)

    assert world.files(TEAM)["model.bin"] == MODEL
    assert last_card(slack).startswith("Uploaded 2 files to team-a (")


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        pytest.param("fill_storage", "Private repository storage limit reached", id="storage"),
        pytest.param("lose_store", "Hugging Face's file storage can't be reached", id="no store"),
    ],
)
def test_large_file_error_is_on_the_card(
    bot: Bot, world: World, slack: FakeSlack, fault: str, said: str
) -> None:
    getattr(world.faults, fault)()
    submit_upload(bot, slack, share(slack, model_bin=MODEL))

    assert last_card(slack).startswith("Upload to team-a failed")
    assert said in last_card(slack)
    assert "I was stopped" not in last_card(slack)
    assert "model.bin" not in world.files(TEAM)


@pytest.mark.parametrize("status", [403, 404])
def test_large_file_is_uploaded_where_the_hub_refuses_a_xet_token(
    bot: Bot, world: World, slack: FakeSlack, clock: FakeClock, status: int
) -> None:
    world.faults.refuse(status, "Xet is not for you", call="xet-write-token")
    submit_upload(bot, slack, share(slack, model_bin=MODEL))
    run_rounds(bot, clock, 60)

    assert world.files(TEAM)["model.bin"] == MODEL
    assert last_card(slack).startswith("Uploaded 1 file to team-a (")


@pytest.mark.parametrize("upload_timeout", [2.0])
@pytest.mark.parametrize("call", ["lfs-batch", "store", "lfs-verify"])
def test_silent_store_is_on_the_card_within_the_deadline(
    bot: Bot, world: World, slack: FakeSlack, call: str
) -> None:
    world.faults.hang(call=call)
    submit_upload(bot, slack, share(slack, model_bin=MODEL))

    assert last_card(slack).startswith("Upload to team-a failed")
    assert "respond in time" in last_card(slack)
    assert "I was stopped" not in last_card(slack)


def test_unbuilt_commit_is_not_deployed_until_a_rebuild(
    bot: Bot, hub: Hub, world: World, slack: FakeSlack, clock: FakeClock
) -> None:
    world.ignore_commits(TEAM)
    submit_upload(bot, slack, share(slack, app_py=b"1"))
    run_rounds(bot, clock, 120)
    assert last_card(slack).startswith("Uploading 1 file to team-a")
    assert NOT_STARTED in last_card(slack)

    hub.restart(TEAM, factory=True)
    run_rounds(bot, clock, 60)
    assert last_card(slack).startswith("Uploaded 1 file to team-a (")


def test_the_same_files_again_make_no_commit(
    bot: Bot, world: World, slack: FakeSlack, clock: FakeClock
) -> None:
    submit_upload(bot, slack, share(slack, model_bin=MODEL, app_py=b"1"))
    run_rounds(bot, clock, 60)
    submit_upload(bot, slack, share(slack, model_bin=MODEL, app_py=b"1"))

    assert last_card(slack).startswith("Nothing to upload: team-a already has these 2 files")
    assert [call.name for call in world.calls].count("commit") == 1
