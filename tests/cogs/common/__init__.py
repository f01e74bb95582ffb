"""Tests of cogs/common: its cards, and its conversations over the wire."""
