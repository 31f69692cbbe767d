"""The Hub's token, and what it may do for each owner."""

from collections.abc import Iterator

from bot.hub import Hub
from bot.model import Account, Finding
from bot.settings import Settings


def check(hub: Hub, settings: Settings) -> Iterator[Finding]:
    account = hub.whoami()
    yield Finding("Hub token", _kind(account), f"{account.token_role} token of {account.name}")
    for owner in settings.owners:
        yield Finding(f"Hub rights on {owner}", rights(account, owner), "may write")
        yield Finding(f"Spaces of {owner}", detail=str(len(hub.fleet(owner))))


def _kind(account: Account) -> str:
    if account.token_kind not in ("", "access_token"):
        return (
            f"is a {account.token_kind}, which may not restart a Space. "
            "Make a personal access token with write access at hf.co/settings/tokens."
        )
    if account.token_role == "read":  # noqa: S105 - a role, not a token
        return "may only read. Make one with write access at hf.co/settings/tokens."
    return ""


def rights(account: Account, owner: str) -> str:
    """Return what is wrong with the token for *owner*, and the way out; nothing if it will do."""
    if account.token_role == "fineGrained":  # noqa: S105 - a role, not a token
        named = any(entity.split("/")[0] == owner for entity in account.writes_to)
        return "" if named else f"may not write to {owner}. Give the token repo.write on it."
    ours = (account.name, *account.orgs)
    if owner in ours:
        return ""
    if spelled := next((o for o in ours if o.casefold() == owner.casefold()), ""):
        return f"is spelled {spelled} by the Hub. Write it so in SPACEBOT_OWNER."
    return f"{account.name} is not a member of {owner}. Use a token of somebody who is."
