"""What the Hub says no with: one exception, and the sentences that have been seen on the wire."""

from collections.abc import Mapping


class HubHttpError(Exception):
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


def not_found() -> HubHttpError:
    """Say that a repo is missing, or that this caller may not know that it exists."""
    return HubHttpError(404, "Repository not found", code="RepoNotFound")


def not_authenticated(*, is_repo: bool) -> HubHttpError:
    """
    Say that the token is missing or wrong.

    The client maps a bare 401 on a repo to "not found", but for https addresses only;
    the code makes it do so on a local http address too.
    """
    code = "RepoNotFound" if is_repo else None
    return HubHttpError(401, "Invalid username or password.", code=code)


def forbidden(message: str) -> HubHttpError:
    return HubHttpError(403, message)


def already_exists(url: str) -> HubHttpError:
    return HubHttpError(409, "You already created this space repo", extra={"url": url})


def rate_limited(seconds: int) -> HubHttpError:
    text = f"We had to rate limit you, retry in {seconds} seconds."
    return HubHttpError(429, text)
