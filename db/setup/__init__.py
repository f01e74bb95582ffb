"""A server's set-up: its regions, and what happens when their channels change."""
