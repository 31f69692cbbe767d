"""Helpers of the tests in this folder."""

from bot.parsing import NameIndex

NAMES = NameIndex.of(["acme/if-a", "acme/if-b", "acme/if-c"], "if-")
