"""How a server is set up: its regions, and what follows when their channels change."""
