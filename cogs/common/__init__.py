"""What all features share: bases of cards, buttons and forms, permissions, options and errors."""
