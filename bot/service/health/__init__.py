"""Health of apps, applied: probes are sent, and their verdicts are recorded."""
