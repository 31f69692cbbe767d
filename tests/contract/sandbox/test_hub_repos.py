"""Commits, pull requests, settings, hardware and domains, read by the real huggingface_hub."""

from collections.abc import Iterator
from functools import partial

import httpx2
import pytest
from huggingface_hub import CommitOperationAdd, HfApi, SpaceHardware
from huggingface_hub.errors import HfHubHTTPError, RevisionNotFoundError

from bot.sandbox.hub.control import World
from bot.sandbox.hub.seed import classroom
from bot.sandbox.hub.space import Space
from tests.contract.sandbox.clock import FakeTime
from tests.contract.sandbox.hub_client import hub_api

UP = "ifcore-org/ifcore-team-a"


@pytest.fixture
def world(clock: FakeTime) -> World:
    return classroom(clock=clock)


@pytest.fixture
def api(world: World) -> Iterator[HfApi]:
    with hub_api(world) as api:
        yield api


def test_commits_are_listed_newest_first_with_their_authors(world: World, api: HfApi) -> None:
    world.push(UP, author="student-3")
    for number in range(60):
        world.push(UP, author=f"student-{number}")

    listed = api.list_repo_commits(UP, repo_type="space")

    assert len(listed) == 62
    assert [call.name for call in world.calls] == ["commits", "commits"]
    assert (listed[0].authors, listed[0].title) == (["student-59"], "Update the README")
    assert listed[-1].title == "initial commit of ifcore-team-a"
    oldest = api.list_repo_commits(UP, repo_type="space", revision=listed[-2].commit_id)
    assert [one.commit_id for one in oldest] == [one.commit_id for one in listed[-2:]]


def test_own_commit_has_the_owner_of_the_token_as_author(api: HfApi) -> None:
    api.upload_file(path_or_fileobj=b"x", path_in_repo="a", repo_id=UP, repo_type="space")

    assert api.list_repo_commits(UP, repo_type="space")[0].authors == ["course-lead"]


def test_pull_request_changes_nothing_on_main(world: World, api: HfApi) -> None:
    head = api.space_info(UP).sha
    infos = [
        api.upload_file(
            path_or_fileobj=text,
            path_in_repo="main.py",
            repo_id=UP,
            repo_type="space",
            create_pr=True,
        )
        for text in (b"print(1)", b"print(2)")
    ]

    assert [(info.pr_num, info.pr_revision) for info in infos] == [
        (1, "refs/pr/1"),
        (2, "refs/pr/2"),
    ]
    assert infos[0].pr_url == f"{api.endpoint}/spaces/{UP}/discussions/1"
    assert (api.space_info(UP).sha, world.stage(UP)) == (head, "RUNNING")
    assert b"print(1)" not in world.files(UP)["main.py"]
    listed = api.list_repo_commits(UP, repo_type="space", revision="refs/pr/1")
    assert [one.commit_id for one in listed[:2]] == [infos[0].oid, head]


def test_visitor_may_open_a_pull_request_but_not_commit(world: World, api: HfApi) -> None:
    world.add(Space("somebody/else"))
    upload = partial(
        api.upload_file,
        path_or_fileobj=b"x",
        path_in_repo="a",
        repo_id="somebody/else",
        repo_type="space",
    )

    assert upload(create_pr=True).pr_num == 1
    with pytest.raises(HfHubHTTPError, match="no write access"):
        upload()


def test_commit_to_an_unknown_branch_is_refused(api: HfApi) -> None:
    with pytest.raises(RevisionNotFoundError):
        api.upload_file(
            path_or_fileobj=b"x",
            path_in_repo="a",
            repo_id=UP,
            repo_type="space",
            revision="nowhere",
        )


def test_parent_commit_must_be_the_head(world: World, api: HfApi) -> None:
    parent = api.space_info(UP).sha
    world.push(UP)
    with pytest.raises(HfHubHTTPError, match="commit has happened since"):
        api.create_commit(
            UP,
            [CommitOperationAdd("a.txt", b"a")],
            commit_message="Late",
            parent_commit=parent,
            repo_type="space",
        )


def test_settings_change_the_visibility(api: HfApi) -> None:
    api.update_repo_settings(UP, visibility="private", repo_type="space")
    assert api.space_info(UP).private
    api.update_repo_settings(UP, private=False, repo_type="space")
    assert not api.space_info(UP).private
    with pytest.raises(HfHubHTTPError, match="role read"):
        api.update_repo_settings(UP, private=True, repo_type="space", token="hf_read")


def test_hardware_list_names_all_that_the_client_knows(api: HfApi) -> None:
    flavors = {flavor.name: flavor for flavor in api.list_spaces_hardware()}

    assert flavors.keys() == {hardware.value for hardware in SpaceHardware}
    assert flavors["zero-a10g"].unit_cost_usd == 0
    assert round(flavors["a10g-largex4"].unit_cost_usd * 60, 2) == 5.0
    accelerator = flavors["l40sx8"].accelerator
    assert accelerator
    assert (accelerator.quantity, accelerator.vram) == ("8", "384 GB")


def test_host_is_live_when_the_first_domain_is_dead(world: World, api: HfApi) -> None:
    world.kill_first_domain(UP)
    info = api.space_info(UP)

    assert info.runtime
    domains = [entry["domain"] for entry in info.runtime.raw["domains"]]
    assert domains == [
        "ifcore-org-ifcore-team-a-old.hf.space",
        "ifcore-org-ifcore-team-a.hf.space",
    ]
    assert info.host
    assert httpx2.get(info.host).status_code == 200
    assert httpx2.get(info.host.replace("team-a", "team-a-old")).status_code == 404
