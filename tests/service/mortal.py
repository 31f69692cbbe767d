"""A bot that dies at one chosen moment: at a call of the Hub, or at a commit."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any, TypeVar

from bot.service import Bot
from bot.service.lookout import Lookout
from bot.service.sends import Sends
from bot.store import Store, Tx
from tests.fakes import FakeHub, FakeSlack, Inline

T = TypeVar("T")


class Death(BaseException):
    """The process is gone, as after kill -9."""


class Fate:
    """Ends the process at one of the moments that it passes."""

    def __init__(self, at: int) -> None:
        self._left = at

    def __call__(self) -> None:
        self._left -= 1
        if self._left == -1:
            raise Death

    @property
    def struck(self) -> bool:
        """Whether that moment has come."""
        return self._left < 0


class MortalHub:
    """A hub whose every call has two moments: before it leaves, and before its answer is heard."""

    def __init__(self, hub: Any, fate: Fate) -> None:
        self._hub, self._fate = hub, fate

    def __getattr__(self, name: str) -> Callable[..., Any]:
        call = getattr(self._hub, name)

        def mortal(*args: Any, **values: Any) -> Any:
            self._fate()
            answer = call(*args, **values)
            self._fate()
            return answer

        return mortal


class MortalStore:
    """A store whose every transaction has two moments: before it begins, and once it is kept."""

    def __init__(self, store: Store, fate: Fate) -> None:
        self._store, self._fate = store, fate

    @contextmanager
    def transaction(self) -> Iterator[Tx]:
        self._fate()
        with self._store.transaction() as tx:
            yield tx
        self._fate()

    def together(self, do: Callable[[Tx], T]) -> T:
        self._fate()
        done = self._store.together(do)
        self._fate()
        return done

    leading_together = together


def mortal(bot: Bot, fate: Fate) -> Bot:
    """Return the bot as one that *fate* may end."""
    hub: Any = MortalHub(bot.hub, fate)
    store: Any = MortalStore(bot.store, fate)
    lookout = Lookout(hub, bot.settings.owners, bot.now)
    return replace(bot, hub=hub, store=store, lookout=lookout, sends=Sends(Inline()))


def moved(bot: Bot, hub: FakeHub, store: Store) -> Bot:
    """Move the bot to another world. It leads there: the database is a copy of its own."""
    lookout = Lookout(hub, ("acme",), bot.now)
    return replace(bot, hub=hub, slack=FakeSlack(), store=store, lookout=lookout)
