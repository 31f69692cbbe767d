"""Health of apps: what is probed and when, and what an answer means. Pure."""
