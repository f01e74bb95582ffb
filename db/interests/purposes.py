"""The purposes that a member may consent to for their interests, and the type of an interest."""

KEEP, MEET, MAP = "interests", "introductions", "map"
"""Purposes of consent: that interests are kept at all, that others may ask, and a name on the map."""

Topic = tuple[str, str]
"""Kind and value of an interest."""
