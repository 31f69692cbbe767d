"""Checks the Hub token and its rights on each owner."""

from collections.abc import Iterator

from bot.errors import HubError
from bot.hub import Hub
from bot.hub_facts import FREE_PLAN, Account
from bot.model import CheckResult
from bot.settings import Settings

# The roles of tokens, as Hugging Face's pages call them.
_ROLES = {"fineGrained": "fine-grained"}
_FREE = "free, so Hugging Face refuses new Gradio and Docker Spaces; static ones are free"


def check(hub: Hub, settings: Settings) -> Iterator[CheckResult]:
    """Yield the checks of the token, its rights on each owner and the listing.

    Raises:
        HubError: The Hub rejected a call or didn't answer.
    """
    account = hub.whoami()
    role = _ROLES.get(account.token_role, account.token_role)
    yield CheckResult(
        "Hugging Face token", _token_kind(account), f"{role} token of {account.name}".strip()
    )
    for owner in settings.owners:
        yield CheckResult(f"rights on {owner}", permission_problem(account, owner), "can write")
        yield _check_plan(hub, owner)
        yield CheckResult(f"Spaces of {owner}", detail=str(len(hub.fleet(owner))))


def _check_plan(hub: Hub, owner: str) -> CheckResult:
    """Return the plan of *owner*, with what it doesn't include."""
    try:
        plan = hub.plan(owner)
    except HubError:
        return CheckResult(f"plan of {owner}", detail="couldn't be read", unknown=True)
    return CheckResult(f"plan of {owner}", detail=_FREE if plan == FREE_PLAN else plan)


def _token_kind(account: Account) -> str:
    if account.token_kind not in ("", "access_token"):
        return (
            f"is a {account.token_kind}, which can't restart a Space. "
            "Create a personal access token with write access at hf.co/settings/tokens."
        )
    if account.token_role == "read":  # noqa: S105 - a role, not a token
        return "can only read. Create one with write access at hf.co/settings/tokens."
    return ""


def permission_problem(account: Account, owner: str) -> str:
    """Return why the token can't write to *owner*, with the fix; "" if it can."""
    if account.token_role == "fineGrained":  # noqa: S105 - a role, not a token
        has_access = any(entity.split("/")[0] == owner for entity in account.writes_to)
        return "" if has_access else f"can't write to {owner}. Give the token repo.write on it."
    namespaces = (account.name, *account.orgs)
    if owner in namespaces:
        return ""
    if spelling := next((name for name in namespaces if name.casefold() == owner.casefold()), ""):
        return f"is spelled {spelling} on Hugging Face. Change SPACEBOT_OWNER to that."
    return f"{account.name} isn't a member of {owner}. Use a member's token."
