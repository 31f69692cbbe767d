"""What the sandbox's Slack refuses, in Slack's own words."""

from collections.abc import Sequence
from typing import Any


class SlackError(Exception):
    """A Web API refusal: `{"ok": false, "error": code}` and what Slack says beside it."""

    def __init__(self, code: str, messages: Sequence[str] = (), **beside: Any) -> None:
        super().__init__(code)
        self.code = code
        self.messages = tuple(messages)
        self.extra = beside

    def body(self) -> dict[str, Any]:
        body: dict[str, Any] = {"ok": False, "error": self.code, **self.extra}
        if self.messages:
            body["errors"] = list(self.messages)
            body["response_metadata"] = {"messages": [f"[ERROR] {m}" for m in self.messages]}
        return body


class InvalidAction(Exception):
    """A person asked the page for something impossible; the sentence is shown to them."""
