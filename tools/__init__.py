"""What `make` runs besides the bot: packages, pages, pictures, proof."""
