"""A class is made once, whenever the process dies: at every call and every commit on the way."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from itertools import count
from pathlib import Path
from shutil import copyfile
from typing import Any

import pytest

from bot.model import Ask
from bot.service import Bot
from bot.service.lookout import Lookout
from bot.service.sends import Sends
from bot.store import Store, Tx
from tests.conftest import MakeBot
from tests.fakes import FakeClock, FakeHub, FakeSlack, Inline

VALUE = "sk-swordfish-0123456789"
ENVIRON = {"SPACEBOT_TEMPLATE": "acme/template", "SPACEBOT_SECRET_API_KEY": VALUE}


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


def mortal(bot: Bot, fate: Fate) -> Bot:
    hub: Any = MortalHub(bot.hub, fate)
    store: Any = MortalStore(bot.store, fate)
    lookout = Lookout(hub, bot.settings.owners, bot.now)
    return replace(bot, hub=hub, store=store, lookout=lookout, sends=Sends(Inline()))


def begin(bot: Bot, text: str) -> None:
    bot.ask(Ask(text, "ULEAD", "C1", key="ask"))
    bot.ask(Ask("confirm 1", "ULEAD", "C1", key="yes"))


def go_on(bot: Bot, clock: FakeClock, rounds: int) -> None:
    for _ in range(rounds):
        clock.tick(seconds=20)
        bot.advance()
        bot.deliver()


def dies(bot: Bot, clock: FakeClock, at: int) -> bool:
    """Let the bot work until it dies at that moment; return whether there was such a moment."""
    dying = mortal(bot, Fate(at))
    try:
        for _ in range(3):
            clock.tick(seconds=6)
            dying.advance()
    except Death:
        return True
    return False


def class_of_two() -> FakeHub:
    """One team has its Space already, which lacks everything."""
    hub = FakeHub(template="PAUSED", team_2="RUNNING")
    hub.after_making = "BUILDING"
    return hub


def moved(bot: Bot, hub: FakeHub, store: Store) -> Bot:
    """Move the bot to another world. It leads there: the database is a copy of its own."""
    lookout = Lookout(hub, ("acme",), bot.now)
    return replace(bot, hub=hub, slack=FakeSlack(), store=store, lookout=lookout)


def died_and_went_on(bot: Bot, hub: FakeHub, clock: FakeClock, at: int, text: str) -> bool:
    """Begin, die at that moment, start again, and go on until all is over."""
    begin(bot, text)
    died = dies(bot, clock, at)
    go_on(bot, clock, 4)
    hub.put("acme/team-1", "RUNNING")
    go_on(bot, clock, 2)
    return died


@pytest.mark.parametrize(
    ("text", "made", "ending"),
    [
        ("provision team-1..2", "duplicate", "Provision: "),
        ("create team-1", "create", "Create: 1 of 1 made"),
    ],
)
def test_finished_and_none_twice_whenever_it_dies(
    tmp_path: Path, make_bot: MakeBot, clock: FakeClock, text: str, made: str, ending: str
) -> None:
    template = make_bot(**ENVIRON)
    for at in count():
        hub = class_of_two()
        copyfile(tmp_path / "bot.db", tmp_path / f"{at}.db")
        store = Store(f"sqlite:///{tmp_path}/{at}.db")
        bot = moved(template, hub, store)
        died = died_and_went_on(bot, hub, clock, at, text)
        store.close()

        (card,) = bot.slack.cards  # type: ignore[attr-defined]
        assert card.text.startswith(ending), f"dead at moment {at}"
        assert "problem" not in card.text, f"dead at moment {at}"
        assert hub.sent.count((made, "acme/team-1")) == 1, f"dead at moment {at}"
        if made == "duplicate":
            assert_complete(hub, at)
        if not died:
            break
    assert at > 10, "there are more moments than that"


def assert_complete(hub: FakeHub, at: int) -> None:
    for team in ("team-1", "team-2"):
        assert hub.secret_values[f"acme/{team}"] == {"API_KEY": VALUE}, f"dead at moment {at}"
        assert hub.variable_values[f"acme/{team}"] == {"TEAM_NAME": team}, f"dead at moment {at}"
    assert hub.sent.count(("set_secret API_KEY", "acme/team-2")) == 1, f"dead at moment {at}"
