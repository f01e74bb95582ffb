"""Tests of cogs/affiliations: its cards, and its conversations over the wire."""
