"""`watch`, `unwatch` and `watches`: routes of a channel, by problem and target."""

import pytest

from bot.alerts.actions import AddWatch, RemoveWatch, WatchesQuery
from bot.alerts.routing import Watch
from bot.results import Fetch
from tests.unit.commands.samples import rejection, run


@pytest.mark.parametrize(
    ("text", "targets", "kinds"),
    [
        ("watch", (), ("error", "asleep")),
        ("watch all", (), ("error", "asleep")),
        ("watch error", (), ("error",)),
        ("watch error team-*", ("team-*",), ("error",)),
        # A kind has one word in messages, whichever of its words was typed.
        ("watch Error Sleeping stopped team-a", ("team-a",), ("error", "asleep")),
        ("watch broken gone team-a", ("team-a",), ("failed", "missing")),
    ],
)
def test_watch_routes_problems_of_targets_to_its_channel(
    text: str, targets: tuple[str, ...], kinds: tuple[str, ...]
) -> None:
    assert run(text) == AddWatch(Watch("C1", targets, kinds, "UTA"))


@pytest.mark.parametrize("text", ["watch nobody", "watch error tem-a"])
def test_a_watch_of_no_space_is_rejected(text: str) -> None:
    rejection(text)


@pytest.mark.parametrize(
    ("text", "targets"),
    [("unwatch", None), ("unwatch team-*", ("team-*",)), ("unwatch error all", ())],
)
def test_unwatch_removes_all_watches_only_without_words(
    text: str, targets: tuple[str, ...] | None
) -> None:
    assert run(text) == RemoveWatch("C1", targets)


@pytest.mark.parametrize(("text", "channel"), [("watches", "C1"), ("watches all", None)])
def test_watches_lists_this_channel_or_all(text: str, channel: str | None) -> None:
    answer = run(text)

    assert isinstance(answer, Fetch)
    assert answer.query == WatchesQuery(channel)
