"""`/setup`: how an admin sets up, checks and changes a server's settings."""
