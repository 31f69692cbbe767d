"""A Space whose secret and variable share a name: the card offers the fix, not a rebuild."""

from bot.errors import HubError
from tests.stories.scenario import Story, commands_by_label

ERROR = "Collision on variables and secrets names."


def collide(story: Story, *names: str, **keys: str) -> None:
    for name in names:
        story.hub.variable_values[f"acme/{name}"] = dict.fromkeys([*keys, "OTHER"], "1")
        story.hub.secret_values[f"acme/{name}"] = dict.fromkeys([*keys, "TOKEN"], "1")
    story.stages(names, "CONFIG_ERROR", ERROR)


def test_the_card_names_the_key_and_deletes_the_variable(story: Story) -> None:
    story.begin(team_a="RUNNING")
    collide(story, "team-a", API_KEY="1")
    story.sweep()
    story.expect_card("team-a", "API_KEY is both a secret and a variable")
    (card,) = story._cards_about("team-a")
    assert next(iter(card.buttons.values())) == "variable delete team-a API_KEY"
    assert "rebuild" not in str(commands_by_label(card))
    story.expect_pings(1)


def test_card_offers_both_lists_while_the_key_is_unknown(story: Story) -> None:
    story.begin(team_a="RUNNING")
    story.hub.errors_by_call = {"secrets": HubError("No.")}
    story.stage("team-a", "CONFIG_ERROR", ERROR).sweep()
    story.expect_card("team-a", ERROR, buttons="variable list team-a secret list team-a")


def test_spaces_colliding_in_one_key_are_fixed_together(story: Story) -> None:
    names = [f"team-{n}" for n in range(1, 5)]
    story.begin(**dict.fromkeys([name.replace("-", "_") for name in names], "RUNNING"))
    collide(story, *names, API_KEY="1")
    story.sweep()
    story.expect_card(
        "4 Spaces failed", buttons="variable delete team-1..4 API_KEY status team-1..4"
    )


def test_unstable_card_loses_the_collision_once_the_key_is_gone(story: Story) -> None:
    story.begin(team_a="RUNNING")
    for stage, error in (("RUNTIME_ERROR", "boom"), ("RUNNING", "")):
        story.after(minutes=3).stage("team-a", stage, error).sweep()
    collide(story, "team-a", API_KEY="1")
    story.after(minutes=3).sweep()
    for stage, shown in (
        ("RUNNING", "currently "),
        ("CONFIG_ERROR", "API_KEY"),
        ("BUILDING", "currently "),
    ):
        story.after(minutes=3).stage("team-a", stage, ERROR if "ERROR" in stage else "").sweep()
        story.expect_card("flapping", shown)
        (card,) = story._cards_about("flapping")
        is_colliding = stage == "CONFIG_ERROR"
        assert (ERROR in str(card.message)) is is_colliding
        assert ("variable delete" in str(card.message)) is is_colliding
