"""What `make` runs beside the bot: packages, pages, pictures, proof."""
