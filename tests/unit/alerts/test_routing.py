"""Routing: which channels receive which problem."""

from bot.alerts.problems import ProblemKind
from bot.alerts.routing import Route, RoutingTable


def test_each_channel_receives_a_problem_once() -> None:
    broken, asleep = frozenset({ProblemKind.FAILED}), frozenset({ProblemKind.ASLEEP})
    receivers = RoutingTable.of(
        [Route("C1", broken), Route("C2", broken, frozenset({"a"})), Route("C1", asleep)]
    )
    assert receivers.receivers("a", ProblemKind.FAILED) == ("C1", "C2")
    assert receivers.receivers("b", ProblemKind.FAILED) == ("C1",)
    assert not receivers.is_routed("a", ProblemKind.MISSING)
    assert receivers.spaces_of("C2", ["a", "b"]) == ["a"]
