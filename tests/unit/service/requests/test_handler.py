"""Replies to requests through the single entry point, on a real database."""

import logging
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from itertools import permutations

import pytest

from bot.errors import DatabaseUnavailable, HubUnavailable, SlackOutcomeUnknown
from bot.listeners import messages
from bot.model import Ask, Source
from bot.service import Bot
from bot.service.dependencies import Job
from bot.store import Store, asks
from tests.conftest import ListenToEngine, MakeBot
from tests.fakes import FakeClock, FakeHub, FakeSlack, RecordingTrigger
from tests.faults import with_slack_fault
from tests.requests import buttons, last_reply, send_command
from tests.slack_limits import violations
from tests.unit.listeners.samples import DIRECT, MENTION
from tests.unit.service.samples import fail_transactions


def test_no_verb_means_status(bot: Bot, hub: FakeHub, slack: FakeSlack) -> None:
    hub.set(team_a="RUNNING", team_b="SLEEPING")

    send_command(bot, "", user="USTUDENT")

    assert last_reply(slack) == "2 Spaces: 1 asleep · 1 running"


# Eight of ten sleep. (the person, the request, the command of the button under the list)
@pytest.mark.parametrize(
    ("text", "user", "typed"),
    [
        # Only the listed Spaces, however they were selected, as the label counts them.
        ("status", "UTA", ["wake team-1..8"]),
        ("status all", "UTA", ["wake team-1..8"]),
        ("status team-1..2", "UTA", ["wake team-1 team-2"]),
        ("status team-1..2 team-9", "UTA", ["wake team-1 team-2"]),
        ("status team-3 team-9", "UTA", ["wake team-3"]),
        ("status sleeping", "UTA", ["wake team-1..8"]),
        ("status team-9..10", "UTA", []),
        # A viewer isn't offered a wake.
        ("status", "USTUDENT", []),
        ("status team-1..2", "USTUDENT", []),
    ],
)
def test_list_offers_to_wake_the_listed_spaces(
    bot: Bot, hub: FakeHub, slack: FakeSlack, text: str, user: str, typed: list[str]
) -> None:
    for n in range(1, 11):
        hub.put(f"acme/team-{n}", "RUNNING" if n > 8 else "SLEEPING")

    send_command(bot, text, user=user)

    assert list(buttons(slack).values()) == typed


def test_no_wake_button_for_more_spaces_than_fit(bot: Bot, hub: FakeHub, slack: FakeSlack) -> None:
    hub.set(team_a="RUNNING")
    for n in range(100):
        hub.put(f"acme/{'long' * 5}{n}x", "SLEEPING")

    send_command(bot, "status sleeping")

    assert last_reply(slack) == "100 Spaces: 100 asleep"
    assert buttons(slack) == {}


def test_a_thousand_urls_are_paged(bot: Bot, hub: FakeHub, slack: FakeSlack) -> None:
    for n in range(1, 1001):
        hub.put(f"acme/team-{n}", "RUNNING")

    send_command(bot, "url all")
    urls: list[str] = []
    while True:
        page = slack.ephemeral_messages[-1][1]
        assert violations(page) == []
        urls += re.findall(r"\|(team-\d+)>\* ", str(page.blocks))
        rest = 1000 - len(urls)
        if not rest:
            break
        assert f"… and {rest} more, from team-{len(urls) + 1} on." in str(page.blocks)
        send_command(bot, buttons(slack)[f"The other {rest}"])

    assert urls == [f"team-{n}" for n in range(1, 1001)]


def test_one_space_is_shown_in_detail(bot: Bot, hub: FakeHub, slack: FakeSlack) -> None:
    hub.set(team_a="RUNNING")
    hub.put("acme/team-b", "RUNTIME_ERROR", error="exit code 1")

    send_command(bot, "status team-b")

    assert "exit code 1" in str(slack.ephemeral_messages[-1][1].blocks)


def test_wake_begins_one_operation_with_one_card(
    bot: Bot, hub: FakeHub, slack: FakeSlack, triggered: RecordingTrigger
) -> None:
    hub.set(team_a="SLEEPING", team_b="RUNNING")

    send_command(bot, "wake all")
    bot.deliver()

    assert [card.text for card in slack.cards] == ["Waking team-a · requested by <@UTA>"]
    assert triggered.jobs == [Job.ADVANCE, Job.DELIVER]


@pytest.mark.parametrize(
    ("text", "user", "part"),
    [
        # A viewer may read but not act; the reply names the required role.
        ("wake all", "USTUDENT", "You can't wake Spaces: operators only."),
        # An unknown verb or name gets the nearest one.
        ("wak all", "UTA", "wake"),
        ("status tem-a", "USTUDENT", "team-a"),
        # An empty list says so.
        ("status broken", "UTA", "broken"),
        ("wake", "UTA", "Which Spaces should I wake?"),
        ("confirm 99", "UTA", "That question doesn't exist."),
        ("confirm x", "UTA", "Which question?"),
    ],
)
def test_command_is_rejected_with_a_reason(
    bot: Bot, hub: FakeHub, slack: FakeSlack, text: str, user: str, part: str
) -> None:
    hub.set(team_a="SLEEPING")

    send_command(bot, text, user=user)

    assert part in last_reply(slack)
    assert (hub.writes, slack.cards) == ([], [])


def test_action_never_runs_on_a_suggested_target(bot: Bot, hub: FakeHub, slack: FakeSlack) -> None:
    hub.set(team_alpha="SLEEPING")

    send_command(bot, "wake team-alp")
    bot.advance()

    assert hub.writes == []
    assert "wake team-alpha" in str(slack.ephemeral_messages[-1][1].blocks)


def test_pause_starts_after_confirmation(bot: Bot, hub: FakeHub, slack: FakeSlack) -> None:
    hub.set(team_a="RUNNING")

    send_command(bot, "pause team-a", response_url="https://respond.test/1")
    question = str(slack.responses[-1][1].blocks)
    assert hub.writes == []
    send_command(bot, "confirm 1", source=Source.BUTTON, response_url="https://respond.test/2")
    bot.advance()

    assert "confirm 1" in question
    assert hub.writes == [("pause", "acme/team-a")]
    assert slack.responses[-1][2], "the question is replaced"


@pytest.mark.parametrize(
    ("first", "said"),
    [
        pytest.param("confirm 1", "Already confirmed; nothing ran twice", id="yes"),
        pytest.param("cancel 1", "Already cancelled; nothing ran", id="no"),
    ],
)
def test_second_click_gets_the_first_ones_answer(
    bot: Bot, hub: FakeHub, slack: FakeSlack, first: str, said: str
) -> None:
    hub.set(team_a="RUNNING")

    send_command(bot, "restart team-a")
    send_command(bot, first)
    send_command(bot, "confirm 1")

    assert said in last_reply(slack)


def test_confirmation_is_answered_once(bot: Bot, hub: FakeHub) -> None:
    hub.set(team_a="RUNNING")

    send_command(bot, "restart team-a")
    send_command(bot, "confirm 1")
    send_command(bot, "confirm 1")
    bot.advance()

    assert hub.writes == [("restart", "acme/team-a")]


def test_permission_is_checked_for_the_person_who_clicks(
    bot: Bot, hub: FakeHub, slack: FakeSlack
) -> None:
    hub.set(team_a="RUNNING")

    send_command(bot, "pause team-a")
    send_command(bot, "confirm 1", user="USTUDENT")
    bot.advance()

    assert hub.writes == []
    assert "operators only" in last_reply(slack)


def test_old_confirmation_has_expired(
    bot: Bot, hub: FakeHub, slack: FakeSlack, clock: FakeClock
) -> None:
    hub.set(team_a="RUNNING")

    send_command(bot, "pause team-a")
    clock.tick(minutes=11)
    send_command(bot, "confirm 1")
    bot.advance()

    assert hub.writes == []
    assert "over 10 minutes old" in last_reply(slack)


def test_waking_paid_hardware_names_its_price(bot: Bot, hub: FakeHub, slack: FakeSlack) -> None:
    hub.put("acme/team-a", "PAUSED", hardware="t4-small")

    send_command(bot, "wake all")

    assert "$0.40 an hour" in last_reply(slack)


def test_the_same_command_while_it_runs_joins(bot: Bot, hub: FakeHub, slack: FakeSlack) -> None:
    hub.set(team_a="SLEEPING", team_b="SLEEPING")

    send_command(bot, "wake all")
    bot.advance()
    send_command(bot, "wake all", user="ULEAD")
    bot.deliver()

    assert last_reply(slack).startswith("Already being woken")
    assert len(slack.cards) == 1


def test_the_same_delivery_twice_is_one_ask(bot: Bot, hub: FakeHub, slack: FakeSlack) -> None:
    hub.set(team_a="RUNNING")
    ask = Ask("status", "UTA", "C1", idempotency_key="event Ev1")

    bot.ask(ask)
    bot.ask(ask)

    assert len(slack.ephemeral_messages) == 1


def test_hub_outage_rejects_writes_and_shows_cached_reads(
    bot: Bot, hub: FakeHub, slack: FakeSlack, clock: FakeClock
) -> None:
    hub.set(team_a="SLEEPING")
    bot.sweep()
    clock.tick(minutes=5)
    hub.go_down()

    send_command(bot, "status")
    looked = str(slack.ephemeral_messages[-1][1].blocks)
    send_command(bot, "wake all")

    assert "Last known status" in looked
    assert last_reply(slack) == "The Hub does not answer."


def test_unexpected_error_has_a_reference_in_reply_and_log(
    bot: Bot, hub: FakeHub, slack: FakeSlack, caplog: pytest.LogCaptureFixture
) -> None:
    hub.outage = ZeroDivisionError("a bug")  # type: ignore[assignment]

    with caplog.at_level(logging.ERROR):
        send_command(bot, "status")

    reference = last_reply(slack).split()[-1]
    assert reference in caplog.text
    assert "a bug" not in last_reply(slack)


def test_reply_falls_back_to_a_direct_message(bot: Bot, hub: FakeHub, slack: FakeSlack) -> None:
    hub.set(team_a="RUNNING")
    slack.channels_without_bot = {"C1"}

    send_command(bot, "status")

    assert [shown.channel for shown in slack.messages] == ["DUTA"]


def test_a_silent_slack_does_not_stop_the_bot(bot: Bot, hub: FakeHub, slack: FakeSlack) -> None:
    hub.set(team_a="RUNNING")
    slack.outage = SlackOutcomeUnknown("no answer")

    send_command(bot, "status", user="USTUDENT")
    slack.come_up()
    send_command(bot, "status", user="USTUDENT")

    assert last_reply(slack) == "1 Space: 1 running"


def test_request_of_a_dead_process_is_reported(
    make_bot: MakeBot, slack: FakeSlack, clock: FakeClock
) -> None:
    dying = make_bot()
    dying.receive(
        Ask("wake all", "UTA", "C1", idempotency_key="k")
    ).result()  # … and the process dies here
    clock.tick(minutes=2)

    make_bot().sweep()
    make_bot().sweep()

    assert [message.text for _, message in slack.ephemeral_messages] == [
        "I was restarted before I could answer “wake all”. Nothing ran: send it again."
    ]


def test_typed_secret_is_not_stored(bot: Bot) -> None:
    bot.receive(
        Ask("secret set team-a KEY hunter2 hf_abcdefgh", "UTA", "C1", idempotency_key="k")
    ).result()

    with bot.deps.store.transaction() as tx:
        (stored,) = asks.orphans(tx, bot.deps.now().replace(year=2100))
    assert stored.ask.text == "secret set …"


def test_busy_database_delays_no_caller_even_where_a_secret_is_typed(bot: Bot) -> None:
    ask = Ask("secret set team-a KEY hunter2", "UTA", "C1", idempotency_key="k")
    with bot.deps.store.transaction():
        received = bot.receive(ask)
        assert not received.done()

    assert received.result(timeout=10) == 1


def test_a_workspace_admin_is_an_admin_and_a_group_makes_operators(
    make_bot: MakeBot, hub: FakeHub, slack: FakeSlack
) -> None:
    hub.set(team_a="SLEEPING")
    slack.groups = {"STAS": frozenset({"UNEW"})}
    bot = make_bot(SPACEBOT_OPERATORS="STAS")

    send_command(bot, "wake all", user="UNEW")
    bot.deliver()

    assert len(slack.cards) == 1


def test_hub_error_message_is_shown(bot: Bot, hub: FakeHub, slack: FakeSlack) -> None:
    hub.set(team_a="SLEEPING")
    hub.outage = HubUnavailable("The Hub answered 503: maintenance until noon.")

    send_command(bot, "wake all")

    assert "maintenance until noon" in last_reply(slack)


@pytest.mark.parametrize(
    ("text", "user", "shown", "hidden"),
    [
        # Only commands that this person may run; the most common first, then by name.
        ("help", "USTUDENT", "status", "wake"),
        ("help", "UTA", "`rebuild`", "confirm"),
        ("help all", "UTA", "Restart from scratch", "confirm"),
        ("help pause", "UTA", "until someone wakes them", "rebuild"),
    ],
)
def test_help_lists_what_this_person_may_do(
    bot: Bot, slack: FakeSlack, text: str, user: str, shown: str, hidden: str
) -> None:
    send_command(bot, text, user=user)

    reply = str(slack.ephemeral_messages[-1][1].blocks)
    assert shown in reply
    assert hidden not in reply


@pytest.mark.parametrize(
    ("text", "user", "usages"),
    [
        pytest.param("help secret", "ULEAD", ["delete", "list", "set"], id="a family"),
        pytest.param("help secret set", "ULEAD", ["set"], id="one of it"),
    ],
)
def test_help_knows_verbs_of_two_words(
    bot: Bot, slack: FakeSlack, text: str, user: str, usages: list[str]
) -> None:
    send_command(bot, text, user=user)

    reply = str(slack.ephemeral_messages[-1][1])
    assert re.findall(r"`/space secret (\w+) &lt;targets&gt;", reply) == usages
    assert "swordfish" not in reply


@pytest.mark.parametrize(
    ("text", "user", "sentence", "offered"),
    [
        pytest.param(
            "help wke",
            "UTA",
            "I don't know `wke`. Did you mean `wake`?",
            "help wake",
            id="a slip",
        ),
        pytest.param(
            "help shutdown",
            "UTA",
            "I don't know `shutdown`. Did you mean `pause`?",
            "help pause",
            id="start",
        ),
        pytest.param(
            "help restrt",
            "USTUDENT",
            "I don't know `restrt`. Did you mean `restart`?",
            "help restart",
            id="a slip at what others may",
        ),
        pytest.param(
            "help xyzzy hunter2", "UTA", "I don't know `xyzzy`.", "help all", id="nothing"
        ),
    ],
)
def test_help_suggests_a_command(
    bot: Bot, slack: FakeSlack, text: str, user: str, sentence: str, offered: str | None
) -> None:
    send_command(bot, text, user=user)

    assert last_reply(slack).startswith(sentence)
    assert list(buttons(slack).values()) == ([offered] if offered else [])
    assert "hunter2" not in str(slack.ephemeral_messages[-1][1])


# Autocorrected and dictated commands. (text, the Spaces that are restarted)
@pytest.mark.parametrize(
    ("text", "woken"),
    [
        ("wake up all", ["a", "b"]),
        ("wake up team-a, please", ["a"]),
        ("Wake everyone! 🙏", ["a", "b"]),
        ("can you wake the team-a space", ["a"]),
        ("wake team-a&team-b", ["a", "b"]),
        ("wake team-a+team-b", ["a", "b"]),
        ("wake <#C123|team-a>", ["a"]),
        ("wake <@U1|team-a>", ["a"]),
        ("/space wake team-a", ["a"]),
        ("wake \ud800 all", ["a", "b"]),
        ("wake\x00 team-a", ["a"]),
        # None of these is a restart: they are confirmed, or only read.
        ("wake team a", []),
        ("wake team-a and c", []),
        ("is team-a awake", []),
        ("team-a wake", []),
        ("space status", []),
        ("unpause team-a", []),
        ("wake it", []),
    ],
)
def test_autocorrected_input_is_understood_but_never_guessed(
    bot: Bot, hub: FakeHub, slack: FakeSlack, text: str, woken: list[str]
) -> None:
    hub.set(team_a="SLEEPING", team_b="SLEEPING", team_c="RUNNING")
    bot.sweep()

    send_command(bot, text)
    bot.advance()

    assert sorted(hub.writes) == [("restart", f"acme/team-{name}") for name in woken]
    assert woken or slack.ephemeral_messages
    assert "went wrong" not in str(slack.ephemeral_messages)


@pytest.mark.parametrize(
    ("text", "written"),
    [
        pytest.param("wake \ud800all", "wake all", id="half a character"),
        pytest.param("wake\x00 all", "wake  all", id="a control character"),
    ],
)
def test_unstorable_characters_are_stripped(bot: Bot, text: str, written: str) -> None:
    bot.receive(Ask(text, "UTA", "C1", idempotency_key="k")).result()
    bot.refuse(Ask(text, "UTA", "C1", idempotency_key="k"), "busy")

    with bot.deps.store.transaction() as tx:
        (stored,) = asks.orphans(tx, bot.deps.now().replace(year=2100))
    assert stored.ask.text == written


@pytest.mark.parametrize(
    ("text", "offered"),
    [
        ("mute team-a 2h", "mute team-a for 2h"),
        ("mute team-a 2 hours", "mute team-a for 2 hours"),
        ("mute team-a", "mute team-a for 1h"),
        # The corrected target keeps the end of the mute.
        ("mute tem-a for 2h please", "mute team-a for 2h please"),
        ("mute team a for 2h because of lunch", "mute team-a for 2h because of lunch"),
    ],
)
def test_mute_offer_includes_its_end(
    bot: Bot, hub: FakeHub, slack: FakeSlack, text: str, offered: str
) -> None:
    hub.set(team_a="SLEEPING")

    send_command(bot, text)

    assert list(buttons(slack).values()) == [offered]


# The request doesn't name the whole class, so no button mutes it.
@pytest.mark.parametrize("text", ["mute", "mute 2h"])
def test_mute_of_unknown_target_does_not_offer_mute_all(
    bot: Bot, slack: FakeSlack, text: str
) -> None:
    send_command(bot, text)

    assert "Nothing was muted" in last_reply(slack)
    assert buttons(slack) == {}


def test_a_secret_in_an_error_is_not_shown(
    make_bot: MakeBot, hub: FakeHub, slack: FakeSlack
) -> None:
    hub.put("acme/team-a", "RUNTIME_ERROR", error="KeyError: 'swordfish-7' is not a model")
    bot = make_bot(SPACEBOT_SECRET_KEY="swordfish-7")

    bot.sweep()
    send_command(bot, "status")
    send_command(bot, "info team-a")
    send_command(bot, "wake all")
    bot.deliver()

    text = str(slack.ephemeral_messages) + str(slack.messages)
    assert "is not a model" in text
    assert "swordfish-7" not in text


def test_request_that_loses_the_database_is_retried_later(
    bot: Bot, hub: FakeHub, slack: FakeSlack, clock: FakeClock, listen_to_engine: ListenToEngine
) -> None:
    hub.set(team_a="SLEEPING")
    ask = Ask("wake all", "UTA", "C1", idempotency_key="wake")
    number = bot.receive(ask).result()
    assert number
    away = fail_transactions(listen_to_engine, after=1)  # it is claimed, but not answered

    with pytest.raises(DatabaseUnavailable):
        bot.answer(number, ask)
    assert slack.ephemeral_messages == []

    away.clear()
    clock.tick(minutes=2)
    bot.sweep()
    [(_, message)] = slack.ephemeral_messages
    assert "Nothing ran: send it again." in message.text


def test_unrecorded_reply_is_not_repeated(
    bot: Bot, hub: FakeHub, slack: FakeSlack, listen_to_engine: ListenToEngine
) -> None:
    hub.set(team_a="RUNNING")
    ask = Ask("status", "UTA", "C1", idempotency_key="status")
    number = bot.receive(ask).result()
    assert number

    def lose_database() -> None:
        fail_transactions(listen_to_engine)

    with_slack_fault(bot, "after post_ephemeral", lose_database).answer(number, ask)

    assert [message.text for _, message in slack.ephemeral_messages] == ["1 Space: 1 running"]


NOW = datetime(2026, 3, 2, 10, tzinfo=UTC)


DELIVERIES = (
    {"event_id": "Ev1", "event": {**DIRECT, "text": "<@U0BOT> wake all"}},
    {"event_id": "Ev2", "event": {**MENTION, "channel": "D1"}},
    {"event_id": "Ev2", "event": {**MENTION, "channel": "D1"}},
)


@pytest.mark.parametrize("order", list(permutations(range(3)))[::2])
def test_message_received_by_two_replicas_is_claimed_once(
    any_store: Store, database_url: str, order: tuple[int, ...]
) -> None:
    other = Store(database_url)
    replicas = [any_store, other, any_store]
    taken = [_receive(replicas[n], DELIVERIES[at]) for n, at in enumerate(order)]
    other.close()

    assert [number is not None for number in taken] == [True, False, False]


def _receive(store: Store, body: Mapping[str, object]) -> int | None:
    ask = messages.read(body, "U0BOT")
    assert ask
    with store.transaction() as tx:
        return asks.receive(tx, ask, ask.text, NOW)
