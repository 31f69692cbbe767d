"""Loans on a bot: lent once confirmed, announced, extended, and returned by themselves."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from bot.errors import HubUnavailable, PaymentRequired, RateLimited
from bot.service import Bot
from tests.fakes import FakeClock, FakeHub, FakeSlack
from tests.faults import with_hub_fault
from tests.requests import (
    buttons,
    last_full_reply,
    last_reply,
    send_command,
    send_lead_command,
    tick,
)


def lend(
    bot: Bot, hub: FakeHub, clock: FakeClock, text: str = "hardware team-a t4-small for 2h"
) -> None:
    """Lend hardware to a paused Space, which takes it at once."""
    hub.put("acme/team-a", "PAUSED", hardware="cpu-basic")
    bot.sweep()
    send_lead_command(bot, text)
    send_lead_command(bot, "confirm 1")
    settle(bot, clock)


def settle(bot: Bot, clock: FakeClock, seconds: float = 3) -> None:
    tick(bot, clock, seconds)
    bot.sweep()
    bot.run_schedules()
    tick(bot, clock)


def hardware(hub: FakeHub) -> str | None:
    return hub.spaces["acme/team-a"].hardware


def is_lent_for_two_hours(bot: Bot, hub: FakeHub, clock: FakeClock) -> bool:
    """Return whether team-a has hardware that goes back by itself two hours later."""
    was_lent = hardware(hub) == "t4-small"
    settle(bot, clock, 2 * 60 * 60)
    settle(bot, clock)
    return was_lent and hardware(hub) == "cpu-basic"


def texts(slack: FakeSlack) -> list[str]:
    return [card.text for card in slack.cards]


def test_the_confirmation_names_the_price_at_both_ends(
    bot: Bot, hub: FakeHub, slack: FakeSlack
) -> None:
    hub.put("acme/team-a", "PAUSED", hardware="cpu-basic")
    send_lead_command(bot, "hardware team-a t4-small for 2h")
    assert "$0.40 an hour" in last_full_reply(slack)
    reply = last_full_reply(slack)
    assert "For 2 h that's about $0.80, until <!date^" in reply
    assert ">, then back to `cpu-basic`." in reply


def test_a_loan_goes_back_by_itself(
    bot: Bot, hub: FakeHub, slack: FakeSlack, clock: FakeClock
) -> None:
    lend(bot, hub, clock)
    assert hardware(hub) == "t4-small"
    settle(bot, clock, 60 * 60)
    assert hardware(hub) == "t4-small"
    settle(bot, clock, 50 * 60)
    assert "team-a goes back to cpu-basic soon" in texts(slack)
    settle(bot, clock, 15 * 60)
    assert hardware(hub) == "cpu-basic"
    settle(bot, clock)
    assert any(text.startswith("Moved team-a to cpu-basic") for text in texts(slack))
    writes = list(hub.writes)
    settle(bot, clock, 60 * 60)
    assert hub.writes == writes, "it is returned once"


def notes(slack: FakeSlack, number: int) -> list[str]:
    """Return what the card of operation *number* says about its undo."""
    (card,) = [one for one in slack.cards if f"operation {number}" in str(one.message.blocks[0])]
    texts = [
        e["text"] for b in card.message.blocks if b["type"] == "context" for e in b["elements"]
    ]
    return [text for text in texts if "back" in text]


@pytest.mark.parametrize(
    ("commands", "note"),
    [
        ([], "Put back in operation 2."),
        (["undo 1", "confirm 2"], "Put back in operation 2."),
        (["hardware team-a cpu-basic", "confirm 2"], "Put back in operation 2."),
        (["hardware team-a t4-small"], "`undo 1` takes this back."),  # it's kept
    ],
    ids=["returned", "undone", "put back", "kept"],
)
def test_the_card_offers_an_undo_while_something_is_left_to_put_back(
    bot: Bot, hub: FakeHub, slack: FakeSlack, clock: FakeClock, commands: list[str], note: str
) -> None:
    lend(bot, hub, clock)
    assert notes(slack, 1) == ["`undo 1` takes this back."]
    for command in commands:
        send_lead_command(bot, command)
    for _ in range(3):
        settle(bot, clock, 60 * 60)

    assert notes(slack, 1) == [note]


def test_spaces_that_go_back_one_by_one_are_put_back_together(
    bot: Bot, hub: FakeHub, slack: FakeSlack, clock: FakeClock
) -> None:
    hub.put("acme/team-b", "PAUSED", hardware="cpu-basic")
    lend(bot, hub, clock, "hardware team-a team-b t4-small for 2h")
    send_lead_command(bot, "hardware team-b t4-small for 2h more")
    for _ in range(3):
        settle(bot, clock, 60 * 60)
    assert notes(slack, 1) == ["`undo 1` takes this back."]
    for _ in range(2):
        settle(bot, clock, 60 * 60)

    assert notes(slack, 1) == ["Put back in operation 3."]


def notice_buttons(slack: FakeSlack) -> list[dict[str, str]]:
    """Return the buttons of each notice about the end of a loan."""
    return [card.buttons for card in slack.cards if card.text.endswith("soon")]


@pytest.mark.parametrize(
    ("command", "minutes"),
    [
        ("", 15),
        ("hardware team-a t4-small for 1h more", 0),
        ("hardware team-a t4-small", 0),
        ("hardware team-a cpu-basic", 0),
    ],
    ids=["returned", "extended", "kept", "replaced"],
)
def test_the_button_for_one_hour_more_goes_with_the_end_of_the_loan(
    bot: Bot, hub: FakeHub, slack: FakeSlack, clock: FakeClock, command: str, minutes: int
) -> None:
    lend(bot, hub, clock)
    settle(bot, clock, 112 * 60)
    assert notice_buttons(slack) == [{"1 h more": "hardware team-a t4-small for 1h more"}]

    if command:
        send_lead_command(bot, command)
        send_lead_command(bot, "confirm 2")
    settle(bot, clock, 60 * minutes)
    settle(bot, clock)

    assert notice_buttons(slack) == [{}]


def test_a_loan_goes_back_after_the_bot_was_killed(
    bot: Bot, make_bot: Callable[..., Bot], hub: FakeHub, clock: FakeClock
) -> None:
    lend(bot, hub, clock)
    clock.tick(hours=30)
    again = make_bot()
    settle(again, clock)
    settle(again, clock)
    assert hardware(hub) == "cpu-basic"


def test_one_hour_more_is_one_tap(
    bot: Bot, hub: FakeHub, slack: FakeSlack, clock: FakeClock
) -> None:
    lend(bot, hub, clock)
    settle(bot, clock, 112 * 60)
    send_lead_command(bot, "hardware team-a t4-small for 1h more")
    settle(bot, clock, 30 * 60)
    assert hardware(hub) == "t4-small"
    settle(bot, clock, 40 * 60)
    assert hardware(hub) == "cpu-basic"


@pytest.mark.parametrize("tail", ["for 1h more", "for 1h", ""])
def test_a_loan_that_is_being_returned_is_not_said_to_last(
    bot: Bot, hub: FakeHub, slack: FakeSlack, clock: FakeClock, tail: str
) -> None:
    lend(bot, hub, clock)
    clock.tick(hours=2)
    bot.run_schedules()
    send_lead_command(bot, f"hardware team-a t4-small {tail}")

    assert "ended, so nothing was changed" in last_full_reply(slack)
    settle(bot, clock)
    assert hardware(hub) == "cpu-basic"


def test_the_hardware_can_be_kept(bot: Bot, hub: FakeHub, clock: FakeClock) -> None:
    lend(bot, hub, clock)
    send_lead_command(bot, "hardware team-a t4-small")
    settle(bot, clock, 3 * 60 * 60)
    assert hardware(hub) == "t4-small"


def test_a_later_choice_of_a_person_ends_the_loan(bot: Bot, hub: FakeHub, clock: FakeClock) -> None:
    lend(bot, hub, clock)
    hub.put("acme/team-a", "PAUSED", hardware="a10g-small")  # on the site of Hugging Face
    settle(bot, clock, 3 * 60 * 60)
    assert hardware(hub) == "a10g-small"


def test_the_table_shows_the_loan(
    bot: Bot, hub: FakeHub, slack: FakeSlack, clock: FakeClock
) -> None:
    lend(bot, hub, clock)
    send_lead_command(bot, "hardware team-a")
    assert "*team-a* has `t4-small` until" in last_full_reply(slack)


def test_returned_hardware_is_no_loan_any_more(
    bot: Bot, hub: FakeHub, slack: FakeSlack, clock: FakeClock
) -> None:
    lend(bot, hub, clock)
    for minutes in (60, 50, 15):
        settle(bot, clock, 60 * minutes)
    settle(bot, clock)
    assert hardware(hub) == "cpu-basic"
    send_lead_command(bot, "hardware team-a")
    assert "has `t4-small` until" not in last_full_reply(slack)
    send_lead_command(bot, "hardware team-a t4-small for 2h")
    send_lead_command(bot, "confirm 3")
    settle(bot, clock)

    assert hardware(hub) == "t4-small"


def test_a_loan_that_someone_ended_on_the_hub_is_not_extended(
    bot: Bot, hub: FakeHub, slack: FakeSlack, clock: FakeClock
) -> None:
    lend(bot, hub, clock)
    hub.put("acme/team-a", "PAUSED", hardware="a10g-small")
    clock.tick(minutes=1)
    send_lead_command(bot, "hardware team-a t4-small for 2h")
    assert "then back to `a10g-small`" in last_full_reply(slack)
    send_lead_command(bot, "confirm 2")
    settle(bot, clock)
    assert hardware(hub) == "t4-small"
    settle(bot, clock, 2 * 60 * 60)
    settle(bot, clock)

    assert hardware(hub) == "a10g-small"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("hardware team-a t4-small for 5 min", "A loan lasts 15 minutes to 7 days."),
        ("hardware team-a t4-small for 8 days", "A loan lasts 15 minutes to 7 days."),
        ("hardware team-a for 2h", "Which hardware?"),
        ("hardware for 2h", "Which Spaces?"),
        ("hardware team-a t4-small for soon", "as a length of time"),
    ],
)
def test_a_loan_that_makes_no_sense_is_refused(
    bot: Bot, hub: FakeHub, slack: FakeSlack, text: str, message: str
) -> None:
    hub.put("acme/team-a", "PAUSED", hardware="cpu-basic")
    send_lead_command(bot, text)
    assert message in last_full_reply(slack)
    assert hub.writes == []


def test_an_operator_cannot_extend_a_loan(
    bot: Bot, hub: FakeHub, slack: FakeSlack, clock: FakeClock
) -> None:
    lend(bot, hub, clock)
    send_command(bot, "hardware team-a t4-small for 1h more")
    assert "admins only" in last_reply(slack)


def test_a_loan_is_scheduled_like_any_command(
    bot: Bot, hub: FakeHub, slack: FakeSlack, clock: FakeClock
) -> None:
    hub.put("acme/team-a", "PAUSED", hardware="cpu-basic")
    bot.sweep()
    send_lead_command(bot, "hardware team-a t4-small for 1h in 20 min")
    assert "$0.40 an hour" in last_full_reply(slack)
    assert buttons(slack)


@pytest.fixture
def held_course(bot: Bot, hub: FakeHub, clock: FakeClock) -> Bot:
    """A class of 30 Spaces, of which the first one crashed on the hardware lent to all."""
    for n in range(1, 31):
        hub.put(f"acme/team-{n}", "RUNNING", hardware="cpu-basic")
    bot.sweep()
    send_lead_command(bot, "hardware all t4-small for 2h")
    send_lead_command(bot, "confirm 1")
    tick(bot, clock)
    hub.put("acme/team-1", "RUNTIME_ERROR", error="no memory")
    for _ in range(6):
        settle(bot, clock, 10)
    return bot


def test_the_notice_names_only_the_spaces_that_a_held_rollout_moved(
    held_course: Bot, hub: FakeHub, slack: FakeSlack, clock: FakeClock
) -> None:
    assert [id for _, id in hub.writes] == ["acme/team-1"]
    settle(held_course, clock, 110 * 60)

    assert "team-1 goes back to cpu-basic soon" in texts(slack)
    assert not any("Spaces go back" in text for text in texts(slack))


def test_a_space_that_a_held_rollout_has_not_reached_can_be_lent_hardware(
    held_course: Bot, hub: FakeHub, slack: FakeSlack, clock: FakeClock
) -> None:
    send_lead_command(held_course, "hardware team-5")
    assert "has `t4-small` until" not in last_full_reply(slack)
    send_lead_command(held_course, "hardware team-5 t4-small for 1h")
    send_lead_command(held_course, "confirm 2")
    settle(held_course, clock)

    assert hub.spaces["acme/team-5"].hardware == "t4-small"


def test_what_a_person_continues_after_the_end_of_the_loan_is_returned_too(
    held_course: Bot, hub: FakeHub, clock: FakeClock
) -> None:
    settle(held_course, clock, 3 * 60 * 60)
    send_lead_command(held_course, "continue 1")
    for _ in range(20):
        settle(held_course, clock, 10)
    assert hub.spaces["acme/team-30"].hardware == "t4-small"
    for _ in range(20):
        settle(held_course, clock, 10 * 60)

    assert {space.hardware for space in hub.spaces.values()} == {"cpu-basic"}


@pytest.mark.parametrize("act", ["hardware team-a cpu-basic for 1h", "hardware team-a cpu-basic"])
def test_a_move_that_the_hub_refuses_does_not_end_the_loan(
    bot: Bot, hub: FakeHub, clock: FakeClock, act: str
) -> None:
    lend(bot, hub, clock)
    hub.errors_by_call["set_hardware"] = PaymentRequired("The plan doesn't include it.")
    send_lead_command(bot, act)
    for _ in range(2):
        settle(bot, clock)
    hub.errors_by_call.clear()
    for _ in range(3):
        settle(bot, clock, 60 * 60)

    assert [what for what, _ in hub.writes] == ["set_hardware", "set_hardware"]
    assert hardware(hub) == "cpu-basic"


def test_a_refused_loan_does_not_make_the_present_one_longer(
    bot: Bot, hub: FakeHub, slack: FakeSlack, clock: FakeClock
) -> None:
    lend(bot, hub, clock)
    settle(bot, clock, 112 * 60)
    hub.errors_by_call["set_hardware"] = PaymentRequired("The plan doesn't include it.")
    send_lead_command(bot, "hardware team-a cpu-basic for 24h")
    settle(bot, clock)
    hub.errors_by_call.clear()
    assert notice_buttons(slack) == [{"1 h more": "hardware team-a t4-small for 1h more"}]
    settle(bot, clock, 10 * 60)

    assert hardware(hub) == "cpu-basic"


@pytest.mark.parametrize("fault", ["a rate limit", "an outage"])
def test_a_move_that_never_happened_leaves_no_loan(
    bot: Bot, hub: FakeHub, slack: FakeSlack, clock: FakeClock, fault: str
) -> None:
    """Otherwise the next loan would count as an extension, and move nothing."""
    limited = RateLimited("Too many requests.", clock() + timedelta(minutes=5))
    outage = HubUnavailable("The Hub is down.", effect="Nothing changed.")
    hub.errors_by_call["set_hardware"] = limited if fault == "a rate limit" else outage
    lend(bot, hub, clock)
    send_lead_command(bot, "stop 1")
    hub.errors_by_call.clear()
    send_lead_command(bot, "hardware team-a t4-small for 2h")
    send_lead_command(bot, "confirm 2")
    settle(bot, clock)

    assert is_lent_for_two_hours(bot, hub, clock)


def test_a_move_that_the_hub_takes_later_is_a_loan(
    bot: Bot, hub: FakeHub, slack: FakeSlack, clock: FakeClock
) -> None:
    outage = HubUnavailable("The Hub is down.", effect="Nothing changed.")
    hub.errors_by_call["set_hardware"] = outage
    lend(bot, hub, clock)
    hub.errors_by_call.clear()
    settle(bot, clock, 10)

    assert is_lent_for_two_hours(bot, hub, clock)


def test_a_loan_that_the_hub_refuses_is_none(
    bot: Bot, hub: FakeHub, slack: FakeSlack, clock: FakeClock
) -> None:
    hub.errors_by_call["set_hardware"] = PaymentRequired("The plan doesn't include it.")
    lend(bot, hub, clock)
    hub.errors_by_call.clear()
    send_lead_command(bot, "hardware team-a t4-small for 2h")
    send_lead_command(bot, "confirm 2")
    settle(bot, clock)

    assert hardware(hub) == "t4-small"


def test_the_late_refusal_of_a_call_that_was_repeated_ends_no_loan(
    bot: Bot, hub: FakeHub, clock: FakeClock
) -> None:
    """The former leader was paused in the call, and the next one has made it again."""
    outage = HubUnavailable("The Hub is down.", effect="Nothing changed.")

    def repeat() -> None:
        settle(bot, clock, 20)
        settle(bot, clock)
        raise outage

    hub.put("acme/team-a", "PAUSED", hardware="cpu-basic")
    send_lead_command(bot, "hardware team-a t4-small for 2h")
    send_lead_command(bot, "confirm 1")
    tick(with_hub_fault(bot, "before set_hardware", repeat), clock)
    assert hardware(hub) == "t4-small"
    settle(bot, clock, 2 * 60 * 60)
    settle(bot, clock)

    assert hardware(hub) == "cpu-basic"
