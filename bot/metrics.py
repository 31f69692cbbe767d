"""The bot's Prometheus metrics, which `/metrics` exposes."""

from collections import Counter as Counted
from collections.abc import Iterable, Mapping

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector

REGISTRY = CollectorRegistry()
ProcessCollector(namespace="spacebot", registry=REGISTRY)


def _counter(name: str, help: str, *labels: str) -> Counter:
    return Counter(name, help, labels, namespace="spacebot", registry=REGISTRY)


def _gauge(name: str, help: str, *labels: str) -> Gauge:
    return Gauge(name, help, labels, namespace="spacebot", registry=REGISTRY)


def _histogram(name: str, help: str, buckets: tuple[float, ...]) -> Histogram:
    return Histogram(name, help, buckets=buckets, namespace="spacebot", registry=REGISTRY)


sweep_last_success = _gauge(
    "sweep_last_success_timestamp_seconds", "Time of the last complete sweep."
)
sweep_duration = _histogram(
    "sweep_duration_seconds", "Duration of a sweep.", (0.1, 0.5, 1, 2, 5, 10, 30, 60)
)
hub_requests = _counter(
    "hub_requests", "Calls to the Hub by operation and HTTP status, if any.", "op", "code"
)
hub_ratelimit_remaining = _gauge("hub_ratelimit_remaining", "Calls left in the rate-limit window.")
# By reason: fixed, share, low, empty, failed or unknown; `doctor` explains it.
poll_interval = _gauge(
    "poll_interval_seconds", "Time between the last sweep and the next one.", "reason"
)
# By stage, because a series per Space would be 600 KiB per scrape at 10,000 Spaces.
spaces = _gauge("spaces", "Spaces by stage.", "stage")
outbox_pending = _gauge("outbox_pending", "Cards that are not delivered yet.")
# If this is long ago while cards are pending, delivery is stuck.
outbox_last_empty = _gauge(
    "outbox_last_empty_timestamp_seconds", "Time when every card was last delivered."
)
# By Slack's error code, or that no response came; `doctor` explains it.
outbox_undelivered = _gauge(
    "outbox_undelivered", "Cards that are not delivered yet, by reason.", "reason"
)
slack_posts = _counter("slack_posts", "Posts to Slack by outcome.", "outcome")
slack_connection_opens = _counter(
    "slack_connection_opens", "Attempts to open a Socket Mode connection."
)
slack_other_connections = _gauge(
    "slack_other_connections",
    "Other Socket Mode connections of this app, counted by Slack when the bot last connected.",
)
slack_rejected = _counter(
    "slack_rejected_requests", "Requests in HTTP mode without a valid signature.", "cause"
)
http_cut = _counter(
    "http_cut_connections",
    "HTTP connections closed because a request was too slow or too many were open.",
    "reason",
)
# By problem, or "ready".
probes = _counter("probes", "Probes of apps by outcome.", "outcome")
asks = _counter("asks", "Requests by source and outcome.", "way", "outcome")
ack = _histogram(
    "ack_seconds",
    "Time from the arrival of a request to its acknowledgment. Slack waits three seconds.",
    (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 3),
)
# By the state of its request, or "missed" if the bot was down.
schedule_runs = _counter("schedule_runs", "Due runs of schedules by result.", "result")
schedule_lateness = _histogram(
    "schedule_lateness_seconds",
    "Time from when a run of a schedule was due until it began.",
    (1, 2, 5, 15, 60, 300, 900),
)
leader = _gauge("leader", "1 for the epoch in which this process is the leader.", "epoch")


def set_leader(epoch: int | None) -> None:
    """Set the epoch in which this process is the leader; None: it isn't."""
    leader.clear()
    if epoch is not None:
        leader.labels(str(epoch)).set(1)


def record_sweep(at: float, stages: Iterable[str]) -> None:
    """Record a complete sweep at *at* (epoch seconds).

    Stages without a Space have no series.
    """
    sweep_last_success.set(at)
    spaces.clear()
    for stage, count in Counted(stages).items():
        spaces.labels(stage).set(count)


def record_poll_interval(seconds: float, reason: str) -> None:
    """Record the time until the next sweep, under its reason alone."""
    poll_interval.clear()
    poll_interval.labels(reason).set(seconds)


def record_backlog(at: float, pending: int, reasons: Mapping[str, int]) -> None:
    """Record the pending cards at the start of a delivery, *at* (epoch seconds)."""
    outbox_pending.set(pending)
    outbox_undelivered.clear()
    for reason, number in reasons.items():
        outbox_undelivered.labels(reason).set(number)
    if not pending:
        outbox_last_empty.set(at)
