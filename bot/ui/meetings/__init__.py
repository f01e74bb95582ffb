"""Meetings as members see them: cards, buttons, and the forms that schedule and move them."""
