"""Tests of cogs/privacy: its cards, and its conversations over the wire."""
