"""What all features share in their conversations: bases of cards, buttons and forms, rights, options and errors."""
