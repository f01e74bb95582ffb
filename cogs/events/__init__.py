"""Conferences, courses and other dates of the union."""
