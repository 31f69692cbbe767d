"""What is looked at for one person: a log, a Space closely, the audit, the bot's own health."""

import csv
from collections.abc import Mapping
from io import StringIO
from typing import Any

import pytest

from bot import queries
from bot.alerts import actions
from bot.cards import Message
from bot.errors import HubError, HubUnavailable, Refused, SlackError
from bot.model import Ask, RateBudget, Source
from bot.queries import PricesQuery, Query, SecretsQuery, SpaceDetailsQuery, VariablesQuery
from bot.service import Bot
from bot.service.requests import health, lookups
from bot.store import lease
from tests.conftest import MakeBot
from tests.fakes import FakeClock, FakeHub, FakeLeadership, FakeSlack, PostedMessage, with_parts
from tests.unit.service.requests.test_handler import send_command


def last_reply(slack: FakeSlack) -> Message:
    """Return what the person who asked was told last."""
    return slack.ephemeral_messages[-1][1]


def last_reply_text(slack: FakeSlack) -> str:
    """Return all the words of it."""
    return str(last_reply(slack).blocks)


# -- facts beside each other


def test_every_query_has_a_handler() -> None:
    known = [value for module in (queries, actions) for value in vars(module).values()]
    found = {k for k in known if isinstance(k, type) and issubclass(k, Query)} - {Query}

    assert found == lookups._HANDLERS.keys()


def test_error_of_one_space_does_not_affect_others(bot: Bot, hub: FakeHub) -> None:
    hub.set(team_a="RUNNING", team_b="RUNNING")
    hub.secret_values = {"acme/team-a": {"KEY": "1", "API": "2"}}
    hub.variable_values = {"acme/team-a": {"TEAM": "a"}}
    hub.errors_by_space = {"acme/team-b": Refused("My token may not do this.")}
    both = ("acme/team-a", "acme/team-b")

    secrets: Mapping[str, Any] = lookups.run_query(bot.deps, SecretsQuery(both))
    variables: Mapping[str, Any] = lookups.run_query(bot.deps, VariablesQuery(both))

    assert (secrets["acme/team-a"], variables["acme/team-a"]) == (("API", "KEY"), {"TEAM": "a"})
    assert isinstance(secrets["acme/team-b"], HubError)
    assert isinstance(variables["acme/team-b"], HubError)


def test_hardware_prices(bot: Bot) -> None:
    assert [flavor.name for flavor in lookups.run_query(bot.deps, PricesQuery())] == [
        "cpu-basic",
        "t4-small",
    ]


# -- one Space closely


def test_stage_age_comes_from_the_sweeps(bot: Bot, hub: FakeHub, clock: FakeClock) -> None:
    hub.set(team_a="RUNNING")
    bot.sweep()
    began = clock()
    clock.tick(hours=2)
    bot.sweep()

    assert lookups.run_query(bot.deps, SpaceDetailsQuery("acme/team-a")).stage_since == began
    hub.set(team_a="PAUSED")
    assert lookups.run_query(bot.deps, SpaceDetailsQuery("acme/team-a")).stage_since is None, (
        "no sweep has seen that"
    )


# (the hardware, whether the Hub says its prices, what is known of them)
@pytest.mark.parametrize(
    ("hardware", "says", "price"),
    [("t4-small", True, 0.4), ("t4-small", False, None), ("cpu-basic", True, None)],
)
def test_price_is_shown_where_known(
    bot: Bot, hub: FakeHub, monkeypatch: pytest.MonkeyPatch, hardware: str, says: bool, price: Any
) -> None:
    hub.put("acme/team-a", "RUNNING", hardware=hardware)
    if not says:
        monkeypatch.setattr(hub, "flavors", raise_unavailable)

    assert lookups.run_query(bot.deps, SpaceDetailsQuery("acme/team-a")).dollars_per_hour == price


def raise_unavailable() -> Any:
    raise HubUnavailable("The Hub does not answer.")


@pytest.mark.parametrize("text", ["status team-a", "info team-a", "team-a"])
def test_space_details_offer_the_persons_actions(
    bot: Bot, hub: FakeHub, slack: FakeSlack, text: str
) -> None:
    hub.put("acme/team-a", "RUNTIME_ERROR", error="exit code 1, TOKEN=hf_abcdefgh123")
    bot.sweep()

    send_command(bot, text)
    as_operator = last_reply_text(slack)
    send_command(bot, text, user="USTUDENT")

    assert "exit code 1" in as_operator
    assert "'restart team-a'" in as_operator
    assert "hf_abcdefgh123" not in as_operator
    assert "'restart team-a'" not in last_reply_text(slack)
    assert "'url team-a'" in last_reply_text(slack)


def test_hub_outage_shows_the_cached_space(bot: Bot, hub: FakeHub, slack: FakeSlack) -> None:
    hub.set(team_a="RUNNING")
    bot.sweep()
    hub.go_down()

    send_command(bot, "info team-a")

    assert "This is how it was" in last_reply_text(slack)


@pytest.mark.parametrize(
    ("text", "said"),
    [("info", "About which Space?"), ("info all", "That is 2 Spaces")],
)
def test_info_is_about_one_space(
    bot: Bot, hub: FakeHub, slack: FakeSlack, text: str, said: str
) -> None:
    hub.set(team_a="RUNNING", team_b="RUNNING")

    send_command(bot, text)

    assert said in last_reply(slack).text


# -- logs

LINES = tuple(f"line {n}" for n in range(1, 101))


def test_log_tail_is_shown_and_the_file_sent_by_dm(
    bot: Bot, hub: FakeHub, slack: FakeSlack
) -> None:
    hub.set(team_a="RUNNING")
    hub.log_lines = {"acme/team-a": LINES}

    send_command(bot, "logs team-a")

    (file,) = slack.files
    assert "line 81\\nline 82" in last_reply_text(slack)
    assert "line 80\\n" not in last_reply_text(slack)
    assert "in our direct messages: `team-a-run.log`" in last_reply_text(slack)
    assert (file.channel, file.name, file.thread) == ("DUTA", "team-a-run.log", None)
    assert file.content == "".join(f"{line}\n" for line in LINES)
    assert [shown.channel for shown in slack.messages] == ["DUTA"], "nothing in the channel"


def test_log_requested_in_a_dm_is_sent_there(bot: Bot, hub: FakeHub, slack: FakeSlack) -> None:
    hub.set(team_a="RUNNING")
    hub.log_lines = {"acme/team-a": LINES}

    bot.ask(Ask("logs team-a", "UTA", "DUTA", Source.DIRECT, "k", thread="5.0"))

    assert [(file.channel, file.thread) for file in slack.files] == [("DUTA", "5.0")]
    assert [(shown.channel, shown.thread) for shown in slack.messages] == [("DUTA", "5.0")]


def test_short_log_has_no_file(bot: Bot, hub: FakeHub, slack: FakeSlack) -> None:
    hub.set(team_a="RUNNING")
    hub.log_lines = {"acme/team-a": LINES[:5]}

    send_command(bot, "logs team-a")

    assert (slack.files, slack.messages) == ([], [])


def test_missing_file_scope_shows_the_log_and_the_reason(
    bot: Bot, hub: FakeHub, slack: FakeSlack
) -> None:
    hub.set(team_a="RUNNING")
    hub.log_lines = {"acme/team-a": LINES}
    slack.upload_error = SlackError("I lack files:write. Nothing was done.", "missing_scope")

    send_command(bot, "logs team-a")

    assert "line 100" in last_reply_text(slack)
    assert "I lack files:write" in last_reply_text(slack)
    assert ["I lack files:write" in shown.text for shown in slack.messages] == [True]


# What was typed, the stage, and which log was read.
@pytest.mark.parametrize(
    ("text", "stage", "build", "shown"),
    [
        # A container that runs, or ran, has a log of its own.
        ("logs team-a", "RUNNING", False, 20),
        ("logs team-a", "RUNTIME_ERROR", False, 20),
        # Where nothing runs yet, or was never built, the build is what there is to read.
        ("logs team-a", "BUILD_ERROR", True, 20),
        ("logs team-a", "CONFIG_ERROR", True, 20),
        ("logs team-a", "BUILDING", True, 20),
        # Said is said.
        ("logs team-a build", "RUNNING", True, 20),
        ("logs team-a run", "BUILD_ERROR", False, 20),
        ("Logs Team-A Build 30", "RUNNING", True, 30),
        ("logs 7 team-a", "RUNNING", False, 7),
        ("logs team-a last 5 lines", "RUNNING", False, 5),
        ("logs team-a 0", "RUNNING", False, 1),
        # More than there is, or than anybody can mean.
        ("logs team-a 99999999999999999999", "RUNNING", False, 100),
    ],
)
def test_log_kind_and_length(
    bot: Bot, hub: FakeHub, slack: FakeSlack, text: str, stage: str, build: bool, shown: int
) -> None:
    hub.set(team_a=stage)
    hub.log_lines = {"acme/team-a": LINES}

    send_command(bot, text)

    assert (" build log" in last_reply(slack).text) == build
    assert len(str(last_reply(slack).blocks[1]["text"]["text"]).splitlines()) == shown


@pytest.mark.parametrize(
    ("text", "space", "said"),
    [
        ("logs", {}, "Whose log?"),
        ("logs all", {}, "one log at a time"),
        ("logs tem-a", {}, "team-a"),
        ("logs team-a", {"sdk": "static"}, "is static and has no log"),
    ],
)
def test_space_without_a_log_is_not_queried(
    bot: Bot, hub: FakeHub, slack: FakeSlack, text: str, space: dict[str, str], said: str
) -> None:
    hub.set(team_b="RUNNING")
    hub.put("acme/team-a", "RUNNING", **space)

    send_command(bot, text)

    assert said in last_reply(slack).text
    assert not any(call.startswith("logs") for call in hub.calls)


@pytest.mark.parametrize(
    ("stage", "said"),
    [
        ("PAUSED", "goes with its container"),
        ("SLEEPING", "goes with its container"),
        ("APP_STARTING", "has not said anything yet"),
        ("RUNNING", "has said nothing"),
        ("BUILD_ERROR", "The build log of"),
    ],
)
def test_an_empty_log_is_explained(
    bot: Bot, hub: FakeHub, slack: FakeSlack, stage: str, said: str
) -> None:
    hub.set(team_a=stage)
    hub.log_lines = {"acme/team-a": ("", "   ")}

    send_command(bot, "logs team-a")

    assert said in last_reply_text(slack)
    assert slack.files == []


def test_endless_log_is_marked_as_truncated(bot: Bot, hub: FakeHub, slack: FakeSlack) -> None:
    hub.set(team_a="RUNNING")
    hub.log_lines = {"acme/team-a": ("again",) * 6000}

    send_command(bot, "logs team-a")

    assert "of more than 5000 lines. It goes on and on" in last_reply_text(slack)
    assert slack.files[0].content.count("\n") == 5000


# Each in its own way to be found: by what it is, by what we know, or by where it stands.
@pytest.mark.parametrize(
    "line",
    [
        "the key is swordfish-and-chips",
        "the key is sword\x1b[31mfish-and-\x1b[0mchips",
        "{'key': 'swordfish-and-chips'}",
        "x" * 995 + " swordfish-and-chips",
        "x" * 3990 + " swordfish-and-chips",
        "the key is sword\tin-the-stone",
        "second line of two lines: -----KEYLINE-----",
        "posting with xoxb-test-token",
        "calling with hf_testtoken",
        "\x1b[32mOPENAI_API_KEY=sk-swordfish123\x1b[0m",
    ],
)
def test_log_is_redacted(make_bot: MakeBot, hub: FakeHub, slack: FakeSlack, line: str) -> None:
    bot = make_bot(
        SPACEBOT_SECRET_KEY="swordfish-and-chips",
        SPACEBOT_SECRET_PEM="-----KEYLINE-----\nmore",
        SPACEBOT_SECRET_TAB="sword\tin-the-stone",
    )
    hub.set(team_a="RUNNING")
    hub.log_lines = {"acme/team-a": (*LINES, line)}

    send_command(bot, "logs team-a")

    everything = last_reply_text(slack) + slack.files[0].content
    assert everything.count("line 100") == 2
    for secret in ("swordfish", "sword", "KEYLINE", "xoxb-test", "hf_testtoken", "\x1b", "\x00"):
        assert secret not in everything


def test_viewer_cannot_read_logs(bot: Bot, hub: FakeHub, slack: FakeSlack) -> None:
    hub.set(team_a="RUNNING")

    send_command(bot, "logs team-a", user="USTUDENT")

    assert "Only an operator" in last_reply(slack).text


# -- the audit


def csv_rows(slack: FakeSlack) -> list[dict[str, str]]:
    """Return the table that was handed over last."""
    return list(csv.DictReader(StringIO(slack.files[-1].content)))


@pytest.fixture
def history(bot: Bot, hub: FakeHub, clock: FakeClock) -> Bot:
    """Three days: a wake of two (one of them broken), a look, a refusal, and a failure."""
    hub.set(team_a="SLEEPING", team_b="SLEEPING", team_c="RUNNING")
    send_command(bot, "wake team-b")
    for stage in ("BUILDING", "RUNNING"):
        bot.advance()
        hub.set(team_b=stage)
        clock.tick(minutes=1)
    bot.advance()
    clock.tick(days=3)
    send_command(bot, "wake team-a team-c")
    send_command(bot, "status", user="USTUDENT")
    send_command(bot, "restart team-a", user="USTUDENT")
    clock.tick(seconds=5)
    hub.outage = ZeroDivisionError()  # type: ignore[assignment]  # a bug
    send_command(bot, "wake all", user="UTA")
    hub.come_up()
    return bot


# What an admin types, and what the table then has, newest first.
@pytest.mark.parametrize(
    ("text", "found"),
    [
        # A day of acts, refusals and failures.
        ("audit", ["wake all", "restart team-a", "wake team-a team-c"]),
        ("audit 24h", ["wake all", "restart team-a", "wake team-a team-c"]),
        # Longer, however it is said.
        ("audit 7d", ["wake all", "restart team-a", "wake team-a team-c", "wake team-b"]),
        ("audit last week", ["wake all", "restart team-a", "wake team-a team-c", "wake team-b"]),
        ("audit 7 days", ["wake all", "restart team-a", "wake team-a team-c", "wake team-b"]),
        # Looks, too; the audit that asks is one itself.
        (
            "audit all",
            ["audit all csv", "wake all", "restart team-a", "status", "wake team-a team-c"],
        ),
        # By person, however Slack writes them.
        ("audit <@USTUDENT>", ["restart team-a"]),
        ("audit <@USTUDENT|sam> all", ["restart team-a", "status"]),
        # By Space: named in the words, or touched by the operation.
        ("audit team-c", ["wake team-a team-c"]),
        ("audit acme/team-c", ["wake team-a team-c"]),
        ("audit Team-A 30d", ["restart team-a", "wake team-a team-c"]),
        ("audit team-b for 7d", ["wake team-b"]),
        # Both.
        ("audit team-a <@UTA>", ["wake team-a team-c"]),
        # By a day or a time of day: the last of it was asked at 10:02 on Thursday.
        ("audit today", ["wake all", "restart team-a", "wake team-a team-c"]),
        ("audit since 10:00", ["wake all", "restart team-a", "wake team-a team-c"]),
        ("audit team-c since 9am", ["wake team-a team-c"]),
        ("audit since monday", ["wake all", "restart team-a", "wake team-a team-c", "wake team-b"]),
        ("audit monday", ["wake team-b"]),
        ("audit team-b on 2026-03-02", ["wake team-b"]),
    ],
)
def test_audit_filters(history: Bot, slack: FakeSlack, text: str, found: list[str]) -> None:
    send_command(history, f"{text} csv", user="ULEAD")

    assert [row["what"] for row in csv_rows(slack)] == found


@pytest.mark.parametrize(
    ("text", "typed"),
    [
        ("audit", "audit csv"),
        ("audit team-a for 7 days", "audit team-a for 7 days csv"),
        ("audit <@USTUDENT|sam> all", "audit @USTUDENT all csv"),
    ],
)
def test_audit_csv_is_sent_on_request_only(
    history: Bot, slack: FakeSlack, text: str, typed: str
) -> None:
    send_command(history, text, user="ULEAD")
    answer, before = PostedMessage("C1", "", last_reply(slack)), list(slack.files)
    send_command(history, answer.buttons["All as a CSV file"], user="ULEAD", source=Source.BUTTON)

    assert (before, answer.buttons) == ([], {"All as a CSV file": typed})
    assert len(csv_rows(slack)) > 0
    assert PostedMessage("C1", "", last_reply(slack)).buttons == {}


@pytest.mark.parametrize("text", ["audit CSV", "audit 1d as csv", "audit csv team-a"])
def test_audit_csv_is_requested_by_a_keyword(history: Bot, slack: FakeSlack, text: str) -> None:
    send_command(history, text, user="ULEAD")

    assert "restart team-a" in [row["what"] for row in csv_rows(slack)]


def test_audit_shows_the_operation_outcome(history: Bot, hub: FakeHub, slack: FakeSlack) -> None:
    send_command(history, "audit team-b 7d csv", user="ULEAD")
    (over,) = csv_rows(slack)
    send_command(history, "audit team-c csv", user="ULEAD")
    (waiting,) = csv_rows(slack)

    assert (over["outcome"], over["result"], over["seconds"]) == ("acted", "1 of 1 up", "120.0")
    assert waiting["result"] == "0 of 1 up, 1 left alone, 1 under way"
    assert waiting["seconds"] == ""


def test_operation_on_all_is_found_by_each_space(bot: Bot, hub: FakeHub, slack: FakeSlack) -> None:
    hub.set(team_a="SLEEPING", team_b="SLEEPING")
    send_command(bot, "wake all")

    send_command(bot, "audit team-b csv", user="ULEAD")

    assert [row["what"] for row in csv_rows(slack)] == ["wake all"]


def test_rejected_request_has_its_reason_and_source(history: Bot, slack: FakeSlack) -> None:
    send_command(history, "audit <@USTUDENT> csv", user="ULEAD")

    (row,) = csv_rows(slack)
    assert (row["who"], row["from"], row["channel"]) == ("USTUDENT", "command", "C1")
    assert (row["outcome"], row["seconds"]) == ("refused", "0.0")
    assert "Only an operator" in row["result"]
    assert "<@USTUDENT>" in last_reply_text(slack)
    assert "`restart team-a`" in last_reply_text(slack)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("audit team-z", "Nothing about `team-z` in the last day"),
        ("audit <@UNOBODY> 2h", "Nothing of <@UNOBODY> in the last 2 h"),
        ("audit team-a team-b", "one person and one Space at a time"),
        ("audit <@U1> <@U2>", "one person and one Space at a time"),
        ("audit 400 days", "no length of time"),
        ("audit yesterday", "Nothing from <!date^1772582400^"),
        ("audit <@UNOBODY> since 10:06", "Nothing of <@UNOBODY> since <!date^1772618760^"),
        ("audit team-a until 10:00", "I cannot read `until 10:00` as a time that is over"),
        ("audit this morning", "one person and one Space at a time"),
        ("audit morning", "Times are `7d`, `today`"),
    ],
)
def test_empty_audit_sends_no_file(history: Bot, slack: FakeSlack, text: str, said: str) -> None:
    send_command(history, f"{text} csv", user="ULEAD")

    assert said in last_reply_text(slack)
    assert slack.files == []


def test_the_audit_is_for_admins(history: Bot, slack: FakeSlack) -> None:
    send_command(history, "audit", user="UTA")

    assert "Only an admin" in last_reply(slack).text


def test_rejected_request_is_audited(bot: Bot, slack: FakeSlack) -> None:
    ask = Ask("pause all secret hf_abcdefgh", "UFOREIGN", "C9", idempotency_key="k")
    bot.refuse(ask, "I work for another workspace.")
    bot.refuse(ask, "I am busy.")
    assert bot.receive(ask).result() is not None, "who comes again is let in"

    send_command(bot, "audit <@UFOREIGN> csv", user="ULEAD")

    assert [row["result"] for row in csv_rows(slack)] == [
        "I am busy.",
        "I work for another workspace.",
    ]
    assert "hf_abcdefgh" not in slack.files[-1].content


# -- the bot itself


def test_doctor_shows_the_state_of_the_bot(
    bot: Bot, hub: FakeHub, slack: FakeSlack, clock: FakeClock
) -> None:
    hub.set(team_a="RUNNING")
    bot.sweep()
    bot.deliver()
    hub.rate_limit_window = RateBudget(900, clock().replace(hour=11))
    clock.tick(seconds=12)

    send_command(bot, "doctor", user="ULEAD")

    assert last_reply(slack).text == "All well: 6 checks"
    for part in (
        "*last sweep* 12 s ago",
        "*leader* I lead, in epoch 1",
        "*cards* all shown as they should be",
        "*Hub budget* 900 calls left until 11:00:00 UTC",
        "*Slack bot token* spacebot in Acme",
    ):
        assert part in last_reply_text(slack)


def test_doctor_shows_problems_and_fixes(
    make_bot: MakeBot, hub: FakeHub, slack: FakeSlack, clock: FakeClock
) -> None:
    bot = make_bot()
    hub.set(team_a="SLEEPING")
    bot.sweep()
    slack.channels_without_bot = {"C0OPS"}
    bot.deliver()  # nobody else can hear of an alert, so its card waits to be let in
    slack.channels_without_bot = set()
    clock.tick(minutes=10)
    hub.rate_limit_window = RateBudget(3, clock().replace(hour=12, minute=0))
    with bot.deps.store.transaction() as tx:
        lease.release(tx, bot.deps.leadership.current_lease())  # type: ignore[arg-type]
    bot = with_parts(bot, leadership=FakeLeadership(bot.deps.store, None))

    send_command(bot, "doctor", user="ULEAD")

    assert "*last sweep* 10 min ago. What I show is that old" in last_reply_text(slack)
    assert "*leader* nobody leads" in last_reply_text(slack)
    assert "1 card not delivered yet: I am not in that channel." in last_reply_text(slack)
    assert "3 calls left until 12:00:00 UTC. Acts wait until then." in last_reply_text(slack)


def test_before_the_first_sweep_doctor_says_so(bot: Bot, slack: FakeSlack) -> None:
    send_command(bot, "doctor", user="ULEAD")

    assert "*last sweep* none yet" in last_reply_text(slack)


def test_a_replica_that_stands_by_names_the_leader(bot: Bot, slack: FakeSlack) -> None:
    send_command(
        with_parts(bot, leadership=FakeLeadership(bot.deps.store, None)), "doctor", user="ULEAD"
    )

    assert "*leader* another replica: test; I stand by" in last_reply_text(slack)


def test_doctor_names_a_rejected_card(bot: Bot, hub: FakeHub, slack: FakeSlack) -> None:
    hub.set(team_a="SLEEPING")
    bot.sweep()
    slack.go_down()
    bot.deliver()
    slack.come_up()

    send_command(bot, "doctor", user="ULEAD")

    assert "1 card not delivered yet: Slack does not answer." in last_reply_text(slack)


def test_the_doctor_is_for_admins(bot: Bot, slack: FakeSlack) -> None:
    send_command(bot, "doctor")

    assert "Only an admin" in last_reply(slack).text


# (what SPACEBOT_COMMAND says, the slash commands that people typed, the doctor's words)
@pytest.mark.parametrize(
    ("configured", "typed", "wrong"),
    [
        ("/space", [], ""),
        ("/space", ["/space"], ""),
        ("/space", ["/ops", "/space"], ""),
        ("/space", ["/space", "/ops"], "Set SPACEBOT_COMMAND=/ops."),
        ("/ops", ["/space", "/ops"], ""),
    ],
)
def test_doctor_reports_a_different_slash_command(
    make_bot: MakeBot, configured: str, typed: list[str], wrong: str
) -> None:
    bot = make_bot(SPACEBOT_COMMAND=configured)
    for slash in typed:
        send_command(bot, "help", slash=slash)

    [finding] = [
        found for found in health.run_diagnostics(bot.deps) if found.name == "slash command"
    ]

    assert finding.problem.endswith(wrong)
    assert bool(finding.problem) == bool(wrong)


def test_replies_use_the_typed_slash_command(bot: Bot, slack: FakeSlack) -> None:
    send_command(bot, "why", slash="/ops")

    assert "`/ops why team-a`" in str(slack.ephemeral_messages[-1][1].text)
