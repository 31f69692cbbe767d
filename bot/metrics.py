"""What the bot counts about itself, for Prometheus. Anybody may count; `/metrics` shows it."""

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector

REGISTRY = CollectorRegistry()
ProcessCollector(namespace="spacebot", registry=REGISTRY)


def _counter(name: str, means: str, *labels: str) -> Counter:
    return Counter(name, means, labels, namespace="spacebot", registry=REGISTRY)


def _gauge(name: str, means: str, *labels: str) -> Gauge:
    return Gauge(name, means, labels, namespace="spacebot", registry=REGISTRY)


def _histogram(name: str, means: str, buckets: tuple[float, ...]) -> Histogram:
    return Histogram(name, means, buckets=buckets, namespace="spacebot", registry=REGISTRY)


sweep_last_success = _gauge("sweep_last_success_timestamp", "When a sweep last saw every Space.")
sweep_duration = _histogram(
    "sweep_duration", "Seconds that a sweep took.", (0.1, 0.5, 1, 2, 5, 10, 30, 60)
)
hub_requests = _counter("hub_requests", "Calls to the Hub.", "op", "code")
hub_ratelimit_remaining = _gauge("hub_ratelimit_remaining", "Calls that the Hub still takes.")
# By stage: a series per Space would be 600 KiB a scrape at 10,000 Spaces.
spaces = _gauge("spaces", "Spaces by the Hub's word for their stage.", "stage")
outbox_pending = _gauge("outbox_pending", "Cards that Slack does not show as they should be.")
outbox_oldest_age = _gauge("outbox_oldest_age_seconds", "Age of the oldest such card.")
slack_posts = _counter("slack_posts", "Messages posted, by what became of them.", "outcome")
asks = _counter("asks", "What people asked, by the way in and what became of it.", "way", "outcome")
ack = _histogram(
    "ack_seconds",
    "From the arrival of an ask to its acknowledgement. Slack waits three seconds.",
    (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 3),
)
leader = _gauge("leader", "1 for the epoch in which this process leads.", "epoch")
schedule_lag = _gauge("schedule_lag_seconds", "How late the last schedule fired.")


def leads(epoch: int | None) -> None:
    """Show that this process leads in *epoch*, or that it stands by."""
    leader.clear()
    if epoch is not None:
        leader.labels(str(epoch)).set(1)


def stages(counts: dict[str, int]) -> None:
    """Show how many Spaces are in each stage; a stage that is empty now is not shown."""
    spaces.clear()
    for stage, count in counts.items():
        spaces.labels(stage).set(count)
