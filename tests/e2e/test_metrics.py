"""Every series of `/metrics` is set by the bot."""

import re
from pathlib import Path
from urllib.request import urlopen

from prometheus_client.parser import text_string_to_metric_families

from bot import metrics
from tests.e2e.environment import open_environment

#: Series that may be zero.
_MAY_BE_ZERO = {
    "spacebot_outbox_pending",
    "spacebot_outbox_undelivered",
    "spacebot_http_cut_connections",
    "spacebot_schedule_lateness_seconds",
    "spacebot_schedule_runs",
    "spacebot_slack_other_connections",
    "spacebot_slack_rejected_requests",
}


def test_every_series_of_a_bot_at_work_is_set(tmp_path: Path) -> None:
    with open_environment(tmp_path, SPACEBOT_POLL_SECONDS="auto") as env:
        port = re.findall(r"\d+", env.start().wait_for_line("ready on port"))[-1]
        env.wait_for_initial_scan()
        env.sandbox.ta.type("C0OPS", "/space status check")
        env.wait_until(lambda: env.ephemeral_messages("U0TA01"))
        env.wait_for_sweeps(1)
        text = urlopen(f"http://127.0.0.1:{port}/metrics").read().decode()

    families = text_string_to_metric_families(text)
    counted = {f.name for f in families if any(sample.value for sample in f.samples)}
    assert {family.name for family in metrics.REGISTRY.collect()} - counted <= _MAY_BE_ZERO
    assert 'spacebot_poll_interval_seconds{reason="share"} 5.0' in text
    assert 'spacebot_hub_requests_total{code="200",op="list"}' in text
