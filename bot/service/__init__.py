"""What runs alongside the bot: calendar feeds, health, metrics, backups and maintenance."""
