"""Tests of cogs/meetings: its cards, and its conversations over the wire."""
