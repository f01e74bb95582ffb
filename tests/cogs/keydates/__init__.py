"""Tests of cogs/keydates: its cards, and its conversations over the wire."""
