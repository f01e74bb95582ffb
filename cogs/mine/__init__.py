"""`/mine`: everything that waits for a member, from every feature."""
