"""`health` and `status … check`: what is kept and shown, and that watching asks first."""

from bot.health.check import HealthCheck, StoredCheck
from bot.service import Bot
from bot.store import health
from tests.conftest import MakeBot
from tests.fakes import FakeHub, FakeProber, FakeSlack
from tests.requests import buttons, last_full_reply, last_reply, send_command

A, B = "acme/team-a", "acme/team-b"


def stored_checks(bot: Bot) -> dict[str, HealthCheck]:
    with bot.deps.store.transaction() as tx:
        return {" ".join(one.targets): one.check for one in health.stored_checks(tx)}


def test_check_is_kept_and_shown(bot: Bot, hub: FakeHub, slack: FakeSlack) -> None:
    hub.set(team_a="RUNNING", team_b="RUNNING")
    send_command(bot, "health team-a /docs status 401 under 2s")

    assert stored_checks(bot) == {"team-a": HealthCheck("/docs", 401, 2.0)}
    assert last_reply(slack) == "Set for team-a: `/docs`, status 401, under 2 s"
    send_command(bot, "health")
    assert "`/docs`, status 401, under 2 s" in last_full_reply(slack)
    send_command(bot, "health team-a team-b")
    assert "`/docs`, status 401, under 2 s" in last_full_reply(slack)
    assert "the usual check" in last_full_reply(slack)


def test_watching_asks_first_and_says_the_price(bot: Bot, hub: FakeHub, slack: FakeSlack) -> None:
    hub.put(A, "RUNNING", hardware="t4-small")
    hub.put(B, "RUNNING")
    send_command(bot, "health all watch")

    assert stored_checks(bot) == {}
    assert "resets the sleep timer" in last_full_reply(slack)
    assert "1 of them runs on paid hardware: awake all the time, $292 a month" in (
        last_full_reply(slack)
    )
    send_command(bot, buttons(slack)["Watch"])
    assert stored_checks(bot) == {"all": HealthCheck(is_continuous=True)}


def test_rest_ends_the_watch_without_a_question(bot: Bot, hub: FakeHub, slack: FakeSlack) -> None:
    hub.set(team_a="RUNNING")
    send_command(bot, "health all watch yes")
    send_command(bot, "health all rest")

    assert stored_checks(bot) == {"all": HealthCheck(is_continuous=False)}
    send_command(bot, "health all default")
    assert stored_checks(bot) == {}
    send_command(bot, "health all default")
    assert last_reply(slack) == "There was no check of exactly these: all"


def test_bad_path_is_refused(bot: Bot, hub: FakeHub, slack: FakeSlack) -> None:
    hub.set(team_a="RUNNING")
    send_command(bot, "health team-a http://169.254.169.254/latest")

    assert stored_checks(bot) == {}
    assert "A path starts with" in last_full_reply(slack)


def test_viewer_may_not_set_a_check(make_bot: MakeBot, hub: FakeHub, slack: FakeSlack) -> None:
    bot = make_bot(SPACEBOT_ADMINS="ULEAD")
    hub.set(team_a="RUNNING")
    send_command(bot, "health team-a /docs", user="UGUEST")

    assert stored_checks(bot) == {}


def test_status_check_probes_now(
    bot: Bot, hub: FakeHub, slack: FakeSlack, prober: FakeProber
) -> None:
    hub.set(team_a="RUNNING", team_b="RUNNING", team_c="SLEEPING")
    prober.set(B, 502)
    send_command(bot, "status check", user="USTUDENT")

    assert last_reply(slack) == "3 Spaces: 1 asleep · 2 running, 1 of them not answering"
    assert "running, but not answering (`502 at /`)" in last_full_reply(slack)
    assert prober.probes == [A, B]


def test_status_marks_what_a_recent_probe_found(
    bot: Bot, hub: FakeHub, slack: FakeSlack, prober: FakeProber
) -> None:
    hub.set(team_a="RUNNING", team_b="RUNNING")
    prober.set(A, 502)
    send_command(bot, "status team-a check")
    assert last_reply(slack) == "team-a: running, but not answering (`502 at /`)"

    send_command(bot, "status")

    assert "1 of them not answering" in last_reply(slack)
    assert prober.probes == [A]


def test_wake_says_that_a_running_space_does_not_answer(
    bot: Bot, hub: FakeHub, slack: FakeSlack, prober: FakeProber
) -> None:
    hub.set(team_a="RUNNING")
    prober.set(A, 502)
    send_command(bot, "status team-a check")
    send_command(bot, "wake team-a")

    assert last_reply(slack) == (
        "Nothing to wake: team-a is running, but not answering: `restart` may help."
    )
    assert hub.writes == []


def test_checks_are_bounded(bot: Bot, hub: FakeHub, slack: FakeSlack) -> None:
    hub.set(team_a="RUNNING")
    with bot.deps.store.transaction() as tx:
        for number in range(50):
            check = StoredCheck((f"team-{number}",), HealthCheck("/x"), "UTA", bot.deps.now())
            health.set_check(tx, check)
    send_command(bot, "health team-a /docs")

    assert len(stored_checks(bot)) == 50
    assert "There are 50 health checks already" in last_reply(slack)
