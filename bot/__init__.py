"""Operate a fleet of Hugging Face Spaces from Slack."""
