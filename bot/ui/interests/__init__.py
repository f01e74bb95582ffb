"""What a member sees of interests: the form, the introductions, and the map."""
