"""Health: the report of `doctor`."""

import pytest

from bot.hub_facts import RateBudget
from bot.service import Bot
from bot.service.requests import health
from bot.store import lease
from tests.conftest import MakeBot
from tests.fakes import FakeClock, FakeHub, FakeLeadership, FakeSlack, with_parts
from tests.requests import last_message, send_command
from tests.unit.service.samples import last_reply_text


def test_doctor_shows_the_state_of_the_bot(
    bot: Bot, hub: FakeHub, slack: FakeSlack, clock: FakeClock
) -> None:
    hub.set(team_a="RUNNING")
    bot.sweep()
    bot.deliver()
    hub.rate_limit_window = RateBudget(900, clock().replace(hour=11))
    clock.tick(seconds=12)

    send_command(bot, "doctor", user="ULEAD")

    assert last_message(slack).text == "All 6 checks passed"
    for part in (
        "*last sweep* 12 s ago",
        "*leader* this instance",
        "*messages* up to date",
        "*Hugging Face rate limit* 900 calls left until 11:00:00 UTC",
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
    bot.deliver()  # an alert has no other channel, so its card waits for access
    slack.channels_without_bot = set()
    clock.tick(minutes=10)
    hub.rate_limit_window = RateBudget(3, clock().replace(hour=12, minute=0))
    with bot.deps.store.transaction() as tx:
        lease.release(tx, bot.deps.leadership.current_lease())  # type: ignore[arg-type]
    bot = with_parts(bot, leadership=FakeLeadership(bot.deps.store, None))

    send_command(bot, "doctor", user="ULEAD")

    assert "*last sweep* 10 min ago, and what I show is that old" in last_reply_text(slack)
    assert "*leader* none." in last_reply_text(slack)
    assert (
        "*messages* (<#C0OPS>) 1 message not delivered yet: I am not in that channel."
        in last_reply_text(slack)
    )
    assert "3 calls left until 12:00:00 UTC. Changes wait until then." in last_reply_text(slack)


def test_doctor_shows_times_in_the_configured_zone(
    make_bot: MakeBot, hub: FakeHub, slack: FakeSlack, clock: FakeClock
) -> None:
    bot = make_bot(SPACEBOT_TIMEZONE="Asia/Tokyo")
    hub.rate_limit_window = RateBudget(900, clock().replace(hour=11))

    send_command(bot, "doctor", user="ULEAD")

    assert "900 calls left until 20:00:00 JST" in last_reply_text(slack)


def test_before_the_first_sweep_doctor_says_so(bot: Bot, slack: FakeSlack) -> None:
    send_command(bot, "doctor", user="ULEAD")

    assert "*last sweep* none yet" in last_reply_text(slack)


def test_a_replica_that_stands_by_names_the_leader(bot: Bot, slack: FakeSlack) -> None:
    send_command(
        with_parts(bot, leadership=FakeLeadership(bot.deps.store, None)), "doctor", user="ULEAD"
    )

    assert "*leader* another replica: test" in last_reply_text(slack)


def test_doctor_names_a_rejected_card(bot: Bot, hub: FakeHub, slack: FakeSlack) -> None:
    hub.set(team_a="SLEEPING")
    bot.sweep()
    slack.go_down()
    bot.deliver()
    slack.come_up()

    send_command(bot, "doctor", user="ULEAD")

    assert "1 message not delivered yet: Slack does not answer." in last_reply_text(slack)


def test_the_doctor_is_for_admins(bot: Bot, slack: FakeSlack) -> None:
    send_command(bot, "doctor")

    assert "admins only" in last_message(slack).text


# (SPACEBOT_COMMAND, the typed slash commands, the line of `doctor`)
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
