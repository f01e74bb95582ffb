"""Key dates as members see them."""
