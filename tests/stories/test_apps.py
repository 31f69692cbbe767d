"""Stories about apps that run but don't answer."""

from bot.health.check import HealthCheck, StoredCheck
from bot.health.record import HealthRecord
from bot.health.verdict import ProbeProblem, Verdict
from bot.store import Store, health
from tests.fakes import FakeHub, FakeProber
from tests.stories.scenario import Story


def watch_all(story: Story, store: Store) -> None:
    """Probe every Space all the time."""
    check = HealthCheck(is_continuous=True)
    with store.transaction() as tx:
        health.set_check(tx, StoredCheck(("all",), check, "UTA", story.clock()))


def test_app_that_stops_answering_gets_a_card_and_recovers(story: Story, store: Store) -> None:
    story.begin(team_a="RUNNING", team_b="RUNNING")
    watch_all(story, store)
    story.app("team-a", 502).probe(minutes=7)
    story.expect_card("team-a", "running, but not answering", buttons="restart team-a logs team-a")
    story.expect_card("team-a", "502 at /").expect_pings(1)

    story.app("team-a").probe(minutes=3)
    story.expect_card("team-a", "recovered").expect_reply("recovered")


def test_one_bad_answer_is_no_incident(story: Story, store: Store, prober: FakeProber) -> None:
    story.begin(team_a="RUNNING")
    watch_all(story, store)
    story.app("team-a", 502)
    while not prober.probes:
        story.probe(seconds=5)
    story.app("team-a").probe(minutes=10)

    story.expect_cards(0)


def test_restart_without_an_answer_does_not_resolve(
    story: Story, store: Store, hub: FakeHub
) -> None:
    story.begin(team_a="RUNNING")
    watch_all(story, store)
    story.app("team-a", 502).probe(minutes=7)
    story.stage("team-a", "BUILDING").sweep().expect_card("team-a", "building (was not answering)")
    story.stage("team-a", "RUNNING").sweep()
    story.expect_card("team-a", "running, but not answering").expect_no_reply()

    story.app("team-a").probe(minutes=3).expect_card("team-a", "recovered")


def test_crash_that_ends_with_a_dead_app_is_noticed(story: Story, prober: FakeProber) -> None:
    """The end of an incident probes the app once, even without a continuous probe."""
    story.begin(team_a="RUNNING", team_b="RUNNING")
    story.stage("team-a", "RUNTIME_ERROR", "boom").sweep()
    story.app("team-a", 502).stage("team-a", "RUNNING").sweep().expect_card("team-a", "recovered")
    story.probe(minutes=3)

    cards = [text for text in story.texts if "not answering" in text]
    assert len(cards) == 1
    assert set(prober.probes) == {"acme/team-a"}


def test_nothing_is_probed_without_a_reason(story: Story, prober: FakeProber) -> None:
    story.begin(team_a="RUNNING", team_b="SLEEPING")
    story.probe(minutes=10).sweep().probe(minutes=10)

    assert prober.probes == []


def test_sleeping_space_is_never_probed(story: Story, store: Store, prober: FakeProber) -> None:
    story.begin(team_a="SLEEPING", team_b="PAUSED", team_c="RUNTIME_ERROR")
    watch_all(story, store)
    story.probe(minutes=10)

    assert prober.probes == []


def test_apps_that_are_down_together_share_a_card(story: Story, store: Store) -> None:
    names = [f"team-{n}" for n in range(1, 6)]
    story.begin(**{name.replace("-", "_"): "RUNNING" for name in names})
    with store.transaction() as tx:
        for name in names:
            bad = Verdict(ProbeProblem.STATUS, 502)
            at = story.clock()
            health.save(tx, HealthRecord(f"acme/{name}", at, bad, at, 3, is_down=True))
    story.probe(seconds=5)

    story.expect_cards(1).expect_card("5 Spaces not answering", "not answering")
    story.expect_card("5 Spaces not answering · 5/5 running, 5 of them not answering")
    story.expect_card("5 Spaces", buttons="restart team-1..5 status team-1..5")


def test_lagging_commit_is_stuck(story: Story) -> None:
    story.begin(team_a="RUNNING")
    story.hub.put("acme/team-a", "RUNNING", sha="1" * 40, head="2" * 40)
    story.after(minutes=24).expect_cards(0)
    story.after(minutes=3).expect_card("team-a", "its newest commit isn't served")

    story.hub.put("acme/team-a", "RUNNING", sha="2" * 40, head="2" * 40)
    story.sweep().expect_card("team-a", "recovered")
