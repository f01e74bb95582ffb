"""What runs beside the bot: calendar feeds, health, metrics, backups and maintenance."""
