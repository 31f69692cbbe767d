"""Checks of the Hub: rights on an owner."""

import pytest

from bot import diagnostics
from bot.diagnostics import hub
from bot.hub_facts import Account
from bot.sandbox.hub.seed import classroom
from bot.settings import Settings
from tests.fakes import FakeClock
from tests.unit.service.sandbox_hub import serve


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


@pytest.mark.parametrize(
    ("token", "plan", "lines"),
    [
        (
            "hf_fine",
            "enterprise",
            [
                "ok  Hugging Face token: fine-grained token of course-lead",
                "ok  plan of ifcore-org: enterprise",
            ],
        ),
        (
            "hf_sandbox",
            "free",
            [
                "ok  Hugging Face token: write token of course-lead",
                (
                    "ok  plan of ifcore-org: free, so Hugging Face refuses new Gradio and Docker "
                    "Spaces; static ones are free"
                ),
            ],
        ),
    ],
)
def test_kind_of_the_token_and_plan_of_the_owner_are_named(
    clock: FakeClock, settings: Settings, token: str, plan: str, lines: list[str]
) -> None:
    world = classroom(spaces=1)
    world.plans["ifcore-org"] = plan
    owned = settings.model_copy(update={"owners": ("ifcore-org",)})
    with serve(world, clock, token) as served:
        found = [result.line for result in hub.check(served, owned)]

    assert [line for line in found if "token" in line or "plan" in line] == lines
