"""Requests: permissions, parsing, queries and the execution of results."""
