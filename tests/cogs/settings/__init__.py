"""Tests of cogs/settings: its cards, and its conversations over the wire."""
