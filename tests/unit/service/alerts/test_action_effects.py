"""Effects of actions on alerts."""

from bot.alerts.actions import AlertAction
from bot.service.alerts import action_effects


def test_every_action_has_a_handler() -> None:
    # By name, because a dataclass with slots leaves its first class behind.
    every = {action.__name__ for action in AlertAction.__subclasses__()}
    assert {action.__name__ for action in action_effects.HANDLERS} == every
