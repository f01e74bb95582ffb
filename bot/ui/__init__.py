"""What a member sees: cards, forms, buttons."""
