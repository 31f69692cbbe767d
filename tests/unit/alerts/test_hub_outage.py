"""Hub outages: start, announcement and end."""

from dataclasses import replace

from bot.alerts import hub_outage
from bot.alerts.hub_outage import HubOutage
from tests.unit.alerts.samples import AGO, NOW


def test_outage_is_announced_at_the_second_failure() -> None:
    one = hub_outage.update(None, {"acme": "down"}, AGO[1])
    assert one == HubOutage(AGO[1], {"acme": "down"})
    two = hub_outage.update(one, {"acme": "down"}, NOW)
    assert two
    assert two.announced
    assert two.since == AGO[1]
    over = hub_outage.update(two, {}, NOW)
    assert over
    assert over.ended_at == NOW
    assert hub_outage.from_json(hub_outage.to_json(two)) == HubOutage(
        AGO[1], {"acme": "down"}, announced=True
    )


def test_outage_returning_soon_reuses_its_card() -> None:
    over = HubOutage(AGO[130], {"acme": "down"}, announced=True, ended_at=AGO[26])
    assert hub_outage.update(over, {}, NOW) == over
    again = hub_outage.update(over, {"acme": "down"}, NOW)
    assert again
    assert (again.since, again.started_at, again.occurrences, again.announced) == (
        NOW,
        AGO[130],
        2,
        True,
    )
    assert hub_outage.from_json(hub_outage.to_json(again)) == again
    old = replace(over, ended_at=AGO[31])
    assert hub_outage.update(old, {}, NOW) is None
    assert hub_outage.update(old, {"acme": "down"}, NOW) == HubOutage(NOW, {"acme": "down"})


def test_a_rate_limit_is_known_as_long_as_nothing_else_fails() -> None:
    one = hub_outage.update(None, {"acme": "limited"}, AGO[1], NOW)
    two = hub_outage.update(one, {"acme": "limited"}, NOW, NOW)
    assert two
    assert two.limited_until == NOW
    assert hub_outage.from_json(hub_outage.to_json(two)) == two
    over = hub_outage.update(two, {}, NOW)
    assert over
    assert over.limited_until == NOW
    down = hub_outage.update(two, {"acme": "down"}, NOW)
    assert down
    assert down.limited_until is None


def test_single_failure_is_forgotten() -> None:
    assert hub_outage.update(HubOutage(AGO[1], {"acme": "down"}), {}, NOW) is None


def test_success_without_failures_is_no_outage() -> None:
    assert hub_outage.update(None, {}, NOW) is None
