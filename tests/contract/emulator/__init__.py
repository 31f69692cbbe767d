"""The real bot against a Slack that others wrote: the npm package `emulate`."""
