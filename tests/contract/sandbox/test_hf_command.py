"""The real `hf` of huggingface_hub against the sandbox: what it prints, and what the Hub holds."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.routing import Mount

from bot.sandbox.hub.app import create_hub_app
from bot.sandbox.hub.control import World
from bot.sandbox.hub.latency import StageDurations
from bot.sandbox.hub.seed import classroom
from bot.sandbox.hub.space import Space
from tests.contract.sandbox.clock import FakeTime
from tests.contract.sandbox.hf_session import HfSession, Outcome, hf_session, run_executable
from tests.contract.sandbox.serving import running_server

ORG = "ifcore-org"
# Each test has Spaces of its own, because they share one Hub.
(
    LISTED,
    SET,
    KEYED,
    RESTARTED,
    CRASHED,
    PAUSED,
    WAITED,
    COPIED,
    UPLOADED,
    MOVED,
    PROPOSED,
    LIMITED,
) = (f"{ORG}/ifcore-team-{number:03d}" for number in range(1, 13))
NEW = f"{ORG}/ifcore-new"
SPACE = ("--type", "space")


@dataclass
class Hf:
    """The command line, with the Hub that it talks to and the Hub's clock."""

    session: HfSession
    world: World
    clock: FakeTime
    endpoint: str
    home: Path

    def run(self, *words: str) -> Outcome:
        return self.session.run(*words)

    def json(self, *words: str) -> Any:
        return self.session.run_json(*words)

    def execute(self, *words: str) -> Outcome:
        return run_executable(self.endpoint, self.home, *words)

    def space(self, id: str) -> Space:
        with self.world.open(id) as space:
            return space

    def write(self, path: str, content: bytes) -> None:
        (self.home / path).parent.mkdir(exist_ok=True)
        (self.home / path).write_bytes(content)


@pytest.fixture(scope="module")
def hf(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hf]:
    clock, home = FakeTime(), tmp_path_factory.mktemp("hf")
    world = classroom(clock=clock, spaces=30, durations=StageDurations(1, 10, 5, spread=0))
    world.faults.log_linger_seconds = 0
    for id in world.ids():
        with world.open(id) as space:
            space.sdk = "docker"
        world.heal(id)
    world.break_(CRASHED)
    app = Starlette(routes=[Mount("/hub", create_hub_app(world))])
    with running_server(app) as url, hf_session(f"{url}/hub", home) as session:
        yield Hf(session, world, clock, f"{url}/hub", home)
        world.faults.release()


def test_list_shows_all_spaces_with_their_stages(hf: Hf) -> None:
    listed = hf.json("spaces", "ls", "--author", ORG, "--limit", "50", "--expand", "runtime,sdk")

    assert [entry["id"] for entry in listed] == hf.world.ids()
    stages = {entry["id"]: entry["runtime"]["stage"] for entry in listed}
    assert (stages[LISTED], stages[CRASHED]) == ("RUNNING", "RUNTIME_ERROR")


def test_info_and_files_of_a_space_are_shown(hf: Hf) -> None:
    info = hf.json("spaces", "info", LISTED)
    files = hf.json("spaces", "ls", LISTED)

    assert (info["id"], info["runtime"]["stage"]) == (LISTED, "RUNNING")
    assert info["host"] == f"{hf.endpoint}/host/ifcore-org-ifcore-team-001"
    assert info["sha"] == hf.space(LISTED).repo.head
    assert [file["path"] for file in files] == sorted(hf.world.files(LISTED))


def test_card_and_files_are_downloaded(hf: Hf) -> None:
    card = hf.json("spaces", "card", LISTED, "--metadata")
    folder = hf.home / "downloaded"
    hf.json("download", LISTED, *SPACE, "--local-dir", str(folder))

    assert card == {"title": "ifcore-team-001", "sdk": "docker"}
    held = hf.world.files(LISTED)
    assert {path: (folder / path).read_bytes() for path in held} == held


def test_unknown_space_is_an_error(hf: Hf) -> None:
    outcome = hf.run("spaces", "info", f"{ORG}/nothing")

    assert outcome.exit_code == 1
    assert f"Space '{ORG}/nothing' not found" in outcome.stderr


def test_hardware_is_listed_with_its_prices(hf: Hf) -> None:
    prices = {entry["name"]: entry["cost/hour"] for entry in hf.json("spaces", "hardware")}

    assert len(prices) == 21
    assert (prices["cpu-basic"], prices["zero-a10g"]) == ("free", "free")
    assert (prices["t4-small"], prices["l40sx8"]) == ("$0.40", "$23.50")


def test_settings_change_hardware_sleep_time_and_visibility(hf: Hf) -> None:
    words = ("--hardware", "t4-small", "--sleep-time", "900")
    shown = hf.json("spaces", "settings", SET, *words)
    hf.json("repos", "settings", SET, *SPACE, "--private")

    space = hf.space(SET)
    assert shown == {"space_id": SET, "hardware": "t4-small", "sleep_time": 900}
    assert (space.hardware, space.sleep_after, space.private) == ("t4-small", 900, True)
    hf.json("repos", "settings", SET, *SPACE, "--public")
    assert not hf.space(SET).private


def test_secret_is_added_listed_and_deleted_without_its_value(hf: Hf) -> None:
    added = hf.run("spaces", "secrets", "add", KEYED, "-s", "API_KEY=a-value")
    listed = hf.json("spaces", "secrets", "ls", KEYED)
    digest = hf.world.secret_digest(KEYED, "API_KEY")
    hf.clock.tick(2)
    stage = hf.world.stage(KEYED)
    hf.json("spaces", "secrets", "delete", KEYED, "API_KEY", "--yes")

    assert digest == hashlib.sha256(b"a-value").hexdigest()
    assert [entry["key"] for entry in listed] == ["API_KEY"]
    assert "a-value" not in added.stdout + str(listed)
    assert stage == "APP_STARTING", "a change of secrets restarts the app"
    assert hf.world.secret_digest(KEYED, "API_KEY") is None


def test_variable_is_added_listed_and_deleted(hf: Hf) -> None:
    hf.json("spaces", "variables", "add", KEYED, "-e", "COURSE=101")
    listed = hf.json("spaces", "variables", "ls", KEYED)
    hf.json("spaces", "variables", "delete", KEYED, "COURSE", "--yes")

    assert {entry["key"]: entry["value"] for entry in listed} == {
        "TEAM_NAME": "team-003",
        "COURSE": "101",
    }
    assert list(hf.space(KEYED).variables) == ["TEAM_NAME"]


def test_invalid_key_is_refused_with_the_hubs_words(hf: Hf) -> None:
    outcome = hf.run("spaces", "variables", "add", KEYED, "-e", "_HIDDEN=1")

    assert outcome.exit_code == 1
    assert "Invalid key" in outcome.stderr


def test_logs_show_the_run_and_the_build(hf: Hf) -> None:
    run = hf.run("spaces", "logs", CRASHED, "--format", "human")
    build = hf.run("spaces", "logs", CRASHED, "--build", "-n", "1", "--format", "human")

    assert "torch.OutOfMemoryError: CUDA out of memory" in run.stdout
    assert build.stdout == "DONE 11.8s\n"


def test_restart_pause_and_factory_restart_are_carried_out(hf: Hf) -> None:
    restarted = hf.json("spaces", "restart", RESTARTED)
    hf.clock.tick(2)
    stages = [hf.world.stage(RESTARTED)]
    paused = hf.json("spaces", "pause", PAUSED)
    stages.append(hf.world.stage(PAUSED))
    hf.json("spaces", "restart", PAUSED, "--factory-reboot")
    stages.append(hf.world.stage(PAUSED))

    assert (restarted["stage"], paused["stage"]) == ("RUNNING", "PAUSED")
    assert stages == ["APP_STARTING", "PAUSED", "BUILDING"]
    assert (hf.world.restarts[RESTARTED], hf.world.restarts[PAUSED]) == (1, 1)


def test_wait_ends_when_the_space_runs(hf: Hf) -> None:
    hf.json("spaces", "restart", WAITED)
    hf.clock.tick(2)
    before = [call.name for call in hf.world.calls].count("runtime")

    def start_after_the_first_look() -> None:
        assert hf.world.wait_for("runtime", times=before + 1)
        hf.clock.tick(10)

    thread = Thread(target=start_after_the_first_look)
    thread.start()
    waited = hf.json("spaces", "wait", WAITED, "--timeout", "30s")
    thread.join()

    assert waited == {"space_id": WAITED, "stage": "RUNNING"}


def test_wait_fails_on_a_space_that_will_not_run(hf: Hf) -> None:
    outcome = hf.run("spaces", "wait", CRASHED)

    assert outcome.exit_code == 1
    assert f"Space '{CRASHED}' is not running (stage='RUNTIME_ERROR')" in outcome.stderr


def test_space_is_created_with_its_secrets_and_deleted(hf: Hf) -> None:
    keys = ("--secrets", "API_KEY=1", "--env", "COURSE=101")
    created = hf.json("repos", "create", NEW, *SPACE, "--space-sdk", "docker", "--private", *keys)
    space = hf.space(NEW)
    again = hf.run("repos", "create", NEW, *SPACE, "--space-sdk", "docker")
    hf.json("repos", "delete", NEW, *SPACE, "--yes")
    missing = hf.run("repos", "delete", NEW, *SPACE, "--yes")

    assert created == {"repo_id": NEW, "url": f"{hf.endpoint}/spaces/{NEW}"}
    assert (space.private, list(space.secrets), list(space.variables)) == (
        True,
        ["API_KEY"],
        ["COURSE"],
    )
    assert (again.exit_code, missing.exit_code) == (1, 1)
    assert "You already created this space repo" in again.stderr
    assert NEW not in hf.world


def test_copy_has_variables_and_no_secrets(hf: Hf) -> None:
    hf.json("spaces", "secrets", "add", COPIED, "-s", "API_KEY=1")
    copy = f"{ORG}/ifcore-copy"
    hf.json("repos", "duplicate", COPIED, copy, *SPACE)

    assert hf.world.files(copy) == hf.world.files(COPIED)
    assert (list(hf.space(copy).variables), hf.space(copy).secrets) == (["TEAM_NAME"], {})


def test_moved_space_is_found_by_its_old_name(hf: Hf) -> None:
    renamed = f"{ORG}/ifcore-renamed"
    hf.json("repos", "move", MOVED, renamed, *SPACE)

    assert hf.json("spaces", "info", MOVED)["id"] == renamed


def test_large_upload_is_one_commit_and_repeating_it_none(hf: Hf) -> None:
    for number in range(300):
        hf.write(f"many/{number}.txt", str(number).encode())
    for number in range(3):
        hf.write(f"many/{number}.bin", bytes([number]) * 200_000)
    before = len(hf.world.calls)
    uploaded = hf.json("upload", UPLOADED, "many", "data", *SPACE, "--commit-message", "Data")
    calls = [call.name for call in hf.world.calls[before:]]
    repeated = hf.json("upload", UPLOADED, "many", "data", *SPACE)

    space = hf.space(UPLOADED)
    assert uploaded["url"] == f"{hf.endpoint}/spaces/{UPLOADED}/commit/{space.repo.head}"
    assert (calls.count("store"), calls.count("commit")) == (3, 1)
    assert space.repo.commits[-1].summary == "Data"
    assert space.repo.files["data/2.bin"] == bytes([2]) * 200_000
    assert len([path for path in space.repo.files if path.startswith("data/")]) == 303
    assert space.repo.large == {"data/0.bin", "data/1.bin", "data/2.bin"}
    assert repeated["url"].endswith(space.repo.head)
    hf.clock.tick(20)
    assert hf.space(UPLOADED).serving_commit == space.repo.head, "the Hub built it"


def test_files_are_deleted_by_pattern(hf: Hf) -> None:
    hf.write("old.txt", b"old")
    hf.json("upload", UPLOADED, "old.txt", *SPACE)
    hf.json("repos", "delete-files", UPLOADED, "old*", *SPACE)

    assert "old.txt" not in hf.world.files(UPLOADED)


def test_upload_as_a_pull_request_leaves_main_alone(hf: Hf) -> None:
    hf.write("idea.txt", b"an idea")
    hf.json("upload", PROPOSED, "idea.txt", *SPACE, "--create-pr")

    space = hf.space(PROPOSED)
    assert "idea.txt" not in space.repo.files
    assert [one.summary for one in space.repo.pull_requests] == [
        "Upload idea.txt with huggingface_hub"
    ]


@pytest.mark.parametrize(
    ("token", "message"),
    [
        pytest.param("hf_read", "role read", id="read token"),
        pytest.param("hf_oauth", "not found", id="login token looks like a missing Space"),
        pytest.param("hf_wrong", "not found", id="wrong token looks like a missing Space"),
    ],
)
def test_token_without_permission_restarts_nothing(hf: Hf, token: str, message: str) -> None:
    outcome = hf.run("spaces", "restart", LIMITED, "--token", token)

    assert outcome.exit_code == 1
    assert message in outcome.stderr
    assert hf.world.restarts[LIMITED] == 0


def test_refusal_of_the_hub_is_printed_in_its_words(hf: Hf) -> None:
    hf.world.faults.over_quota(space=LIMITED, times=1)

    outcome = hf.run("spaces", "restart", LIMITED)

    assert outcome.exit_code == 1
    assert "You've reached your CPU-basic quota limit" in outcome.stderr


def test_installed_executable_lists_uploads_and_fails(hf: Hf) -> None:
    listed = hf.execute("spaces", "ls", "--author", ORG, "--quiet")
    hf.write("hello.txt", b"hello")
    uploaded = hf.execute("upload", LISTED, "hello.txt", *SPACE, "--quiet")
    failed = hf.execute("spaces", "wait", CRASHED)

    assert (listed.exit_code, uploaded.exit_code, failed.exit_code) == (0, 0, 1)
    assert listed.stdout.split()[:2] == hf.world.ids()[:2]
    assert hf.world.files(LISTED)["hello.txt"] == b"hello"
    assert hf.space(LISTED).repo.head in uploaded.stdout
    assert "is not running" in failed.stderr
