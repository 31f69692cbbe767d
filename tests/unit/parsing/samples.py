"""Helpers of the tests in this folder."""

import pytest
from hypothesis import settings

from bot.errors import UsageError
from bot.model import Space
from bot.parsing import NameIndex, select, tokenize

STAGES = {
    "team-1": "RUNNING",
    "team-2": "SLEEPING",
    "team-3": "RUNTIME_ERROR",
    "team-10": "STOPPED",
    "team-alpha": "PAUSED",
    "team-a": "BUILDING",
    "team-c": "RUNNING_BUILDING",
    "demo": "DREAMING",
    "all": "SLEEPING",
    "paused": "RUNNING",
    "alps-1-2": "APP_STARTING",
    "v1.io": "DELETING",
}


FLEET = {
    f"acme/if-{name}": Space(f"acme/if-{name}", stage, host=f"https://acme-{name}.hf.space")
    for name, stage in STAGES.items()
} | {"beta/if-demo": Space("beta/if-demo", "SLEEPING")}


NAMES = NameIndex.of(FLEET, "if-")


def select_names(text: str, *, acting: bool = True) -> str:
    """Select what *text* names, and return it shortened, each `acme/if-` cut away."""
    ids = select(tokenize(text), FLEET, NAMES, acting=acting)
    return " ".join(id.removeprefix("acme/if-") for id in ids)


def refusal(text: str, *, acting: bool = True) -> UsageError:
    with pytest.raises(UsageError) as caught:
        select(tokenize(text), FLEET, NAMES, acting=acting)
    return caught.value


without_deadline = settings(deadline=None)  # the machine may be busy with others' tests
