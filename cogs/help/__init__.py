"""`/help`: what the bot can do, for whom."""
