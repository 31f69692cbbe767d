"""Rendering of values as Block Kit messages and modals, without I/O."""
