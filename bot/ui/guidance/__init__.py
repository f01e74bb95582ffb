"""Guidance as a member sees it."""
