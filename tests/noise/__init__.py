"""How much a year of the bot is heard: posts seen, rings and direct messages a week, for members of each sort."""
