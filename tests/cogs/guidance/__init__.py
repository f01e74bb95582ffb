"""Tests of cogs/guidance: its cards, and its conversations over the wire."""
