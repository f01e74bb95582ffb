"""`/interests`: what members care about, introductions, and the map."""
