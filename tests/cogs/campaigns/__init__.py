"""Tests of cogs/campaigns: its cards, and its conversations over the wire."""
