"""Tests of cogs/mine: what waits for a member."""
