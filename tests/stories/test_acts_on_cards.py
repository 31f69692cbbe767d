"""An act that was started from an alert card is shown on that card."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select

from bot.errors import PaymentRequired
from bot.model import Ask, Source
from bot.service import Bot
from bot.store import schema
from tests.database import Database
from tests.fakes import FakeClock, FakeSlack, PostedMessage
from tests.faults import FaultPoint, Killed, with_faults, with_rejections
from tests.processes import process_starter
from tests.stories.fake_world import StoryHub
from tests.stories.scenario import OPS, Story, commands_by_label, rendered_text

FOUR = ("team-1", "team-2", "team-3", "team-4")


@pytest.fixture
def crashed(story: Story) -> Story:
    """Return a story in which team-a has crashed and has a card."""
    story.begin(team_a="RUNNING", team_b="RUNNING").stage("team-a", "RUNTIME_ERROR", "boom")
    return story.sweep()


@pytest.fixture
def asleep(story: Story) -> Story:
    """Return a story in which four Spaces share a card."""
    story.begin(**{name.replace("-", "_"): "RUNNING" for name in FOUR})
    return story.stages(FOUR, "SLEEPING").sweep()


def card_of(story: Story) -> PostedMessage:
    (card,) = story._cards()
    return card


def test_an_act_is_shown_on_the_card_that_it_was_started_from(crashed: Story) -> None:
    crashed.click("team-a", "Restart", user="UTA").advance()

    crashed.expect_cards(1).expect_card("team-a", says=":wrench: Restarting since")
    crashed.expect_card("team-a", says="started by <@UTA>").expect_card("team-a", says="boom")
    crashed.expect_pings(1).expect_no_reply()


def test_the_line_of_an_act_is_above_the_buttons(crashed: Story) -> None:
    crashed.click("team-a", "Restart")

    blocks = card_of(crashed).message.blocks
    kinds = [block["type"] for block in blocks]
    assert "Restarting since" in str(blocks[kinds.index("actions") - 1])


def test_the_outcome_replaces_the_line_of_the_act(crashed: Story) -> None:
    crashed.click("team-a", "Restart").advance().stage("team-a", "RUNNING")
    crashed.clock.tick(seconds=20)
    crashed.advance().sweep()

    crashed.expect_card("team-a", says="Restarted team-a").expect_card("team-a", says="recovered")
    assert "Restarting since" not in rendered_text(card_of(crashed))


@pytest.mark.parametrize("first", ["sweep", "advance"])
def test_a_resolved_card_gets_the_outcome_as_well(crashed: Story, first: str) -> None:
    crashed.click("team-a", "Restart").advance().stage("team-a", "RUNNING")
    crashed.clock.tick(seconds=20)
    second = "advance" if first == "sweep" else "sweep"
    getattr(getattr(crashed, first)(), second)()

    crashed.expect_cards(1).expect_card("team-a", says=":white_check_mark: Restarted team-a")
    crashed.expect_card("team-a", says="recovered")


def test_a_failed_act_says_why_on_the_card(crashed: Story) -> None:
    crashed.hub.errors_by_space["acme/team-a"] = PaymentRequired("No credit is left.")
    crashed.click("team-a", "Restart").advance().advance()

    crashed.expect_cards(1).expect_card("team-a", says="Restart failed: `No credit is left.`")
    crashed.expect_card("team-a", buttons="restart team-a logs team-a")


def test_no_reply_follows_an_act_that_was_final_within_seconds(crashed: Story) -> None:
    crashed.hub.errors_by_space["acme/team-a"] = PaymentRequired("No credit is left.")
    assert crashed.bot
    tap = Ask("restart team-a", "UTA", OPS, Source.BUTTON, "tap", message=card_of(crashed).ts)
    crashed.bot.ask(tap)
    for _ in range(2):
        crashed.clock.tick(seconds=2)
        crashed.bot.advance()

    crashed.deliver().expect_card("team-a", says="Restart failed").expect_no_reply()


def test_a_later_end_is_a_reply_in_the_thread_of_the_card(crashed: Story) -> None:
    crashed.click("team-a", "Restart", user="UTA").advance()
    crashed.clock.tick(minutes=2)
    crashed.stage("team-a", "RUNTIME_ERROR", "again").advance()

    crashed.expect_reply("<@UTA>").expect_cards(1)
    (reply,) = crashed.slack.replies
    assert reply.thread == card_of(crashed).ts


def test_a_group_card_shows_the_progress_in_one_line(asleep: Story) -> None:
    asleep.tap(card_of(asleep), "Wake 4 asleep", "UTA").advance()
    asleep.stage("team-1", "RUNNING")
    asleep.clock.tick(seconds=20)
    asleep.advance()

    asleep.expect_cards(1).expect_card("asleep", says="Waking 4 Spaces since")
    asleep.expect_card("asleep", says="1 ready · 3 starting · started by <@UTA>")


def test_an_act_on_more_than_the_card_has_a_card_of_its_own(crashed: Story) -> None:
    crashed.stage("team-b", "SLEEPING")
    crashed.ask("wake team-a team-b", "UTA", OPS, Source.BUTTON, message=card_of(crashed).ts)

    crashed.expect_cards(2).expect_card("Waking")
    assert "Waking" not in rendered_text(crashed._cards()[0])


def test_a_typed_act_has_a_card_of_its_own(crashed: Story) -> None:
    crashed.type_command("restart team-a").expect_cards(2)


@pytest.mark.parametrize("is_seen", [True, False], ids=["noticed", "not noticed yet"])
def test_an_act_from_a_deleted_card_is_shown_somewhere(crashed: Story, is_seen: bool) -> None:
    card = card_of(crashed)
    crashed.slack.remove(card)
    if is_seen:
        crashed.type_command("mute team-a for 1h").slack.remove(crashed._cards()[-1])
        crashed.type_command("unmute team-a").sweep()
    crashed.tap(card, "Restart", "UTA").advance().advance()

    texts = [rendered_text(shown) for shown in crashed.slack.messages]
    assert sum("estarting" in text and "<@UTA>" in text for text in texts) == 1, texts


def test_an_act_from_a_resolved_card_has_a_card_of_its_own(crashed: Story) -> None:
    old = card_of(crashed)
    crashed.stage("team-a", "RUNNING").sweep()
    crashed.stage("team-a", "SLEEPING")
    crashed.ask("wake team-a", "UTA", OPS, Source.BUTTON, message=old.ts)

    assert "Waking" not in rendered_text(old)
    crashed.expect_cards(2)


def test_an_act_moves_to_its_own_card_once_its_card_is_deleted(crashed: Story) -> None:
    crashed.click("team-a", "Restart", "UTA").advance()
    for _ in range(2):  # a card deleted once is posted again
        crashed.slack.remove(card_of(crashed))
        crashed.stage("team-a", "BUILDING").advance().stage("team-a", "APP_STARTING").advance()
        crashed.sweep()
    crashed.clock.tick(seconds=20)
    crashed.stage("team-a", "RUNNING").advance().sweep()

    texts = [rendered_text(shown) for shown in crashed.slack.messages]
    assert sum("Restarted team-a" in text for text in texts) >= 1, texts


def test_a_confirmed_act_is_shown_on_the_card_that_asked_for_it(story: Story) -> None:
    story.begin(team_a="RUNNING", team_b="RUNNING")
    story.hub.put("acme/team-a", "SLEEPING", hardware="t4-small")
    story.sweep().click("team-a", "Wake", "UTA")
    story.ask("confirm 1", "UTA", OPS, Source.BUTTON).advance()

    story.expect_cards(1).expect_card("team-a", says="Waking since")


def test_a_second_act_of_the_card_is_shown_below_the_first(crashed: Story) -> None:
    crashed.hub.errors_by_space["acme/team-a"] = PaymentRequired("No credit is left.")
    crashed.click("team-a", "Restart").advance().advance()
    del crashed.hub.errors_by_space["acme/team-a"]
    crashed.click("team-a", "Restart").advance()

    text = rendered_text(card_of(crashed))
    assert text.index("Restart failed") < text.index("Restarting since")


def test_a_stopped_act_says_so_on_the_card(asleep: Story) -> None:
    asleep.hub.rate_limit_window = None
    asleep.tap(card_of(asleep), "Wake 4 asleep", "UTA")
    asleep.type_command("stop 1").advance()

    asleep.expect_card("asleep", says="Wake stopped").expect_cards(1)


TWENTY_FIVE = tuple(f"team-{n}" for n in range(1, 26))


@pytest.fixture
def stuck(story: Story) -> Story:
    """Return a story in which 25 running Spaces share a card: their updates don't end."""
    story.begin(**{name.replace("-", "_"): "RUNNING" for name in TWENTY_FIVE})
    return story.stages(TWENTY_FIVE, "RUNNING_BUILDING").after(minutes=28)


def rebuild(story: Story, stage: str, error: str = "") -> Story:
    """Let the Spaces that the next wave rebuilds end in *stage*, and see it."""
    story.advance()
    story.clock.tick(seconds=20)
    for id, space in list(story.hub.spaces.items()):
        if space.stage == "BUILDING":
            story.stage(id, stage, error)
    return story.advance().advance()


@pytest.fixture
def held(stuck: Story) -> Story:
    """Return a story in which a rollout from an alert card waits for a person."""
    stuck.tap(card_of(stuck), "Rebuild 25 stuck", "UTA")
    stuck.ask("confirm 1", "UTA", OPS, Source.BUTTON)
    stuck.expect_cards(1).expect_card("stuck", says="Rebuilding 25 Spaces since")
    stuck.expect_card("stuck", says="In waves: 1, then 3, then 21.")
    return rebuild(stuck, "BUILD_ERROR", "No matching distribution found for torch==9.9")


def test_a_running_rollout_can_be_stopped_on_its_card(stuck: Story) -> None:
    stuck.tap(card_of(stuck), "Rebuild 25 stuck", "UTA")
    stuck.ask("confirm 1", "UTA", OPS, Source.BUTTON)
    assert card_of(stuck).buttons == {"Stop": "stop 1"}

    stuck.advance().tap(card_of(stuck), "Stop", "UTA")
    stuck.expect_card("stuck", says="Rebuild stopped: 0 ready, 1 starting, 24 not sent")
    assert "Stop" not in card_of(stuck).buttons


def test_a_rollout_is_held_on_the_card_that_it_was_started_from(held: Story) -> None:
    assert len(held.hub.writes) == 1
    held.expect_cards(1).expect_card("stuck", says="Rebuild stopped after 1 of 25: No matching")
    held.expect_card("stuck", says="started by <@UTA>")
    held.expect_reply("Rebuild stopped after 1 of 25")
    (reply,) = held.slack.replies
    assert reply.thread == card_of(held).ts


def test_a_held_rollout_replaces_the_buttons_of_its_card_but_not_the_menu(held: Story) -> None:
    card = card_of(held)
    assert card.buttons == {"Continue": "continue 1", "Stop": "stop 1"}
    assert "Mute for 1 hour" in commands_by_label(card)
    rows = [block for block in card.message.blocks if block["type"] == "actions"]
    assert len(rows) == 1


def test_an_update_of_the_alert_keeps_the_buttons_of_a_held_rollout(held: Story) -> None:
    held.stage("team-25", "RUNNING").sweep()

    assert card_of(held).buttons == {"Continue": "continue 1", "Stop": "stop 1"}
    held.stages(TWENTY_FIVE, "RUNNING").sweep()
    held.expect_card("All 25 recovered")
    assert card_of(held).buttons == {"Continue": "continue 1", "Stop": "stop 1"}


def test_a_continued_rollout_goes_on_and_ends_on_its_card(held: Story) -> None:
    held.tap(card_of(held), "Continue", "UTA")
    held.expect_card("stuck", says="Rebuilding 25 Spaces since")
    assert "Continue" not in card_of(held).buttons
    for _ in range(2):
        rebuild(held, "RUNNING")

    held.expect_cards(1).expect_card("team-1", says="Rebuilt 24 of 25 in")
    assert "Continue" not in card_of(held).buttons


def test_a_stopped_rollout_gives_its_card_the_buttons_back(held: Story) -> None:
    held.tap(card_of(held), "Stop", "UTA")

    held.expect_card("stuck", says="Rebuild stopped: 0 ready, 1 failed, 24 not sent")
    assert card_of(held).buttons["Rebuild 25 stuck"] == "rebuild team-1..25"


def test_other_acts_of_the_card_keep_the_buttons_of_a_held_rollout(held: Story) -> None:
    card = card_of(held)
    for number in (24, 25):
        held.ask(f"wake team-{number}", "UTA", OPS, Source.BUTTON, message=card.ts)
        held.stage(f"team-{number}", "SLEEPING").sweep()
        held.ask(f"wake team-{number}", "UTA", OPS, Source.BUTTON, message=card.ts).advance()

    assert card_of(held).buttons["Continue"] == "continue 1"


def test_a_restart_of_the_bot_keeps_a_held_rollout_on_its_card(held: Story) -> None:
    held.kill().restart().sweep().advance()

    held.expect_cards(1)
    held.tap(card_of(held), "Continue", "UTA").advance()
    assert len(held.hub.writes) == 1 + 3


CHOICES = {"Continue": "continue 1", "Stop": "stop 1"}


def delete_and_wait(story: Story, card: PostedMessage) -> list[PostedMessage]:
    """Return the cards with a choice after a person deleted *card* some minutes ago."""
    story.slack.remove(card)
    for _ in range(2):
        story.clock.tick(minutes=6)
        story.advance()
    return [card for card in story._cards() if card.buttons.items() >= CHOICES.items()]


def test_a_deleted_card_is_posted_again_while_it_has_a_choice(held: Story) -> None:
    (again,) = delete_and_wait(held, card_of(held))

    assert "share" in again.text or "stuck" in again.text
    held.expect_cards(1).tap(again, "Continue").advance()
    assert len(held.hub.writes) == 1 + 3


def test_a_held_rollout_moves_to_its_own_card_once_its_card_stays_deleted(held: Story) -> None:
    (again,) = delete_and_wait(held, card_of(held))
    (own,) = delete_and_wait(held, again)

    assert own.text.startswith("Stopped after 1 of 25: No matching distribution")
    held.expect_cards(1).tap(own, "Continue").advance()
    held.expect_card("Rebuilding 25 Spaces")
    assert len(held.hub.writes) == 1 + 3


def test_the_choice_on_the_deleted_card_of_a_resolved_alert_has_its_own(held: Story) -> None:
    held.stages(TWENTY_FIVE, "RUNNING").sweep()
    (own,) = delete_and_wait(held, card_of(held))

    assert own.text.startswith("Stopped after 1 of 25")


def test_an_alert_that_comes_back_has_no_choice_that_moved(held: Story) -> None:
    (again,) = delete_and_wait(held, card_of(held))
    delete_and_wait(held, again)
    held.stages(TWENTY_FIVE, "RUNTIME_ERROR", "boom").sweep().advance()

    shown = [card for card in held._cards() if card.buttons.items() >= CHOICES.items()]
    assert [card.text[:13] for card in shown] == ["Stopped after"]


def test_a_card_with_a_choice_is_checked_every_five_minutes(held: Story) -> None:
    before = held.slack.post_count, card_of(held).edits
    for _ in range(20):
        held.clock.tick(minutes=1)
        held.advance()

    assert (held.slack.post_count, card_of(held).edits - 4) == before


def _progress(story: Story) -> list[Any]:
    assert story.bot
    with story.bot.deps.store.transaction() as tx:
        return list(tx.execute(select(schema.card.c.progress)).scalars())


def test_an_update_of_the_alert_keeps_the_line_of_the_act(crashed: Story) -> None:
    crashed.click("team-a", "Restart").advance().click("team-a", "I'm on it", "UTA")

    crashed.expect_card("team-a", says="<@UTA> is on it")
    crashed.expect_card("team-a", says="Restarting since")
    assert any(_progress(crashed))


def play(bot: Bot, life: Database, nth: int, add: Callable[[Bot, FaultPoint], Bot]) -> str:
    """Run a click and its consequences in a fresh world; return where the fault struck."""
    hub, slack, clock, fault = StoryHub(), FakeSlack(), FakeClock(), FaultPoint()
    start = process_starter(bot, hub, slack, life.fill(), clock)
    story = Story(lambda: add(start(), fault), hub, slack, clock)
    hub.stage_after_restart = "RUNNING"
    story.begin(team_a="RUNNING").stage("team-a", "RUNTIME_ERROR", "boom").sweep()
    tap = Ask("restart team-a", "UTA", OPS, Source.BUTTON, "tap", message=card_of(story).ts)
    fault.arm(nth)
    run_and_survive(story, lambda here: here.ask(tap))
    for _ in range(2):
        run_and_survive(story, Bot.advance, Bot.deliver)
        clock.tick(seconds=20)
    fault.disarm()
    for _ in range(2):
        clock.tick(minutes=3)
        run_and_survive(story, Bot.advance, Bot.sweep, Bot.deliver)
    check_end(story, f"{fault.hit_point} ({nth})")
    life.clear()
    return fault.hit_point or ""


def run_and_survive(story: Story, *uses: Callable[[Bot], object]) -> None:
    """Run *uses* on the bot, and restart it if it is killed."""
    assert story.bot
    try:
        for use in uses:
            use(story.bot)
    except Killed:
        story.restart()


def check_end(story: Story, when: str) -> None:
    restarts = [id for what, id in story.hub.writes if what == "restart"]
    shown = [rendered_text(card) for card in story.slack.cards]
    outcomes = sum("Restarted team-a" in text for text in shown)
    assert len(restarts) <= 1, when
    assert outcomes == len(restarts), (when, shown)
    assert not any("Restarting since" in text for text in shown), (when, shown)


@pytest.mark.parametrize(
    "add",
    [
        pytest.param(with_faults, id="killed"),
        pytest.param(with_rejections("edit_window_closed"), id="an edit refused for good"),
        pytest.param(with_rejections("internal_error"), id="Slack fails"),
        pytest.param(with_rejections("invalid_blocks"), id="the blocks refused"),
    ],
)
def test_a_fault_at_any_point_ends_with_one_act_and_its_outcome(
    bot: Bot, second_database: Database, add: Callable[[Bot, FaultPoint], Bot]
) -> None:
    nth = 0
    while play(bot, second_database, nth, add):
        nth += 1
    assert nth
