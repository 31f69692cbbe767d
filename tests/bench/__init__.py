"""What the bot must reach, measured: `uv run python -m tests.bench`. Not a timed test."""
