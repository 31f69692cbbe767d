"""The errors of the simulated Slack."""

from collections.abc import Sequence
from typing import Any


class SlackError(Exception):
    """An error response of the Web API: `{"ok": false, "error": code}` and more fields."""

    def __init__(self, code: str, messages: Sequence[str] = (), **extra: Any) -> None:
        super().__init__(code)
        self.code = code
        self.messages = tuple(messages)
        self.extra = extra

    def body(self) -> dict[str, Any]:
        """Return the body of the response."""
        body: dict[str, Any] = {"ok": False, "error": self.code, **self.extra}
        if self.messages:
            body["errors"] = list(self.messages)
            body["response_metadata"] = {"messages": [f"[ERROR] {m}" for m in self.messages]}
        return body


class InvalidAction(Exception):
    """A person tried something impossible on the page. The page shows the message."""
