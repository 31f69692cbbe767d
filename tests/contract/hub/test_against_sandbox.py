"""The client's calls against the sandbox's Hub, over real sockets."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from bot.errors import (
    Conflict,
    HubError,
    HubForbidden,
    HubUnavailable,
    NotFound,
    OutcomeUnknown,
    PaymentRequired,
    RateLimited,
)
from bot.hub import Hub
from bot.sandbox.hub.accounts import Token
from bot.sandbox.hub.control import World
from bot.sandbox.hub.faults import ALL_WRITES, HubState
from bot.stages import Condition
from tests.contract.hub.conftest import NOW, TOKEN

OWNER = "ifcore-org"
TEAM = f"{OWNER}/ifcore-team-"
TEMPLATE = f"{OWNER}/ifcore-template"
NEW = f"{OWNER}/ifcore-new"


def test_the_fleet_is_read_page_by_page(sandbox_hub: Hub, world: World) -> None:
    world.page_size = 5
    fleet = {space.id: space for space in sandbox_hub.fleet(OWNER)}
    assert {id: space.stage for id, space in fleet.items()} == {
        line["id"]: line["stage"] for line in world.snapshot()
    }
    assert [call.name for call in world.calls] == ["list"] * 3
    assert fleet[f"{TEAM}a"].host
    assert fleet[f"{TEAM}d"].error.startswith("Exit code: 1")
    assert fleet[f"{TEAM}l"].is_static


def test_fleet_with_a_missing_page_raises(sandbox_hub: Hub, world: World) -> None:
    world.page_size = 5
    world.faults.missing_page = 2
    with pytest.raises(HubUnavailable, match="page of the list is missing"):
        sandbox_hub.fleet(OWNER)


def test_a_space_whose_list_entry_has_no_runtime_is_looked_up(
    sandbox_hub: Hub, world: World
) -> None:
    world.faults.without_runtime.add(f"{TEAM}a")
    fleet = {space.id: space for space in sandbox_hub.fleet(OWNER)}
    assert fleet[f"{TEAM}a"].condition is Condition.RUNNING

    world.faults.refuse(500, call="runtime")
    fleet = {space.id: space for space in sandbox_hub.fleet(OWNER)}
    assert fleet[f"{TEAM}a"].condition is Condition.UNKNOWN


def test_few_spaces_of_one_list_are_looked_up(sandbox_hub: Hub, world: World) -> None:
    world.faults.without_runtime.update(world.ids())
    sandbox_hub.fleet(OWNER)
    assert [call.name for call in world.calls].count("runtime") == 8


def test_one_space_has_its_runtime_and_its_host(sandbox_hub: Hub) -> None:
    assert sandbox_hub.runtime(f"{TEAM}b").stage == "SLEEPING"
    space = sandbox_hub.space(f"{TEAM}a")
    assert (space.stage, space.sdk) == ("RUNNING", "docker")
    assert space.host


def test_restart_rebuild_and_pause_are_carried_out(sandbox_hub: Hub, world: World) -> None:
    sandbox_hub.restart(f"{TEAM}b")
    sandbox_hub.restart(f"{TEAM}b", factory=True)
    assert world.restarts[f"{TEAM}b"] == 2
    assert sandbox_hub.pause(f"{TEAM}a") == "PAUSED"
    assert world.stage(f"{TEAM}a") == "PAUSED"


def test_a_static_space_cannot_be_paused(sandbox_hub: Hub) -> None:
    with pytest.raises(HubError):
        sandbox_hub.pause(f"{TEAM}l")


def test_secrets_and_variables_come_and_go(sandbox_hub: Hub, world: World) -> None:
    sandbox_hub.set_secret(f"{TEAM}a", "KEY", "value")
    sandbox_hub.set_variable(f"{TEAM}a", "COLOR", "blue")
    assert sandbox_hub.secrets(f"{TEAM}a") == ("KEY",)
    assert sandbox_hub.variables(f"{TEAM}a") == {"TEAM_NAME": "team-a", "COLOR": "blue"}
    sandbox_hub.delete_secret(f"{TEAM}a", "KEY")
    sandbox_hub.delete_variable(f"{TEAM}a", "COLOR")
    sandbox_hub.delete_variable(f"{TEAM}a", "COLOR")
    assert sandbox_hub.secrets(f"{TEAM}a") == ()
    assert sandbox_hub.variables(f"{TEAM}a") == {"TEAM_NAME": "team-a"}


def test_invalid_key_raises_the_hubs_message(sandbox_hub: Hub) -> None:
    with pytest.raises(HubError, match="Invalid key"):
        sandbox_hub.set_variable(f"{TEAM}a", "_NO", "x")


def test_a_copy_has_its_secrets_before_its_first_build(sandbox_hub: Hub, world: World) -> None:
    url = sandbox_hub.duplicate(
        TEMPLATE, NEW, private=True, secrets={"KEY": "v"}, variables={"TEAM_NAME": "new"}
    )
    assert url.endswith(NEW)
    sandbox_hub.restart(NEW)
    env = world.first_build_env(NEW)
    assert env is None or "KEY" in env.secrets
    assert sandbox_hub.secrets(NEW) == ("KEY",)
    with pytest.raises(Conflict):
        sandbox_hub.duplicate(TEMPLATE, NEW, private=True, secrets={}, variables={})


def test_a_space_is_created_and_deleted(sandbox_hub: Hub) -> None:
    assert sandbox_hub.create(NEW, sdk="docker", private=True).endswith(NEW)
    assert sandbox_hub.space(NEW).private
    sandbox_hub.delete(NEW)
    with pytest.raises(NotFound):
        sandbox_hub.runtime(NEW)


def test_hardware_and_sleep_are_set(sandbox_hub: Hub) -> None:
    sandbox_hub.set_hardware(f"{TEAM}a", "t4-small")
    sandbox_hub.set_sleep(f"{TEAM}a", 900)
    assert (sandbox_hub.space(f"{TEAM}a").hardware, sandbox_hub.space(f"{TEAM}a").sleep_after) == (
        "t4-small",
        900,
    )
    sandbox_hub.set_sleep(f"{TEAM}a", None)
    assert sandbox_hub.space(f"{TEAM}a").sleep_after is None
    sandbox_hub.set_sleep(f"{TEAM}b", 60)  # free hardware silently keeps its own


def test_files_arrive_in_one_commit(sandbox_hub: Hub, world: World) -> None:
    files = {"README.md": b"---\nsdk: docker\n---\n", "src/app.py": b"print(1)\n"}
    commit = sandbox_hub.commit(f"{TEAM}a", files, "Hand in")
    assert commit.oid in commit.url
    assert world.files(f"{TEAM}a")["src/app.py"] == b"print(1)\n"
    unchanged = sandbox_hub.commit(f"{TEAM}a", {"src/app.py": b"print(1)\n"}, "Hand in again")
    assert unchanged.oid == commit.oid


def test_invalid_readme_raises_the_hubs_message(sandbox_hub: Hub) -> None:
    sandbox_hub.validate_card("---\nsdk: docker\n---\n")
    with pytest.raises(HubError, match="must be one of"):
        sandbox_hub.validate_card("---\nsdk: streamlit\n---\n")


def test_log_tail_returns_although_the_stream_stays_open(sandbox_hub: Hub) -> None:
    lines = sandbox_hub.logs(f"{TEAM}d", seconds=2, lines=3)
    assert 0 < len(lines) <= 3


def test_account_and_hardware_prices_are_read(sandbox_hub: Hub) -> None:
    account = sandbox_hub.whoami()
    assert (account.token_kind, account.token_role) == ("access_token", "write")
    assert OWNER in account.orgs
    prices = {flavor.name: flavor.dollars_per_hour for flavor in sandbox_hub.flavors()}
    assert prices["cpu-basic"] == 0 < prices["t4-small"] < 10
    budget = sandbox_hub.budget()
    assert budget is not None
    assert budget.remaining > 0


def test_account_identifies_an_oauth_login_token(sandbox_hub: Hub, world: World) -> None:
    world.tokens[TOKEN] = Token(kind="oauth")
    assert sandbox_hub.whoami().token_kind == "oauth"
    with pytest.raises(NotFound, match="token can't see it"):
        sandbox_hub.restart(f"{TEAM}a")


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        # Payment required; forbidden; a conflict; a server error.
        (402, PaymentRequired),
        (403, HubForbidden),
        (409, Conflict),
        (429, RateLimited),
        (503, HubUnavailable),
        # It may have been done.
        (500, OutcomeUnknown),
        (504, OutcomeUnknown),
    ],
)
def test_rejected_write_raises_our_error_and_is_not_retried(
    sandbox_hub: Hub, world: World, status: int, kind: type[HubError]
) -> None:
    fault = world.faults.refuse(status, call="restart")
    with pytest.raises(kind):
        sandbox_hub.restart(f"{TEAM}b")
    assert fault.times_applied == 1


def test_write_with_a_lost_response_has_an_unknown_outcome(
    endpoint: str, make_hub: Callable[..., Hub], world: World
) -> None:
    impatient = make_hub(endpoint=endpoint, timeout=1.5)
    world.faults.hang(call="restart", after=True)
    with pytest.raises(OutcomeUnknown):
        impatient.restart(f"{TEAM}b")
    assert world.restarts[f"{TEAM}b"] == 1


@pytest.mark.parametrize("weather", ["down", "slow"])
def test_failing_hub_does_not_block_callers(
    endpoint: str, make_hub: Callable[..., Hub], world: World, weather: HubState
) -> None:
    impatient = make_hub(endpoint=endpoint, timeout=0.3)
    world.faults.slow = 1.0
    world.faults.hub = weather
    with pytest.raises(HubUnavailable, match="in time"):
        impatient.fleet(OWNER)


def test_captive_portal_page_is_rejected(sandbox_hub: Hub, world: World) -> None:
    world.faults.html()
    with pytest.raises(HubUnavailable):
        sandbox_hub.fleet(OWNER)
    with pytest.raises(OutcomeUnknown):
        sandbox_hub.set_secret(f"{TEAM}a", "KEY", "value")


def test_concurrent_restarts_are_each_sent_once(
    sandbox_hub: Hub, world: World, endpoint: str
) -> None:
    with ThreadPoolExecutor(16) as pool:
        list(pool.map(lambda _: sandbox_hub.restart(f"{TEAM}b"), range(200)))
    assert world.restarts[f"{TEAM}b"] == 200


def test_secret_and_variable_of_one_name_stop_the_space(sandbox_hub: Hub, world: World) -> None:
    sandbox_hub.set_variable(f"{TEAM}a", "API_KEY", "public")
    sandbox_hub.set_secret(f"{TEAM}a", "API_KEY", "s3cr3t")
    world.clock = lambda: NOW.timestamp() + 600
    stopped = sandbox_hub.runtime(f"{TEAM}a")
    assert (stopped.stage, stopped.error) == (
        "CONFIG_ERROR",
        "Collision on variables and secrets names.",
    )
    sandbox_hub.delete_variable(f"{TEAM}a", "API_KEY")
    world.clock = lambda: NOW.timestamp() + 1200
    assert sandbox_hub.runtime(f"{TEAM}a").stage == "RUNNING"


def test_sign_in_page_redirect_and_empty_body_confirm_no_write(
    sandbox_hub: Hub, world: World
) -> None:
    world.faults.answer("Please sign in", call=ALL_WRITES, times=1)
    world.faults.redirect(call=ALL_WRITES, times=1)
    world.faults.answer("", call=ALL_WRITES, times=1, after=True)
    for _ in range(3):
        with pytest.raises(OutcomeUnknown):
            sandbox_hub.delete(f"{TEAM}a")
    with pytest.raises(NotFound):  # the third was done
        sandbox_hub.runtime(f"{TEAM}a")
    assert [call.name for call in world.calls if call.method == "DELETE"] == ["delete"] * 3


def test_write_follows_a_renamed_space(sandbox_hub: Hub, world: World) -> None:
    world.rename(f"{TEAM}a", NEW)
    sandbox_hub.set_secret(f"{TEAM}a", "API_KEY", "s3cr3t")
    assert world.secret_digest(NEW, "API_KEY")


def test_null_list_entry_does_not_hide_others(sandbox_hub: Hub, world: World) -> None:
    complete = {space.id for space in sandbox_hub.fleet(OWNER)}
    world.faults.unreadable = {f"{TEAM}a"}
    assert {space.id for space in sandbox_hub.fleet(OWNER)} == complete - {f"{TEAM}a"}
