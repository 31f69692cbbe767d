"""Known causes of refusals and failures, on the cards of operations against the sandbox Hub."""

from collections.abc import Iterator

import pytest

from bot.hub import Hub
from bot.model import Ask
from bot.sandbox.hub import known_causes
from bot.sandbox.hub.accounts import Token
from bot.sandbox.hub.control import World
from bot.service import Bot
from tests.conftest import MakeBot
from tests.fakes import FakeClock, FakeSlack
from tests.unit.service.sandbox_hub import TOKEN, make_world, serve

OWNER = "ifcore-org"
ENVIRON = {
    "SPACEBOT_OWNER": OWNER,
    "SPACEBOT_PREFIX": "ifcore-",
    "SPACEBOT_TEMPLATE": f"{OWNER}/ifcore-template",
}
A, B = f"{OWNER}/ifcore-team-a", f"{OWNER}/ifcore-team-b"
TEMPLATE = f"{OWNER}/ifcore-template"


@pytest.fixture
def world(clock: FakeClock) -> World:
    return make_world(3, clock)


@pytest.fixture
def hub(world: World, clock: FakeClock) -> Iterator[Hub]:
    with serve(world, clock) as served:
        yield served


@pytest.fixture
def bot(make_bot: MakeBot) -> Bot:
    return make_bot(**ENVIRON)


def ask(bot: Bot, *texts: str) -> None:
    for text in texts:
        bot.ask(Ask(text, "ULEAD", "C1", idempotency_key=text))


def run_rounds(bot: Bot, clock: FakeClock, rounds: int) -> None:
    for _ in range(rounds):
        clock.tick(seconds=10)
        bot.advance()
        bot.deliver()


def shown(slack: FakeSlack) -> str:
    return str(slack.cards[-1].message.blocks)


def calls(world: World, name: str) -> int:
    return [call.name for call in world.calls].count(name)


def test_locked_space_is_not_restarted(
    bot: Bot, world: World, slack: FakeSlack, clock: FakeClock
) -> None:
    known_causes.lock(world, A)
    ask(bot, "wake team-a team-b")
    run_rounds(bot, clock, 12)

    assert world.restarts[A] == 0
    assert world.stage(B) == "RUNNING"
    assert "blocked by Hugging Face, so no restart helps" in shown(slack)


def test_lock_of_the_sandbox_answers_a_restart_with_503(world: World, hub: Hub) -> None:
    known_causes.lock(world, A)
    with pytest.raises(Exception, match="Service Unavailable"):
        hub.restart(A)

    assert hub.space(A).error == f"Flagged as abusive: {known_causes.ABUSE_RULE}"


def test_pause_for_a_reason_after_an_accepted_act_fails_with_the_reason(
    bot: Bot, world: World, slack: FakeSlack, clock: FakeClock
) -> None:
    known_causes.pause_after_start(world, A)
    ask(bot, "wake team-a")
    run_rounds(bot, clock, 30)

    assert world.restarts[A] == 1
    assert "hardware quota limit across all your Spaces! Pause a Space" in shown(slack)


def test_refusal_for_the_quota_names_what_could_be_paused(
    bot: Bot, world: World, slack: FakeSlack, clock: FakeClock
) -> None:
    world.faults.over_quota()
    bot.sweep()
    ask(bot, "wake team-b")
    run_rounds(bot, clock, 3)

    assert "Pause a Space that isn't needed" in shown(slack)
    assert "Running now: team-a and team-c." in shown(slack)


def test_payment_method_is_asked_for_with_its_address(
    bot: Bot, world: World, slack: FakeSlack, clock: FakeClock
) -> None:
    known_causes.ask_for_payment_method(world)
    ask(bot, "hardware team-a t4-small", "confirm 1")
    run_rounds(bot, clock, 3)

    assert "Add one at huggingface.co/settings/billing." in shown(slack)


def test_disabled_space_says_so(bot: Bot, world: World, slack: FakeSlack, clock: FakeClock) -> None:
    known_causes.disable(world, A)
    ask(bot, "wake team-b", "pause team-a", "confirm 2")
    run_rounds(bot, clock, 3)

    assert "Hugging Face disabled this Space" in shown(slack)


def test_login_token_is_blamed_for_a_space_that_the_list_shows(
    bot: Bot, world: World, slack: FakeSlack, clock: FakeClock
) -> None:
    world.tokens[TOKEN] = Token(kind="oauth")
    ask(bot, "wake team-b")
    run_rounds(bot, clock, 3)

    assert "HF_TOKEN can see this Space, but isn't allowed to do this." in shown(slack)
    assert "can't find" not in shown(slack)


def test_plan_gate_is_said_once_and_the_batch_stops_after_the_first(
    bot: Bot, world: World, slack: FakeSlack, clock: FakeClock
) -> None:
    known_causes.gate_creations(world)
    ask(bot, "provision group-1..30", "confirm 1")
    run_rounds(bot, clock, 6)

    assert calls(world, "duplicate") == 1
    assert shown(slack).count("requires a PRO subscription") == 1
    assert "29 not sent after that" in slack.cards[-1].text


def test_provision_warns_before_creations_that_the_plan_lacks(
    bot: Bot, world: World, slack: FakeSlack
) -> None:
    known_causes.gate_creations(world)
    ask(bot, "provision group-1", "create group-2")

    asked = [message.text + str(message.blocks) for _, message in slack.ephemeral_messages]
    assert ["has no paid plan" in text for text in asked] == [True, True]
    assert calls(world, "duplicate") + calls(world, "create") == 0


def test_copy_of_a_paused_template_is_woken(
    bot: Bot, world: World, slack: FakeSlack, clock: FakeClock
) -> None:
    world.copies_keep_pause = True
    ask(bot, "provision group-1..2", "confirm 1")
    run_rounds(bot, clock, 40)

    copies = [f"{OWNER}/ifcore-group-{n}" for n in (1, 2)]
    assert [world.stage(id) for id in copies] == ["RUNNING", "RUNNING"]
    assert [world.restarts[id] for id in copies] == [1, 1]
    assert world.stage(TEMPLATE) == "PAUSED"
    assert slack.cards[-1].text.startswith("Provisioned group-1 and group-2")


def test_failed_static_space_is_not_restarted_and_has_a_build_log(
    bot: Bot, world: World, hub: Hub, slack: FakeSlack
) -> None:
    with world.open(A) as space:
        space.sdk = "static"
    world.build_error(A)

    assert hub.fleet(OWNER)[0].stage == "BUILD_ERROR"
    assert hub.logs(A) == ()
    assert any("torch==9.9" in line for line in hub.logs(A, build=True))
    ask(bot, "rebuild team-a")
    assert world.restarts[A] == 0


def test_space_without_a_runtime_in_the_list_is_looked_up(world: World, hub: Hub) -> None:
    world.faults.without_runtime = {A}

    assert {space.id: space.stage for space in hub.fleet(OWNER)}[A] == "RUNNING"
    assert calls(world, "runtime") == 1


def test_answer_about_one_space_has_its_settings(world: World, hub: Hub) -> None:
    with world.open(A) as space:
        space.is_protected = space.is_dev_mode = True
        space.requested_replicas = 2
        space.volumes = [{"type": "bucket", "source": "acme/data", "mountPath": "/data"}]
    _, settings = hub.details(A)

    assert (settings.visibility, settings.is_dev_mode) == ("protected", True)
    assert (settings.current_replicas, settings.requested_replicas) == ("1", "2")
    assert settings.volumes == ("acme/data at /data",)


def test_plan_and_last_commit_are_read(world: World, hub: Hub, clock: FakeClock) -> None:
    world.plans[OWNER] = "enterprise"
    clock.tick(seconds=60)
    world.push(A, author="student-7")
    commit = hub.last_commit(A)

    assert hub.plan(OWNER) == "enterprise"
    assert hub.plan("course-lead") == "free"
    assert commit is not None
    assert (commit.author, commit.at) == ("student-7", clock())
