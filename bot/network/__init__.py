"""The network: a deadline for each call, connections that keep to it, and proxies."""
