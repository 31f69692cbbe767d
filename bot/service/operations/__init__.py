"""Long work, applied: begun by somebody, moved along by the clock, one call a step."""
