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
            "is spelled acme by the Hub. Write it so in SPACEBOT_OWNER.",
        ),
        (
            "else",
            Account("ana", orgs=("acme",)),
            "ana is not a member of else. Use a token of somebody who is.",
        ),
        ("acme", Account("ana", token_role="fineGrained", writes_to=("acme/team-a",)), ""),
        (
            "acme",
            Account("ana", orgs=("acme",), token_role="fineGrained"),
            "may not write to acme. Give the token repo.write on it.",
        ),
    ],
)
def test_rights_on_an_owner(owner: str, account: Account, wrong: str) -> None:
    assert diagnostics.permission_problem(account, owner) == wrong
