"""The tokens of the simulated Hub, their permissions and their `whoami` response."""

from dataclasses import dataclass
from typing import Any, Literal

from bot.sandbox.hub.errors import HubHttpError, forbidden, not_authenticated

CREATED = "2026-09-01T08:00:00.000Z"

#: Calls on which a login token (OAuth) gets 401, while reads and pause work.
CLOSED_TO_LOGIN_TOKENS = ("restart", "sleeptime", "hardware")


@dataclass(frozen=True, slots=True)
class Token:
    """One bearer token with its owner, kind and role."""

    user: str = "course-lead"
    role: Literal["read", "write", "fineGrained"] = "write"
    kind: Literal["access_token", "oauth"] = "access_token"
    name: str = "spacebot"


TOKENS = {
    "hf_sandbox": Token(),
    "hf_read": Token(role="read", name="reader"),
    "hf_fine": Token(role="fineGrained", name="fleet only"),
    "hf_oauth": Token(kind="oauth", name="login"),
}


def parse_bearer(header: str) -> str | None:
    """Return the token in an Authorization header, or None."""
    scheme, _, value = header.partition(" ")
    return value.strip() if scheme.lower() == "bearer" and value.strip() else None


def authorize(
    token: Token | None, *, has_token: bool, call: str, is_write: bool, is_repo: bool
) -> None:
    """Check that *token* allows the call. Without a token only reads are allowed.

    Raises:
        HubHttpError: with status 401 or 403.
    """
    if token is None and (has_token or is_write):
        raise not_authenticated(is_repo=is_repo)
    if token is None or not is_write:
        return
    if token.kind == "oauth" and call in CLOSED_TO_LOGIN_TOKENS:
        raise not_authenticated(is_repo=True)
    if token.role == "read":
        raise forbidden("Forbidden: this token has the role read; the call needs write access.")


def whoami(token: Token | None, owners: frozenset[str]) -> dict[str, Any]:
    """Return the `whoami` response: the token's owner, organizations and permissions."""
    if token is None:
        raise HubHttpError(401, "Invalid username or password.")
    orgs = [_org(name) for name in sorted(owners - {token.user})]
    return {
        "type": "user",
        "id": "66d400000000000000000001",
        "name": token.user,
        "fullname": "Course lead",
        "canPay": True,
        "billingMode": "prepaid",
        "isPro": True,
        "orgs": orgs,
        "auth": _auth(token, orgs),
    }


def _org(name: str) -> dict[str, Any]:
    return {
        "type": "org",
        "id": "66d400000000000000000002",
        "name": name,
        "fullname": name,
        "isEnterprise": False,
        "canPay": True,
        "roleInOrg": "admin",
    }


def _auth(token: Token, orgs: list[dict[str, Any]]) -> dict[str, Any]:
    if token.kind == "oauth":
        return {"type": "oauth", "createdAt": CREATED}
    access: dict[str, Any] = {
        "displayName": token.name,
        "role": token.role,
        "createdAt": CREATED,
    }
    if token.role == "fineGrained":
        access["fineGrained"] = {
            "canReadGatedRepos": False,
            "global": [],
            "scoped": [_scope(org) for org in orgs],
        }
    return {"type": "access_token", "accessToken": access}


def _scope(org: dict[str, Any]) -> dict[str, Any]:
    entity = {"_id": org["id"], "type": "org", "name": org["name"]}
    return {"entity": entity, "permissions": ["repo.content.read", "repo.write"]}
