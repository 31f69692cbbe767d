"""Metrics: names, epochs and stages."""

from bot import metrics


def test_past_epoch_and_empty_stage_are_removed_from_the_metrics() -> None:
    metrics.set_leader(1)
    metrics.set_leader(None)
    metrics.record_sweep(1.8e9, ["RUNNING"])
    metrics.record_sweep(1.8e9, ["PAUSED"])

    assert metrics.REGISTRY.get_sample_value("spacebot_leader", {"epoch": "1"}) is None
    assert metrics.REGISTRY.get_sample_value("spacebot_spaces", {"stage": "RUNNING"}) is None


def test_outbox_metrics_keep_the_time_it_was_last_empty() -> None:
    metrics.record_backlog(1000.0, 0, {})
    metrics.record_backlog(2000.0, 3, {})

    assert metrics.REGISTRY.get_sample_value("spacebot_outbox_pending") == 3
    empty = "spacebot_outbox_last_empty_timestamp_seconds"
    assert metrics.REGISTRY.get_sample_value(empty) == 1000.0
