"""The Hub's error responses, with messages recorded from the real Hub."""

from collections.abc import Mapping


class HubHttpError(Exception):
    """An error response of the Hub. The call changed nothing."""

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
    """Return the error for a repo that doesn't exist or isn't visible to the caller."""
    return HubHttpError(404, "Repository not found", code="RepoNotFound")


def not_authenticated(*, is_repo: bool) -> HubHttpError:
    """Return the error for a missing or wrong token.

    huggingface_hub maps a bare 401 on a repo to "not found" only for https URLs. The code makes
    it do the same for the sandbox's http URL.
    """
    code = "RepoNotFound" if is_repo else None
    return HubHttpError(401, "Invalid username or password.", code=code)


def forbidden(message: str) -> HubHttpError:
    """Return the error for a token without permission."""
    return HubHttpError(403, message)


def already_exists(url: str) -> HubHttpError:
    """Return the error for the creation of an existing repo."""
    return HubHttpError(409, "You already created this space repo", extra={"url": url})


def rate_limited(seconds: int) -> HubHttpError:
    """Return the error for a used-up rate limit."""
    text = f"We had to rate limit you, retry in {seconds} seconds."
    return HubHttpError(429, text)
