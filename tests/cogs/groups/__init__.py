"""Tests of cogs/groups: its cards, and its conversations over the wire."""
