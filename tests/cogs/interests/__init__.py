"""Tests of cogs/interests: its cards, and its conversations over the wire."""
