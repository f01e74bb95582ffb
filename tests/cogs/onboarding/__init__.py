"""Tests of cogs/onboarding: its cards, and its conversations over the wire."""
