"""Slash commands and events; thin."""
