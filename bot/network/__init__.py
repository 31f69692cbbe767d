"""The network: a deadline for each call, and connections that keep to it."""
