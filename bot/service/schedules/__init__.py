"""Schedules, applied: kept and changed on request, and their runs claimed once each."""
