"""A secret on 60 Spaces: in waves, with the value in the memory of one process only."""

import pytest

from bot.errors import HubError, LeaseLost, OutcomeUnknown
from bot.operations import VALUE_TTL
from bot.service import Bot
from bot.service.secret_values import SecretValues
from bot.store import Store, lease, operations
from tests.conftest import MakeBot
from tests.fakes import FakeClock, FakeHub, FakeLeadership, FakeSlack, with_parts
from tests.faults import fail, with_hub_fault
from tests.requests import (
    database_dump,
    filled_form,
    last_reply,
    open_form,
    send_command,
    send_lead_command,
    submit,
    tick,
)
from tests.stories.scenario import commands_by_label
from tests.unit.service.operations.samples import (
    KEY_ERROR,
    SIXTY,
    Deaths,
    assert_sent_at_most_once,
    become,
    begin_class,
)
from tests.unit.service.requests.test_audit import audit_table

VALUE = "swordfish-8Kx2mQ7v"


def set_secret(bot: Bot, slack: FakeSlack, hub: FakeHub, leader: Bot | None = None) -> str:
    """Set a secret of 60 running Spaces; return the text of the form."""
    begin_class(hub)
    (leader or bot).sweep()
    id = open_form(bot, slack, "secret set all API_KEY")
    bot.ask(filled_form(slack, id, value=VALUE))
    return str(slack.open_forms[id])


class RestartingHub(FakeHub):
    """A Hub on which a changed secret restarts the app."""

    def set_secret(self, id: str, key: str, value: str) -> None:
        super().set_secret(id, key, value)
        self.put(id, "APP_STARTING")


@pytest.fixture
def hub() -> FakeHub:
    return RestartingHub()


def run(bot: Bot, hub: FakeHub, clock: FakeClock, stage: str = "RUNNING", error: str = "") -> None:
    """Send a wave, and let its apps end in *stage*, before the next one is sent."""
    for _ in range(2):
        tick(bot, clock)
    become(hub, stage, error)
    clock.tick(seconds=6)


def hold(bot: Bot, slack: FakeSlack, hub: FakeHub, clock: FakeClock) -> None:
    """Set the secret, of which the first wave crashes."""
    set_secret(bot, slack, hub)
    run(bot, hub, clock, "RUNTIME_ERROR", KEY_ERROR)
    tick(bot, clock)


def lose_first_answer(bot: Bot, slack: FakeSlack, hub: FakeHub, clock: FakeClock) -> None:
    """Set the secret, of which the first Space gets the value and sends no answer."""
    set_secret(bot, slack, hub)
    lose = fail(lambda: OutcomeUnknown("The request left and no answer came."))
    tick(with_hub_fault(bot, "after set_secret", lose), clock)


def head(slack: FakeSlack) -> str:
    return slack.cards[-1].text


def restart_process(bot: Bot) -> Bot:
    return with_parts(bot, secret_values=SecretValues())


def expire(bot: Bot, clock: FakeClock) -> None:
    for _ in range(2):
        tick(bot, clock, VALUE_TTL.total_seconds())


def test_each_wave_waits_for_the_apps_of_the_one_before(
    bot: Bot, hub: FakeHub, slack: FakeSlack, clock: FakeClock
) -> None:
    form = set_secret(bot, slack, hub)
    sizes = []
    for _ in range(3):
        run(bot, hub, clock)
        sizes.append(len(hub.writes))
    tick(bot, clock)

    assert "In waves: 1, then 6, then 53." in form
    assert sizes == [1, 7, 60]
    assert all(hub.secret_values[id] == {"API_KEY": VALUE} for id in SIXTY)
    assert head(slack).startswith("Set secret API_KEY on 60 Spaces in")


def test_a_secret_that_kills_apps_reaches_exactly_one_of_60_spaces(
    bot: Bot, hub: FakeHub, slack: FakeSlack, clock: FakeClock
) -> None:
    set_secret(bot, slack, hub)
    for _ in range(3):
        run(bot, hub, clock, "RUNTIME_ERROR", KEY_ERROR)
    tick(bot, clock)

    assert [id for _, id in hub.writes] == SIXTY[:1]
    assert head(slack).startswith("Stopped after 1 of 60: KeyError: 'OPENAI_API_KEY'")
    card = slack.cards[-1]
    assert card.buttons == {"Continue": "continue 1", "Set again": "secret set team-1 API_KEY"}
    assert commands_by_label(card)["Stop"] == "stop 1"
    assert "I keep no secret values" in str(slack.cards[-1].message.blocks)


def test_a_person_continues_it_with_the_same_value(
    bot: Bot, hub: FakeHub, slack: FakeSlack, clock: FakeClock
) -> None:
    hold(bot, slack, hub, clock)
    send_lead_command(bot, "continue 1")
    for _ in range(3):
        run(bot, hub, clock)

    assert len(hub.writes) == 60


def test_a_value_that_waits_does_not_overwrite_a_newer_one(
    bot: Bot, hub: FakeHub, slack: FakeSlack, clock: FakeClock
) -> None:
    """The newer one is for a few Spaces, so it isn't an operation."""
    set_secret(bot, slack, hub)
    tick(bot, clock)
    submit(bot, slack, open_form(bot, slack, "secret set team-60 API_KEY"), value="newer")
    refused = str(slack.cards[-1].message.blocks)
    for _ in range(4):
        run(bot, hub, clock)
    submit(bot, slack, open_form(bot, slack, "secret set team-60 API_KEY"), value="newer")

    assert "Operation 1 is changing this secret, so nothing was sent." in refused
    assert hub.secret_values[SIXTY[58]] == {"API_KEY": VALUE}
    assert hub.secret_values[SIXTY[59]] == {"API_KEY": "newer"}


@pytest.mark.parametrize(
    ("act", "left"),
    [
        ("secret set team-60 API_KEY", {"API_KEY": "newer"}),
        ("secret delete team-60 API_KEY", {}),
        ("secret delete all API_KEY", {}),
    ],
)
def test_nobody_can_continue_with_a_value_that_was_replaced(
    bot: Bot, hub: FakeHub, slack: FakeSlack, clock: FakeClock, act: str, left: dict[str, str]
) -> None:
    hub.secret_values[SIXTY[59]] = {"API_KEY": "older"}
    hold(bot, slack, hub, clock)
    submit(bot, slack, open_form(bot, slack, act), value="newer")
    send_lead_command(bot, "continue 1")
    for _ in range(70):
        tick(bot, clock, 6)

    assert last_reply(slack) == "Operation 1 is already finished. See its card."
    assert hub.secret_values[SIXTY[59]] == left


def test_a_secret_is_deleted_in_waves_too(
    bot: Bot, hub: FakeHub, slack: FakeSlack, clock: FakeClock
) -> None:
    for id in SIXTY:
        hub.put(id, "RUNNING")
        hub.secret_values[id] = {"API_KEY": VALUE}
    del hub.secret_values[SIXTY[0]]
    bot.sweep()
    submit(bot, slack, open_form(bot, slack, "secret delete all API_KEY"))
    tick(bot, clock)
    for _ in range(2):
        tick(bot, clock)
    assert [id for _, id in hub.writes] == SIXTY[1:2], "the first one has no such secret"
    for _ in range(20):
        tick(bot, clock, 10)

    assert len(hub.writes) == 59
    assert head(slack).startswith("Deleted secret API_KEY from 59 Spaces in")
    assert "1 already without API_KEY" in head(slack)


def test_a_restart_ends_it_because_no_value_is_kept(
    bot: Bot, hub: FakeHub, slack: FakeSlack, clock: FakeClock
) -> None:
    set_secret(bot, slack, hub)
    run(bot, hub, clock)
    run(bot, hub, clock)
    again = restart_process(bot)
    tick(again, clock)
    assert len(hub.writes) == 7, "another process may still have the value"
    expire(again, clock)

    assert len(hub.writes) == 7
    assert head(slack).startswith("Stopped after 7 of 60: I don't keep secret values. Set it again")
    assert slack.cards[-1].buttons == {"Set the rest": "secret set team-8..60 API_KEY"}
    row = audit_table(again, slack)[0]
    assert (row["outcome"], row["result"]) == ("partly", "7 of 60 set, 53 not sent")
    assert slack.replies[-1].text.startswith("Stopped after 7 of 60: I don't keep secret values.")
    with again.deps.store.transaction() as tx:
        assert operations.running(tx) == []


def test_a_held_one_ends_too_once_its_value_is_lost(
    bot: Bot, hub: FakeHub, slack: FakeSlack, clock: FakeClock
) -> None:
    hold(bot, slack, hub, clock)
    again = restart_process(bot)
    expire(again, clock)

    assert head(slack).startswith("Stopped after 1 of 60: I don't keep secret values.")
    assert slack.cards[-1].buttons["Set the rest"] == "secret set team-2..60 API_KEY"
    send_lead_command(again, "continue 1")
    assert last_reply(slack) == "Operation 1 is already finished. See its card."


def test_the_button_opens_the_form_for_the_rest(
    bot: Bot, hub: FakeHub, slack: FakeSlack, clock: FakeClock
) -> None:
    set_secret(bot, slack, hub)
    run(bot, hub, clock)
    again = restart_process(bot)
    expire(again, clock)
    command = slack.cards[-1].buttons["Set the rest"]
    submit(again, slack, open_form(again, slack, command), value="another")
    for _ in range(4):
        run(again, hub, clock)

    assert hub.secret_values[SIXTY[0]] == {"API_KEY": VALUE}
    assert all(hub.secret_values[id] == {"API_KEY": "another"} for id in SIXTY[1:])


def standby(bot: Bot, store: Store) -> Bot:
    """Return another replica with its own memory, which doesn't lead."""
    return with_parts(bot, secret_values=SecretValues(), leadership=FakeLeadership(store, None))


def test_the_replica_that_took_the_value_sends_it_and_the_leader_follows(
    bot: Bot, store: Store, hub: FakeHub, slack: FakeSlack, clock: FakeClock
) -> None:
    other = standby(bot, store)
    set_secret(other, slack, hub, leader=bot)
    sizes = []
    for _ in range(3):
        before = len(hub.writes)
        tick(bot, clock)
        assert len(hub.writes) == before, "the leader has no value"
        advance_standby(other)
        sizes.append(len(hub.writes))
        tick(bot, clock)
        become(hub, "RUNNING")
        clock.tick(seconds=6)
    tick(bot, clock)
    advance_standby(other)

    assert sizes == [1, 7, 60]
    assert head(slack).startswith("Set secret API_KEY on 60 Spaces in")
    assert other.deps.secret_values.operations() == frozenset()


def advance_standby(bot: Bot) -> None:
    """Advance as a replica that doesn't lead, which can't get further than its own part."""
    with pytest.raises(LeaseLost):
        bot.advance()


def test_a_replica_keeps_its_value_alive_while_a_rollout_is_held(
    bot: Bot, store: Store, hub: FakeHub, slack: FakeSlack, clock: FakeClock
) -> None:
    other = standby(bot, store)
    set_secret(other, slack, hub, leader=bot)
    advance_standby(other)
    become(hub, "RUNTIME_ERROR", KEY_ERROR)
    for _ in range(20):
        clock.tick(seconds=VALUE_TTL.total_seconds() / 2)
        advance_standby(other)
        tick(bot, clock)

    assert head(slack).startswith("Stopped after 1 of 60: KeyError")


def test_a_value_is_not_lost_while_the_hub_hangs(
    bot: Bot, store: Store, hub: FakeHub, slack: FakeSlack, clock: FakeClock
) -> None:
    """The replica with the value waits for a listing, and says in another job that it has it."""
    other = standby(bot, store)
    set_secret(other, slack, hub, leader=bot)
    for _ in range(5):
        clock.tick(seconds=VALUE_TTL.total_seconds() / 2)
        other.keep_values()
        tick(bot, clock)
    advance_standby(other)

    assert len(hub.writes) == 1


@pytest.mark.parametrize(("ready", "most"), [(0, 1), (1, 7)])
def test_a_kill_at_any_point_neither_widens_a_wave_nor_keeps_the_value(
    make_bot: MakeBot,
    hub: FakeHub,
    slack: FakeSlack,
    clock: FakeClock,
    deaths: Deaths,
    ready: int,
    most: int,
) -> None:
    template = make_bot()
    set_secret(template, slack, hub)
    template.deliver()
    for _ in range(ready):
        run(template, hub, clock)
    for bot, when in deaths(template):
        assert VALUE not in database_dump(bot), when
        again = restart_process(bot)
        expire(again, clock)
        for _ in range(3):
            tick(again, clock, 20)

        assert isinstance(again.deps.slack, FakeSlack)
        assert VALUE not in f"{database_dump(again)}{again.deps.slack}", when
        assert_sent_at_most_once(again, most, when)
        texts = [card.text for card in again.deps.slack.cards]
        assert any("I don't keep secret values" in text for text in texts), when


def test_the_value_is_in_no_row_message_or_log(
    bot: Bot, hub: FakeHub, slack: FakeSlack, clock: FakeClock, caplog: pytest.LogCaptureFixture
) -> None:
    """The Hub repeats it in a refusal, and another call fails with it in the error."""
    caplog.set_level("DEBUG")
    hub.errors_by_space = {
        SIXTY[0]: HubError(f"The Hub refused “{VALUE}”.", effect=VALUE),
        SIXTY[1]: ZeroDivisionError(VALUE),  # type: ignore[dict-item]
    }
    set_secret(bot, slack, hub)
    for _ in range(4):
        tick(bot, clock)
    send_lead_command(bot, "audit")

    assert "The Hub refused “…”" in database_dump(bot)
    assert "ZeroDivisionError" in caplog.text
    assert VALUE not in f"{database_dump(bot)}{slack}{caplog.text}{bot.deps.secret_values!r}"


def test_an_unanswered_call_is_repeated_while_the_value_is_known(
    bot: Bot, hub: FakeHub, slack: FakeSlack, clock: FakeClock
) -> None:
    lose_first_answer(bot, slack, hub, clock)
    tick(bot, clock, 20)
    tick(bot, clock)

    assert hub.writes == [("set_secret API_KEY", SIXTY[0])] * 2


def test_an_unanswered_call_is_unknown_once_the_value_is_lost(
    bot: Bot, hub: FakeHub, slack: FakeSlack, clock: FakeClock
) -> None:
    lose_first_answer(bot, slack, hub, clock)
    expire(restart_process(bot), clock)

    assert len(hub.writes) == 1
    assert head(slack).startswith("Stopped after 1 of 60: I don't keep secret values.")
    assert "no answer came" in str(slack.cards[-1].message.blocks)


def test_a_new_value_ends_a_held_rollout_of_the_old_one(
    bot: Bot, hub: FakeHub, slack: FakeSlack, clock: FakeClock
) -> None:
    hold(bot, slack, hub, clock)
    submit(bot, slack, open_form(bot, slack, "secret set all API_KEY"), value="another")
    send_lead_command(bot, "continue 1")

    assert last_reply(slack).startswith("Operation 1 is ")
    run(bot, hub, clock)
    assert {value for values in hub.secret_values.values() for value in values.values()} == {
        VALUE,
        "another",
    }
    assert hub.secret_values[SIXTY[1]] == {"API_KEY": "another"}


def test_another_value_does_not_join_a_running_rollout(
    bot: Bot, hub: FakeHub, slack: FakeSlack, clock: FakeClock
) -> None:
    set_secret(bot, slack, hub)
    submit(bot, slack, open_form(bot, slack, "secret set all API_KEY"), value="another")

    assert "60 busy" in last_reply(slack)


def test_the_value_is_dropped_once_nothing_is_left_to_send(
    bot: Bot, hub: FakeHub, slack: FakeSlack, clock: FakeClock
) -> None:
    set_secret(bot, slack, hub)
    assert bot.deps.secret_values.operations() == {1}
    send_lead_command(bot, "stop 1")
    tick(bot, clock)

    assert bot.deps.secret_values.operations() == frozenset()


def test_a_secret_cannot_be_undone(
    bot: Bot, hub: FakeHub, slack: FakeSlack, clock: FakeClock
) -> None:
    set_secret(bot, slack, hub)
    send_lead_command(bot, "stop 1")
    send_lead_command(bot, "undo 1")

    assert last_reply(slack).startswith("A secret can't be put back: I keep no values.")


def test_only_admins_continue_it(
    bot: Bot, hub: FakeHub, slack: FakeSlack, clock: FakeClock
) -> None:
    hold(bot, slack, hub, clock)
    send_command(bot, "continue 1", "UTA")

    assert "admins only" in last_reply(slack)
    assert len(hub.writes) == 1


def test_the_value_is_in_no_row_of_any_database(
    bot: Bot, any_store: Store, hub: FakeHub, slack: FakeSlack, clock: FakeClock
) -> None:
    with any_store.transaction() as tx:
        leading = FakeLeadership(any_store, lease.acquire(tx, "a test", ttl=1e6))
    bot = with_parts(bot, store=any_store, leadership=leading)
    set_secret(bot, slack, hub)
    run(bot, hub, clock)
    assert len(hub.writes) == 1
    assert VALUE not in database_dump(bot)
    again = restart_process(bot)
    expire(again, clock)

    assert head(slack).startswith("Stopped after 1 of 60: I don't keep secret values.")
    assert "API_KEY" in database_dump(again)
    assert VALUE not in database_dump(again)
