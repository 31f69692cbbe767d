"""A Slack, a Hub and a page in one process, for `spacebot try` and for the tests."""
