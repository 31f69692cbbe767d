"""Every call of the bot, made by the real huggingface_hub against a Hub below a path."""

import hashlib
import warnings
from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest
from huggingface_hub import CommitOperationAdd, CommitOperationDelete, HfApi
from huggingface_hub.errors import (
    BadRequestError,
    HfHubHTTPError,
    RepositoryNotFoundError,
    RevisionNotFoundError,
)

from bot.sandbox.hub.control import World
from bot.sandbox.hub.latency import StageDurations
from bot.sandbox.hub.seed import classroom
from bot.sandbox.hub.space import Space
from tests.contract.sandbox.clock import FakeTime
from tests.contract.sandbox.hub_client import hub_api

ORG = "ifcore-org"
UP, ASLEEP, ALSO_UP, BROKEN = (f"{ORG}/ifcore-team-{letter}" for letter in "abcd")
STATIC = f"{ORG}/ifcore-team-l"
TEMPLATE = f"{ORG}/ifcore-template"
NEW = f"{ORG}/ifcore-new"


@pytest.fixture
def world(clock: FakeTime) -> World:
    world = classroom(clock=clock, durations=StageDurations(1, 10, 5, spread=0))
    world.faults.log_linger_seconds = 0
    return world


@pytest.fixture
def api(world: World) -> Iterator[HfApi]:
    with hub_api(world) as api:
        yield api


@pytest.mark.parametrize("size", [1, 4, 13, 1000])
def test_all_pages_of_a_list_are_walked(world: World, api: HfApi, size: int) -> None:
    world.page_size = size

    listed = [space.id for space in api.list_spaces(author=ORG, expand=["runtime"])]

    assert listed == world.ids()
    assert len(world.calls) == -(-13 // size)


def test_a_list_shows_the_fields_that_are_asked_for(api: HfApi) -> None:
    listed = api.list_spaces(author=ORG, expand=["runtime", "sdk", "subdomain", "private"])

    broken = next(space for space in listed if space.id == BROKEN)

    assert broken.runtime
    assert broken.runtime.stage == "RUNTIME_ERROR"
    assert broken.runtime.raw["errorMessage"].endswith("GiB")
    assert (broken.sdk, broken.private) == ("docker", False)
    assert broken.subdomain == "ifcore-org-ifcore-team-d"
    assert (broken.host, broken.tags) == (None, None)


def test_a_list_without_expand_has_no_runtime(api: HfApi) -> None:
    assert {space.runtime for space in api.list_spaces(author=ORG)} == {None}


def test_the_limit_stops_a_list(world: World, api: HfApi) -> None:
    assert len(list(api.list_spaces(author=ORG, limit=5))) == 5
    assert len(world.calls) == 1


@pytest.mark.parametrize("word", ["host", "stage"])
def test_an_unknown_expand_is_a_bad_request(api: HfApi, word: str) -> None:
    with pytest.raises(BadRequestError, match="must be one of"):
        list(api.list_spaces(author=ORG, expand=["runtime", word]))  # type: ignore[list-item]


def test_list_is_filtered_by_author(world: World, api: HfApi) -> None:
    world.add(Space("somebody/else"))

    assert [space.id for space in api.list_spaces(author="somebody")] == ["somebody/else"]


def test_the_info_of_a_space_tells_where_its_app_is(api: HfApi) -> None:
    info = api.space_info(UP)

    assert info.host == f"{api.endpoint}/host/ifcore-org-ifcore-team-a"
    assert info.runtime
    assert info.runtime.raw["sha"] == info.sha
    assert [file.rfilename for file in info.siblings or ()] == [
        ".gitattributes",
        "Dockerfile",
        "README.md",
        "main.py",
        "requirements.txt",
    ]


def test_a_restart_shows_the_old_stage_first(world: World, clock: FakeTime, api: HfApi) -> None:
    assert api.restart_space(ASLEEP).stage == "SLEEPING"
    clock.tick(2)
    assert api.get_space_runtime(ASLEEP).stage == "APP_STARTING"
    clock.tick(5)
    assert api.get_space_runtime(ASLEEP).stage == "RUNNING"
    assert world.restarts[ASLEEP] == 1


def test_a_factory_restart_builds(clock: FakeTime, api: HfApi) -> None:
    api.restart_space(UP, factory_reboot=True)
    clock.tick(2)

    assert api.get_space_runtime(UP).stage == "BUILDING"


def test_a_pause_is_answered_at_once(api: HfApi) -> None:
    assert api.pause_space(UP).stage == "PAUSED"


def test_a_static_space_can_be_neither_paused_nor_restarted(api: HfApi) -> None:
    for act in (api.pause_space, api.restart_space):
        with pytest.raises(BadRequestError, match="static"):
            act(STATIC)


def test_paid_hardware_has_a_sleep_time_of_its_own(clock: FakeTime, api: HfApi) -> None:
    requested = api.request_space_hardware(UP, "t4-small", sleep_time=900)  # type: ignore[arg-type]

    assert (requested.requested_hardware, requested.sleep_time) == ("t4-small", 900)
    assert api.set_space_sleep_time(UP, 3600).sleep_time == 3600
    assert api.set_space_sleep_time(UP, -1).sleep_time is None
    clock.tick(2)
    assert api.get_space_runtime(UP).stage == "APP_STARTING"


def test_free_hardware_keeps_its_two_days(api: HfApi) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # the client warns of the same
        assert api.set_space_sleep_time(UP, 3600).sleep_time == 172_800


def test_unknown_hardware_is_refused(api: HfApi) -> None:
    with pytest.raises(BadRequestError, match="Invalid hardware"):
        api.request_space_hardware(UP, "abacus")  # type: ignore[arg-type]


def test_hardware_has_prices(api: HfApi) -> None:
    prices = {flavor.name: flavor.unit_cost_usd for flavor in api.list_spaces_hardware()}

    assert prices["cpu-basic"] == 0
    assert prices["t4-small"] == pytest.approx(0.40 / 60, rel=1e-3)


def test_secrets_are_never_readable(world: World, api: HfApi) -> None:
    api.add_space_secret(UP, "API_KEY", "swordfish", description="the key")

    secrets = api.get_space_secrets(UP)

    assert secrets["API_KEY"].description == "the key"
    assert "swordfish" not in str(secrets) + repr(vars(world)) + repr(world.calls)
    with world.open(UP) as space:
        assert "swordfish" not in repr(space)
    assert world.secret_digest(UP, "API_KEY") == hashlib.sha256(b"swordfish").hexdigest()
    api.delete_space_secret(UP, "API_KEY")
    assert world.secret_digest(UP, "API_KEY") is None


@pytest.mark.parametrize("act", ["set", "delete"])
def test_secret_change_restarts_the_app(clock: FakeTime, api: HfApi, act: str) -> None:
    api.add_space_secret(UP, "API_KEY", "1")
    clock.tick(10)
    if act == "set":
        api.add_space_secret(UP, "API_KEY", "2")
    else:
        api.delete_space_secret(UP, "API_KEY")
    clock.tick(2)

    assert api.get_space_runtime(UP).stage == "APP_STARTING"


def test_variables_are_readable_and_restart_the_app(clock: FakeTime, api: HfApi) -> None:
    variables = api.add_space_variable(UP, "GREETING", "hello", description="what to say")

    assert {key: variable.value for key, variable in variables.items()} == {
        "TEAM_NAME": "team-a",
        "GREETING": "hello",
    }
    clock.tick(2)
    assert api.get_space_runtime(UP).stage == "APP_STARTING"
    assert list(api.delete_space_variable(UP, "GREETING")) == ["TEAM_NAME"]
    assert list(api.get_space_variables(UP)) == ["TEAM_NAME"]


@pytest.mark.parametrize("key", ["_HIDDEN", "WITH-DASH", "9LIVES", ""])
def test_a_key_must_be_a_name(api: HfApi, key: str) -> None:
    for act in (api.add_space_secret, api.add_space_variable):
        with pytest.raises(BadRequestError, match="Invalid key"):
            act(UP, key, "value")


def test_a_new_space_has_its_secrets_before_its_first_build(
    world: World, clock: FakeTime, api: HfApi
) -> None:
    url = api.create_repo(
        NEW,
        repo_type="space",
        space_sdk="docker",
        private=True,
        space_secrets=[{"key": "API_KEY", "value": "1"}],
        space_variables=[{"key": "TEAM_NAME", "value": "new"}],
    )

    assert (url.repo_id, url.repo_type, url.endpoint) == (NEW, "space", api.endpoint)
    assert api.get_space_runtime(NEW).stage == "NO_APP_FILE"
    assert world.first_build_env(NEW) is None
    api.upload_file(
        path_or_fileobj=b"FROM scratch", path_in_repo="Dockerfile", repo_id=NEW, repo_type="space"
    )
    env = world.first_build_env(NEW)
    assert env
    assert env.secrets == {"API_KEY"}
    assert env.variables == {"TEAM_NAME": "new"}
    clock.tick(16)
    assert api.get_space_runtime(NEW).stage == "RUNNING"


def test_a_copy_has_the_variables_and_not_the_secrets(
    world: World, clock: FakeTime, api: HfApi
) -> None:
    api.add_space_secret(TEMPLATE, "TEACHER_KEY", "1")
    api.add_space_variable(TEMPLATE, "COURSE", "101")
    url = api.duplicate_repo(
        TEMPLATE,
        NEW,
        repo_type="space",
        private=False,
        space_secrets=[{"key": "API_KEY", "value": "2"}],
        space_variables=[{"key": "TEAM_NAME", "value": "new"}],
    )

    env = world.first_build_env(NEW)

    assert (url.repo_id, url.files_copy_pending) == (NEW, False)
    assert env
    assert env.secrets == {"API_KEY"}
    assert env.variables == {"TEAM_NAME": "new", "COURSE": "101"}
    assert world.files(NEW) == world.files(TEMPLATE)
    assert api.get_space_runtime(NEW).stage == "BUILDING"
    clock.tick(16)
    assert api.get_space_runtime(NEW).stage == "RUNNING"


def test_a_name_is_taken_once(world: World, api: HfApi) -> None:
    with pytest.raises(HfHubHTTPError, match="already created"):
        api.create_repo(UP, repo_type="space", space_sdk="docker")
    again = api.create_repo(UP, repo_type="space", space_sdk="docker", exist_ok=True)
    copied = api.duplicate_repo(TEMPLATE, UP, repo_type="space", exist_ok=True)

    assert again.repo_id == copied.repo_id == UP
    assert world.restarts[UP] == 0


def test_creating_in_a_foreign_namespace_is_forbidden(api: HfApi) -> None:
    with pytest.raises(HfHubHTTPError, match="don't have the rights") as error:
        api.create_repo("somebody/new", repo_type="space", space_sdk="docker")
    assert error.value.response.status_code == 403


def test_a_template_that_is_not_there_is_not_found(api: HfApi) -> None:
    with pytest.raises(RepositoryNotFoundError):
        api.duplicate_repo(f"{ORG}/nothing", NEW, repo_type="space")


def test_an_official_template_brings_its_files(world: World, api: HfApi) -> None:
    api.create_repo(NEW, repo_type="space", space_template="JupyterLab")

    assert "Dockerfile" in world.files(NEW)
    assert world.stage(NEW) == "BUILDING"
    assert api.space_info(NEW).private


def test_a_deleted_space_is_gone(api: HfApi) -> None:
    api.delete_repo(UP, repo_type="space")

    assert not api.repo_exists(UP, repo_type="space")
    with pytest.raises(RepositoryNotFoundError):
        api.delete_repo(UP, repo_type="space")


def test_a_renamed_space_is_found_under_its_old_name(world: World, api: HfApi) -> None:
    api.move_repo(UP, NEW, repo_type="space")

    assert api.space_info(UP).id == NEW
    assert api.get_space_runtime(UP).stage == "RUNNING"
    assert UP not in world.ids()


def test_a_file_is_kept_and_built(world: World, clock: FakeTime, api: HfApi) -> None:
    info = api.upload_file(
        path_or_fileobj=b"print('hi')\n", path_in_repo="main.py", repo_id=UP, repo_type="space"
    )

    assert world.files(UP)["main.py"] == b"print('hi')\n"
    assert info.commit_url == f"{api.endpoint}/spaces/{UP}/commit/{info.oid}"
    assert info.repo_url.repo_id == UP
    clock.tick(2)
    runtime = api.get_space_runtime(UP)
    assert runtime.stage == "RUNNING_BUILDING"
    assert runtime.raw["sha"] != info.oid == api.space_info(UP).sha
    clock.tick(14)
    assert api.get_space_runtime(UP).raw["sha"] == info.oid


def test_the_same_file_makes_no_commit(world: World, api: HfApi) -> None:
    same = world.files(UP)["main.py"]

    info = api.upload_file(
        path_or_fileobj=same, path_in_repo="main.py", repo_id=UP, repo_type="space"
    )

    assert info.oid == api.space_info(UP).sha
    assert "commit" not in {call.name for call in world.calls}


def test_several_files_make_one_commit(world: World, api: HfApi) -> None:
    api.create_commit(
        UP,
        [CommitOperationAdd("app/a.txt", b"a"), CommitOperationDelete("requirements.txt")],
        commit_message="Tidy up",
        repo_type="space",
    )

    with world.open(UP) as space:
        assert space.repo.commits[-1].summary == "Tidy up"
        assert space.repo.commits[-1].removed == ("requirements.txt",)
    tree = api.list_repo_tree(UP, repo_type="space", recursive=True)
    assert "app/a.txt" in {entry.path for entry in tree}
    assert "requirements.txt" not in world.files(UP)


@pytest.mark.filterwarnings("ignore:Use 'content=:DeprecationWarning")
def test_a_folder_is_uploaded(world: World, api: HfApi, tmp_path: Path) -> None:
    (tmp_path / "static").mkdir()
    (tmp_path / "static" / "logo.bin").write_bytes(bytes(5000))
    api.upload_folder(folder_path=tmp_path, repo_id=UP, repo_type="space")

    assert world.files(UP)["static/logo.bin"] == bytes(5000)


@pytest.mark.parametrize(
    ("head", "error"),
    [("sdk: abacus", '"sdk" must be one of'), ("title: [", "YAML metadata is invalid")],
)
def test_bad_front_matter_is_rejected_with_the_hubs_message(
    api: HfApi, head: str, error: str
) -> None:
    readme = f"---\n{head}\n---\n".encode()
    with pytest.raises(ValueError, match=error):
        api.upload_file(
            path_or_fileobj=readme, path_in_repo="README.md", repo_id=UP, repo_type="space"
        )


def test_unknown_revision_has_its_own_error(api: HfApi) -> None:
    assert api.space_info(UP, revision="main").id == UP
    with pytest.raises(RevisionNotFoundError):
        api.space_info(UP, revision="nowhere")


def test_logs_tell_the_error(api: HfApi) -> None:
    log = list(api.fetch_space_logs(BROKEN))

    assert log[-1].startswith("torch.OutOfMemoryError")
    assert list(api.fetch_space_logs(ASLEEP)) == []
    assert log != list(api.fetch_space_logs(BROKEN, build=True)) != []


def test_logs_can_be_given(world: World, api: HfApi) -> None:
    with world.open(UP) as space:
        space.logs["run"] = [(world.now(), "hello")]

    assert list(api.fetch_space_logs(UP)) == ["hello\n"]


@pytest.mark.parametrize(
    ("token", "kind", "role"),
    [
        ("hf_sandbox", "access_token", "write"),
        ("hf_read", "access_token", "read"),
        ("hf_fine", "access_token", "fineGrained"),
        ("hf_oauth", "oauth", None),
    ],
)
def test_whoami_tells_the_kind_of_token(api: HfApi, token: str, kind: str, role: str) -> None:
    identity = api.whoami(token=token)

    assert [org["name"] for org in identity["orgs"]] == [ORG]
    assert identity["auth"]["type"] == kind
    assert identity["auth"].get("accessToken", {}).get("role") == role


def test_a_wrong_token_looks_like_a_missing_space(api: HfApi) -> None:
    with pytest.raises(RepositoryNotFoundError) as error:
        api.get_space_runtime(UP, token="hf_wrong")
    assert error.value.response.status_code == 401
    assert not api.repo_exists(UP, repo_type="space", token="hf_wrong")
    with pytest.raises(HfHubHTTPError, match="Invalid user token"):
        api.whoami(token="hf_wrong")


def test_a_token_that_may_only_read_is_forbidden_to_act(world: World, api: HfApi) -> None:
    with pytest.raises(HfHubHTTPError, match="role read") as error:
        api.restart_space(UP, token="hf_read")
    assert error.value.response.status_code == 403
    assert world.restarts[UP] == 0


def test_a_login_token_may_pause_but_not_restart(api: HfApi) -> None:
    assert api.pause_space(UP, token="hf_oauth").stage == "PAUSED"
    with pytest.raises(RepositoryNotFoundError):
        api.restart_space(UP, token="hf_oauth")


def test_private_space_is_visible_to_its_owners_only(world: World, api: HfApi) -> None:
    with world.open(UP) as space:
        space.private = True

    assert UP not in {space.id for space in api.list_spaces(author=ORG, token=False)}
    assert UP in {space.id for space in api.list_spaces(author=ORG)}
    with pytest.raises(RepositoryNotFoundError):
        api.space_info(UP, token=False)


def test_the_space_behind_an_address_is_found(api: HfApi) -> None:
    label = "ifcore-org-ifcore-team-a"
    with httpx2.Client(headers={"authorization": "Bearer hf_sandbox"}) as client:
        found = client.get(f"{api.endpoint}/api/spaces/by-subdomain/{label}").json()
        body = client.get(f"{api.endpoint}/api/spaces/{UP}/host").json()

    assert (found["id"], found["host"]) == (UP, body["host"])
    assert body["subdomain"] == label
