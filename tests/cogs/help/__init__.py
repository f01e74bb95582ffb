"""Tests of cogs/help: its cards, and its conversations over the wire."""
