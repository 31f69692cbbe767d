"""The world of the stories: a Hub that renames Spaces and leaves things out."""

from collections.abc import Callable

from bot.errors import HubUnavailable
from bot.model import Space
from tests.fakes import FakeHub


class StoryHub(FakeHub):
    """`moved` answers under the new name, `unanswered` names the questions that get no answer.

    A question is named by its kind ("space"), or whole ("space acme/team-a"). `meanwhile` is what
    happens once, while the log of a Space ("acme/team-a") is on its way.
    """

    def __init__(self) -> None:
        super().__init__()
        self.renames: dict[str, str] = {}
        self.unanswered: set[str] = set()
        self.during_log_read: dict[str, Callable[[], object]] = {}

    def space(self, id: str) -> Space:
        known = id in self.spaces  # a new Space under an old name is that Space
        return super().space(id if known else self.renames.get(id, id))

    def fleet(self, owner: str) -> list[Space]:
        if owner in self.unanswered:
            raise HubUnavailable(f"The Hub does not list {owner}.")
        return super().fleet(owner)

    def logs(
        self, id: str, *, build: bool = False, seconds: float = 8.0, lines: int = 200
    ) -> tuple[str, ...]:
        answer = super().logs(id, build=build, seconds=seconds, lines=lines)
        self.during_log_read.pop(id, lambda: None)()
        return answer

    def _record_call(self, what: str) -> None:
        super()._record_call(what)
        if self.unanswered & {what, what.split(maxsplit=1)[0]}:
            raise HubUnavailable("The Hub does not answer that.")
