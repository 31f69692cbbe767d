"""Checks of the Hub: rights on an owner."""

import pytest

from bot import diagnostics
from bot.hub_facts import Account


@pytest.mark.parametrize(
    ("owner", "account", "wrong"),
    [
        ("acme", Account("ana", orgs=("acme",)), ""),
        ("ana", Account("ana"), ""),
        (
            "Acme",
            Account("ana", orgs=("acme",)),
            "is spelled acme on Hugging Face. Change SPACEBOT_OWNER to that.",
        ),
        (
            "else",
            Account("ana", orgs=("acme",)),
            "ana isn't a member of else. Use a member's token.",
        ),
        ("acme", Account("ana", token_role="fineGrained", writes_to=("acme/team-a",)), ""),
        (
            "acme",
            Account("ana", orgs=("acme",), token_role="fineGrained"),
            "can't write to acme. Give the token repo.write on it.",
        ),
    ],
)
def test_rights_on_an_owner(owner: str, account: Account, wrong: str) -> None:
    assert diagnostics.permission_problem(account, owner) == wrong
