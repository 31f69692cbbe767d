"""The sandbox: a simulated Slack and Hub with a web page, for `spacebot try` and the tests."""
