"""Campaigns as members see them."""
