"""A member's week in one direct message, in place of single ones."""
