"""The cache: values for five minutes, and stale ones only while Slack is unavailable."""

import pytest

from bot.errors import SlackError, SlackUnavailable
from bot.slack.directory import TTL_SECONDS, StaleOnErrorCache


class Source:
    """Values that the test sets, with the keys that were fetched and a clock."""

    def __init__(self) -> None:
        self.now = 0.0
        self.value: str | Exception = "first"
        self.fetched: list[str] = []

    def fetch(self, key: str) -> str:
        self.fetched.append(key)
        if isinstance(self.value, Exception):
            raise self.value
        return f"{self.value} {key}"

    def cache(self, size: int = 1000) -> StaleOnErrorCache[str]:
        return StaleOnErrorCache(self.fetch, size=size, clock=lambda: self.now)


@pytest.mark.parametrize(("age", "value"), [(TTL_SECONDS - 1, "first"), (TTL_SECONDS, "second")])
def test_a_value_is_fetched_again_after_its_time(age: float, value: str) -> None:
    source = Source()
    cache = source.cache()
    cache("U1")
    source.now, source.value = age, "second"

    assert cache("U1") == f"{value} U1"


@pytest.mark.parametrize(
    ("error", "is_served"),
    [(SlackUnavailable("Slack does not answer."), True), (SlackError("No."), False)],
)
def test_a_stale_value_is_served_only_while_slack_is_unavailable(
    error: SlackError, *, is_served: bool
) -> None:
    source = Source()
    cache = source.cache()
    cache("U1")
    source.now, source.value = 10 * TTL_SECONDS, error

    if is_served:
        assert cache("U1") == "first U1"
    else:
        with pytest.raises(SlackError):
            cache("U1")


def test_an_unknown_key_needs_slack() -> None:
    source = Source()
    source.value = SlackUnavailable("Slack does not answer.")

    with pytest.raises(SlackUnavailable):
        source.cache()("U1")


def test_the_oldest_value_is_evicted_first() -> None:
    source = Source()
    cache = source.cache(size=2)
    for key in ("U1", "U2", "U3", "U2", "U1"):
        cache(key)

    assert source.fetched == ["U1", "U2", "U3", "U1"]
