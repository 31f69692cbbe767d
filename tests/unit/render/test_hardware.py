"""Hardware: the price table and its confirmation."""

from dataclasses import replace

import pytest

from bot.cards import Message
from bot.hub_facts import Flavor
from bot.operations import Step
from bot.render import hardware, operation_replies
from tests.goldens import check_message
from tests.unit.render.provisioning_samples import HARDWARE_CHANGE, NAMES, SPACES, TEAMS

FLAVORS = (
    Flavor("t4-small", "Nvidia T4 - small", "4 vCPU", "15 GB", "1 T4 16 GB", 0.4),
    Flavor("cpu-basic", "CPU Basic", "2 vCPU", "16 GB"),
)


CASES: dict[str, Message] = {
    "hardware_table": hardware.table(FLAVORS, SPACES, NAMES),
    "hardware_confirmation": operation_replies.confirmation(
        replace(HARDWARE_CHANGE, steps=(Step(TEAMS[0]), Step(TEAMS[1]))),
        hardware.confirmation_warning(SPACES[:2], FLAVORS[0], NAMES),
        18,
        NAMES,
    ),
    "hardware_confirmation_of_free": operation_replies.confirmation(
        replace(HARDWARE_CHANGE, steps=(Step(TEAMS[0]),)),
        hardware.confirmation_warning(SPACES[:1], FLAVORS[1], NAMES),
        18,
        NAMES,
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_message_matches_its_golden(name: str) -> None:
    check_message(f"answers/{name}", CASES[name])
