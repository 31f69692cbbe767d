"""What the Hub says no with: one exception, and the sentences that have been seen on the wire."""

from collections.abc import Mapping


class Refused(Exception):
    """The Hub answers with this status and these words; nothing was changed."""

    def __init__(
        self,
        status: int,
        message: str,
        *,
        code: str | None = None,
        extra: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.code = code
        self.extra = dict(extra or {})
        self.headers = dict(headers or {})


def not_found() -> Refused:
    """Say that a repo is missing, or that this caller may not know that it exists."""
    return Refused(404, "Repository not found", code="RepoNotFound")


def not_authenticated(*, repo: bool) -> Refused:
    """
    Say that the token is missing or wrong.

    The client maps a bare 401 on a repo to "not found", but for https addresses only;
    the code makes it do so on a local http address too.
    """
    code = "RepoNotFound" if repo else None
    return Refused(401, "Invalid username or password.", code=code)


def forbidden(message: str) -> Refused:
    return Refused(403, message)


def exists(url: str) -> Refused:
    return Refused(409, "You already created this space repo", extra={"url": url})


def too_many(wait: int) -> Refused:
    words = f"We had to rate limit you, retry in {wait} seconds."
    return Refused(429, words)
