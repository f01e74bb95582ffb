"""What a member may agree to about their interests, and what one is called."""

KEEP, MEET, MAP = "interests", "introductions", "map"
"""Purposes of consent: that interests are kept at all, that others may ask, and a name on the map."""

Topic = tuple[str, str]
"""Kind and value of an interest."""
