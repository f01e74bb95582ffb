"""`/setup`: how an admin sets a server up, checks and changes it."""
