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
    "sweep_last_success_timestamp_seconds", "When a sweep last saw every Space."
)
sweep_duration = _histogram(
    "sweep_duration_seconds", "Seconds that a sweep took.", (0.1, 0.5, 1, 2, 5, 10, 30, 60)
)
hub_requests = _counter(
    "hub_requests", "Calls to the Hub, by what came back: a status, or none.", "op", "code"
)
hub_ratelimit_remaining = _gauge("hub_ratelimit_remaining", "Calls that the Hub still takes.")
# By stage, because a series per Space would be 600 KiB per scrape at 10,000 Spaces.
spaces = _gauge("spaces", "Spaces by the Hub's word for their stage.", "stage")
outbox_pending = _gauge("outbox_pending", "Cards that Slack does not show as they should be.")
# If this is long ago while cards are pending, delivery is stuck.
outbox_last_empty = _gauge(
    "outbox_last_empty_timestamp_seconds", "When Slack last showed every card as it should be."
)
# By Slack's error code, or that no response came; `doctor` explains it.
outbox_undelivered = _gauge(
    "outbox_undelivered", "Cards that are not delivered yet, by the reason.", "reason"
)
slack_posts = _counter("slack_posts", "Messages posted, by what became of them.", "outcome")
slack_connection_opens = _counter(
    "slack_connection_opens", "Socket Mode connections opened, or tried to."
)
slack_other_connections = _gauge(
    "slack_other_connections",
    "Socket Mode connections of this app that Slack counted beside ours when we last connected.",
)
slack_rejected = _counter(
    "slack_rejected_requests", "Requests of HTTP mode without a valid signature.", "cause"
)
http_cut = _counter(
    "http_cut_connections",
    "HTTP connections cut: a request arrived too slowly, or too many were open.",
    "reason",
)
asks = _counter("asks", "What people asked, by the way in and what became of it.", "way", "outcome")
ack = _histogram(
    "ack_seconds",
    "From the arrival of an ask to its acknowledgement. Slack waits three seconds.",
    (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 3),
)
leader = _gauge("leader", "1 for the epoch in which this process leads.", "epoch")


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


def record_backlog(at: float, pending: int, reasons: Mapping[str, int]) -> None:
    """Record the pending cards at the start of a delivery, *at* in epoch seconds, by reason."""
    outbox_pending.set(pending)
    outbox_undelivered.clear()
    for reason, number in reasons.items():
        outbox_undelivered.labels(reason).set(number)
    if not pending:
        outbox_last_empty.set(at)
