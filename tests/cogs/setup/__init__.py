"""Tests of cogs/setup: its cards, and its conversations over the wire."""
