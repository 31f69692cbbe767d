"""The performance goals of the bot, measured: `uv run python -m tests.bench`. Not a timed test."""
