"""The Hub of the stories: it leaves calls unanswered."""

from bot.errors import HubUnavailable
from bot.model import Space
from tests.fakes import FakeHub


class StoryHub(FakeHub):
    """`unanswered` holds calls that get no answer, by kind ("space") or whole ("space acme/a")."""

    def __init__(self) -> None:
        super().__init__()
        self.unanswered: set[str] = set()

    def fleet(self, owner: str) -> list[Space]:
        if owner in self.unanswered:
            raise HubUnavailable(f"The Hub does not list {owner}.")
        return super().fleet(owner)

    def _record_call(self, what: str) -> None:
        super()._record_call(what)
        if self.unanswered & {what, what.split(maxsplit=1)[0]}:
            raise HubUnavailable("Hugging Face isn't responding that.")
