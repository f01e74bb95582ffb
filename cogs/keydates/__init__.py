"""`/keydates`: days to remember, and the prompts for them."""
