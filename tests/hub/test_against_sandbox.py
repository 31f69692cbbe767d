"""The adapter's calls against the Hub to practise on, over real sockets."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from bot.errors import (
    Conflict,
    HubError,
    HubUnavailable,
    NotFound,
    PlanNeeded,
    RateLimited,
    Refused,
    Unanswered,
)
from bot.hub import Hub
from bot.model import Condition
from bot.sandbox.hub.accounts import Token
from bot.sandbox.hub.faults import ACTS, Weather
from bot.sandbox.hub.world import World
from tests.hub.conftest import NOW, TOKEN

OWNER = "ifcore-org"
TEAM = f"{OWNER}/ifcore-team-"
TEMPLATE = f"{OWNER}/ifcore-template"
NEW = f"{OWNER}/ifcore-new"


def test_the_fleet_is_read_page_by_page(real: Hub, world: World) -> None:
    world.page_size = 5
    fleet = {space.id: space for space in real.fleet(OWNER)}
    assert {id: space.stage for id, space in fleet.items()} == {
        line["id"]: line["stage"] for line in world.snapshot()
    }
    assert [call.name for call in world.calls] == ["list"] * 3
    assert fleet[f"{TEAM}a"].host
    assert fleet[f"{TEAM}d"].error.startswith("Exit code: 1")
    assert fleet[f"{TEAM}l"].is_static


def test_a_missing_page_is_no_fleet(real: Hub, world: World) -> None:
    world.page_size = 5
    world.faults.missing_page = 2
    with pytest.raises(HubUnavailable, match="page of the list is missing"):
        real.fleet(OWNER)


def test_a_space_whose_list_entry_has_no_runtime_is_unknown(real: Hub, world: World) -> None:
    world.faults.without_runtime.add(f"{TEAM}a")
    fleet = {space.id: space for space in real.fleet(OWNER)}
    assert fleet[f"{TEAM}a"].condition is Condition.UNKNOWN


def test_one_space_has_its_runtime_and_its_host(real: Hub) -> None:
    assert real.runtime(f"{TEAM}b").stage == "SLEEPING"
    space = real.space(f"{TEAM}a")
    assert (space.stage, space.sdk) == ("RUNNING", "docker")
    assert space.host


def test_restart_rebuild_and_pause_are_carried_out(real: Hub, world: World) -> None:
    real.restart(f"{TEAM}b")
    real.restart(f"{TEAM}b", factory=True)
    assert world.restarts[f"{TEAM}b"] == 2
    assert real.pause(f"{TEAM}a") == "PAUSED"
    assert world.stage(f"{TEAM}a") == "PAUSED"


def test_a_static_space_cannot_be_paused(real: Hub) -> None:
    with pytest.raises(HubError):
        real.pause(f"{TEAM}l")


def test_secrets_and_variables_come_and_go(real: Hub, world: World) -> None:
    real.set_secret(f"{TEAM}a", "KEY", "value")
    real.set_variable(f"{TEAM}a", "COLOUR", "blue")
    assert real.secrets(f"{TEAM}a") == ("KEY",)
    assert real.variables(f"{TEAM}a") == {"TEAM_NAME": "team-a", "COLOUR": "blue"}
    real.delete_secret(f"{TEAM}a", "KEY")
    real.delete_variable(f"{TEAM}a", "COLOUR")
    real.delete_variable(f"{TEAM}a", "COLOUR")
    assert real.secrets(f"{TEAM}a") == ()
    assert real.variables(f"{TEAM}a") == {"TEAM_NAME": "team-a"}


def test_a_key_that_the_hub_does_not_take_is_refused_in_its_words(real: Hub) -> None:
    with pytest.raises(HubError, match="Invalid key"):
        real.set_variable(f"{TEAM}a", "_NO", "x")


def test_a_copy_has_its_secrets_before_its_first_build(real: Hub, world: World) -> None:
    url = real.duplicate(
        TEMPLATE, NEW, private=True, secrets={"KEY": "v"}, variables={"TEAM_NAME": "new"}
    )
    assert url.endswith(NEW)
    real.restart(NEW)
    env = world.first_build_env(NEW)
    assert env is None or "KEY" in env.secrets
    assert real.secrets(NEW) == ("KEY",)
    with pytest.raises(Conflict):
        real.duplicate(TEMPLATE, NEW, private=True, secrets={}, variables={})


def test_a_space_is_created_and_deleted(real: Hub) -> None:
    assert real.create(NEW, sdk="docker", private=True).endswith(NEW)
    assert real.space(NEW).private
    real.delete(NEW)
    with pytest.raises(NotFound):
        real.runtime(NEW)


def test_hardware_and_sleep_are_set(real: Hub) -> None:
    real.set_hardware(f"{TEAM}a", "t4-small")
    real.set_sleep(f"{TEAM}a", 900)
    assert (real.space(f"{TEAM}a").hardware, real.space(f"{TEAM}a").sleep_after) == (
        "t4-small",
        900,
    )
    real.set_sleep(f"{TEAM}a", None)
    assert real.space(f"{TEAM}a").sleep_after is None
    real.set_sleep(f"{TEAM}b", 60)  # free hardware keeps its own, without a word


def test_files_arrive_in_one_commit(real: Hub, world: World) -> None:
    files = {"README.md": b"---\nsdk: docker\n---\n", "src/app.py": b"print(1)\n"}
    commit = real.commit(f"{TEAM}a", files, "Hand in")
    assert commit.oid in commit.url
    assert world.files(f"{TEAM}a")["src/app.py"] == b"print(1)\n"
    unchanged = real.commit(f"{TEAM}a", {"src/app.py": b"print(1)\n"}, "Hand in again")
    assert unchanged.oid == commit.oid


def test_a_bad_card_is_refused_in_the_hubs_words(real: Hub) -> None:
    assert real.validate_card("---\nsdk: docker\n---\n") == ()
    with pytest.raises(HubError, match="must be one of"):
        real.validate_card("---\nsdk: streamlit\n---\n")


def test_a_log_has_a_tail_although_its_stream_stays_open(real: Hub) -> None:
    lines = real.logs(f"{TEAM}d", seconds=2, lines=3)
    assert 0 < len(lines) <= 3


def test_we_are_told_who_we_are_and_what_hardware_costs(real: Hub) -> None:
    account = real.whoami()
    assert (account.token_kind, account.token_role) == ("access_token", "write")
    assert OWNER in account.orgs
    prices = {flavour.name: flavour.dollars_per_hour for flavour in real.flavours()}
    assert prices["cpu-basic"] == 0 < prices["t4-small"] < 10
    budget = real.budget()
    assert budget is not None
    assert budget.remaining > 0


def test_a_login_token_that_may_not_restart_is_told_apart_by_the_account(
    real: Hub, world: World
) -> None:
    world.tokens[TOKEN] = Token(kind="oauth")
    assert real.whoami().token_kind == "oauth"
    with pytest.raises(NotFound, match="token may not see it"):
        real.restart(f"{TEAM}a")


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        # The plan does not pay; the token may not; something else is under way; trouble.
        (402, PlanNeeded),
        (403, Refused),
        (409, Conflict),
        (429, RateLimited),
        (503, HubUnavailable),
        # It may have been done.
        (500, Unanswered),
        (504, Unanswered),
    ],
)
def test_a_refused_act_is_our_error_and_is_not_repeated(
    real: Hub, world: World, status: int, kind: type[HubError]
) -> None:
    fault = world.faults.refuse(status, call="restart")
    with pytest.raises(kind):
        real.restart(f"{TEAM}b")
    assert fault.struck == 1


def test_an_act_whose_answer_is_lost_may_have_been_done(
    endpoint: str, make_hub: Callable[..., Hub], world: World
) -> None:
    impatient = make_hub(endpoint=endpoint, timeout=1.5)
    world.faults.hang(call="restart", after=True)
    with pytest.raises(Unanswered):
        impatient.restart(f"{TEAM}b")
    assert world.restarts[f"{TEAM}b"] == 1


@pytest.mark.parametrize("weather", ["down", "slow"])
def test_a_hub_in_trouble_holds_nobody_up(
    endpoint: str, make_hub: Callable[..., Hub], world: World, weather: Weather
) -> None:
    impatient = make_hub(endpoint=endpoint, timeout=0.3)
    world.faults.slow = 1.0
    world.faults.hub = weather
    with pytest.raises(HubUnavailable, match="ran out"):
        impatient.fleet(OWNER)


def test_a_captive_page_is_not_an_answer(real: Hub, world: World) -> None:
    world.faults.html()
    with pytest.raises(HubUnavailable):
        real.fleet(OWNER)
    with pytest.raises(Unanswered):
        real.set_secret(f"{TEAM}a", "KEY", "value")


def test_two_hundred_restarts_by_sixteen_threads_are_two_hundred(
    real: Hub, world: World, endpoint: str
) -> None:
    with ThreadPoolExecutor(16) as pool:
        list(pool.map(lambda _: real.restart(f"{TEAM}b"), range(200)))
    assert world.restarts[f"{TEAM}b"] == 200


def test_a_secret_with_the_name_of_a_variable_stops_the_space_until_one_goes(
    real: Hub, world: World
) -> None:
    real.set_variable(f"{TEAM}a", "API_KEY", "public")
    real.set_secret(f"{TEAM}a", "API_KEY", "s3cr3t")
    world.clock = lambda: NOW.timestamp() + 600
    stopped = real.runtime(f"{TEAM}a")
    assert (stopped.stage, stopped.error) == (
        "CONFIG_ERROR",
        "Collision on variables and secrets names.",
    )
    real.delete_variable(f"{TEAM}a", "API_KEY")
    world.clock = lambda: NOW.timestamp() + 1200
    assert real.runtime(f"{TEAM}a").stage == "RUNNING"


def test_a_sign_in_page_a_redirect_and_an_empty_answer_confirm_no_act(
    real: Hub, world: World
) -> None:
    world.faults.answer("Please sign in", call=ACTS, times=1)
    world.faults.redirect(call=ACTS, times=1)
    world.faults.answer("", call=ACTS, times=1, after=True)
    for _ in range(3):
        with pytest.raises(Unanswered):
            real.delete(f"{TEAM}a")
    with pytest.raises(NotFound):  # the third was done
        real.runtime(f"{TEAM}a")
    assert [call.name for call in world.calls if call.method == "DELETE"] == ["delete"] * 3


def test_an_act_finds_a_renamed_space(real: Hub, world: World) -> None:
    world.rename(f"{TEAM}a", NEW)
    real.set_secret(f"{TEAM}a", "API_KEY", "s3cr3t")
    assert world.secret_seen(NEW, "API_KEY")


def test_an_entry_that_is_null_hides_no_other(real: Hub, world: World) -> None:
    whole = {space.id for space in real.fleet(OWNER)}
    world.faults.unreadable = {f"{TEAM}a"}
    assert {space.id for space in real.fleet(OWNER)} == whole - {f"{TEAM}a"}
