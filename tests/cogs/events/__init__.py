"""Tests of cogs/events: its cards, and its conversations over the wire."""
