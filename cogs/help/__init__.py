"""`/help`: what the bot can do, and for whom."""
