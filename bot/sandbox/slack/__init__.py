"""The sandbox's Slack: as strict as the real one, and failing as it does, on a loopback port."""
