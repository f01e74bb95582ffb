"""Tests of cogs/comms: its cards, and its conversations over the wire."""
