"""Tests of cogs/admin: its cards, and its conversations over the wire."""
