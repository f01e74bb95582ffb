"""Looking for a date together: the question put, voted on, and made a meeting."""
