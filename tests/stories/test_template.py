"""The template is watched by its name, and excluded from counts and bulk words."""

from tests.stories.scenario import OPS, Story, rendered_text

FLEET = {"team_1": "RUNNING", "team_2": "SLEEPING", "template": "PAUSED"}


def begin(story: Story, **stages: str) -> Story:
    story.environ |= {"SPACEBOT_TEMPLATE": "acme/Template", "SPACEBOT_ALERT_ON": "error,sleeping"}
    return story.begin(**FLEET | stages)


def test_first_card_and_status_count_the_same_spaces(story: Story) -> None:
    begin(story).type_command("status")

    (card,) = story.slack.cards
    assert "Watching 2 Spaces and the template" in rendered_text(card)
    assert card.text.startswith("Watching 2 Spaces and the template: 1 asleep · 1 ")
    status = story.slack.ephemeral_messages[-1][1]
    assert status.text.startswith("2 Spaces: 1 asleep · 1 running")
    assert "*2 Spaces and the template*" in str(status.blocks)
    assert "|template>* paused" in str(status.blocks)
    assert "(template)" not in str(status.blocks)


def test_failed_template_has_an_alert_that_names_it(story: Story) -> None:
    begin(story).stage("template", "RUNTIME_ERROR", "boom").sweep()

    story.expect_card("template", "crashed").expect_pings(1)


def test_template_with_another_name_is_marked_as_the_template(story: Story) -> None:
    story.environ |= {"SPACEBOT_TEMPLATE": "acme/base"}
    story.begin(team_1="RUNNING", base="RUNNING").stage("base", "RUNTIME_ERROR", "boom").sweep()

    story.expect_card("boom", "(template)")
    story.type_command("status")
    assert "crashed · `boom` (template)" in str(story.slack.ephemeral_messages[-1][1].blocks)


def test_bulk_words_leave_the_template_alone_and_its_name_does_not(story: Story) -> None:
    begin(story).type_command("mute all for 1h")
    assert "template" not in str(story.slack.messages[-1].message)

    story.type_command("mute template for 1h")
    assert "template" in str(story.slack.messages[-1].message)


def test_watch_of_a_pattern_leaves_the_template_out(story: Story) -> None:
    begin(story).type_command("watch error te*", channel="C0LAB")
    story.stage("template", "RUNTIME_ERROR", "boom").stage("team-1", "RUNTIME_ERROR", "bang")
    story.sweep()

    assert {card.channel for card in story._cards_about("boom")} == {OPS}
    assert {card.channel for card in story._cards_about("bang")} == {OPS, "C0LAB"}
