"""A member's week in one direct message, instead of separate ones."""
