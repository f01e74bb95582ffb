"""`/mine`: all that waits for a member, of every feature."""
