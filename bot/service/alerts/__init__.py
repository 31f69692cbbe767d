"""Sweeps, notifications and alert commands, applied to the Hub and the store."""
