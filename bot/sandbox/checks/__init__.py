"""Discord's documented limits and forms, checked without the official document."""
