"""Affiliations to campaign organisations: what was decided, and when it is renewed."""
