"""Which acts need a confirmation, and why."""

from collections.abc import Sequence

import pytest

from bot.model import Flavor, Space
from bot.operations import Verb, assess, needs_confirmation

RUNNING, ASLEEP = Space("acme/a", "RUNNING"), Space("acme/b", "SLEEPING")
UNKNOWN, PAID = Space("acme/c", "DREAMING"), Space("acme/d", "SLEEPING", hardware="t4-small")


@pytest.mark.parametrize(
    ("verb", "spaces"),
    [
        (Verb.WAKE, [ASLEEP]),
        # A wake does nothing to a Space that runs, and can only help one in an unknown stage.
        (Verb.WAKE, [RUNNING, UNKNOWN]),
        (Verb.RESTART, [ASLEEP]),
        (Verb.REBUILD, [ASLEEP]),
        (Verb.RESTART, []),
    ],
)
def test_act_that_interrupts_and_costs_nothing_needs_no_confirmation(
    verb: Verb, spaces: Sequence[Space]
) -> None:
    assert assess(verb, spaces) is None


@pytest.mark.parametrize(
    ("verb", "spaces", "interrupts", "unknown", "paid"),
    [
        (Verb.RESTART, [RUNNING, ASLEEP], True, 0, 0),
        (Verb.REBUILD, [RUNNING], True, 0, 0),
        # A pause keeps a sleeping Space down, too; it starts no hardware.
        (Verb.PAUSE, [ASLEEP], True, 0, 0),
        (Verb.PAUSE, [PAID, UNKNOWN], True, 0, 0),
        (Verb.RESTART, [UNKNOWN], False, 1, 0),
        (Verb.WAKE, [PAID, ASLEEP], False, 0, 1),
        (Verb.RESTART, [RUNNING, UNKNOWN, PAID], True, 1, 1),
    ],
)
def test_act_that_interrupts_or_costs_needs_a_confirmation(
    verb: Verb, spaces: Sequence[Space], *, interrupts: bool, unknown: int, paid: int
) -> None:
    risk = assess(verb, spaces)

    assert risk
    assert (risk.is_interruption, len(risk.unknown), len(risk.paid)) == (interrupts, unknown, paid)


@pytest.mark.parametrize(
    ("spaces", "price", "expected"),
    [([ASLEEP], 0.0, False), ([RUNNING, ASLEEP], 0.0, True), ([ASLEEP], 0.4, True)],
)
def test_move_to_other_hardware_needs_a_confirmation_if_it_interrupts_or_costs(
    spaces: Sequence[Space], price: float, *, expected: bool
) -> None:
    flavor = Flavor("some", "Some", dollars_per_hour=price)

    assert needs_confirmation(flavor, spaces) is expected
