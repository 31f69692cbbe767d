"""The simulated Slack: the real one's limits, errors and faults, on loopback."""
