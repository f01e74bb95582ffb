"""Tests of cogs/network: its cards, and its conversations over the wire."""
