"""Class hours: asleep is silent outside class, and alerts in time before it."""

from tests.stories.scenario import Story

# The stories begin on Monday, 2 March 2026, at 10:00 UTC.
HOURS = "hours team-* mon 11:00-12:00"


def begin(story: Story) -> Story:
    story.begin(team_1="RUNNING", guest="RUNNING")
    return story.type_command(HOURS).deliver()


def test_asleep_is_silent_until_shortly_before_class(story: Story) -> None:
    begin(story).stage("team-1", "SLEEPING").sweep()
    story.at("10:39").expect_no_card("team-1")
    story.at("10:41").expect_card("team-1", "asleep")


def test_a_space_without_class_hours_alerts_at_any_time(story: Story) -> None:
    begin(story).stage("guest", "SLEEPING").sweep().expect_card("guest", "asleep")


def test_a_crash_alerts_outside_class_too(story: Story) -> None:
    begin(story).stage("team-1", "RUNTIME_ERROR", "boom").sweep().expect_card("team-1", "boom")


def test_the_end_of_class_closes_the_card_without_a_ping(story: Story) -> None:
    begin(story).at("11:30").stage("team-1", "SLEEPING").sweep().expect_card("team-1", "asleep")
    before = story.slack.post_count
    story.at("12:01").expect_card("team-1", "expected now")
    assert story.slack.post_count == before


def test_the_end_of_the_hours_lets_asleep_alert_again(story: Story) -> None:
    begin(story).stage("team-1", "SLEEPING").sweep().expect_no_card("team-1")
    story.type_command("hours team-* off").sweep().expect_card("team-1", "asleep")


def test_hours_are_kept_when_the_bot_is_killed(story: Story) -> None:
    begin(story).kill().restart().stage("team-1", "SLEEPING").sweep().expect_no_card("team-1")
    story.at("10:41").expect_card("team-1", "asleep")
