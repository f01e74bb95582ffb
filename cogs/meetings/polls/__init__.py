"""Polls for the time of a meeting."""
