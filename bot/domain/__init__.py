"""Rules: no discord, no SQLAlchemy; the time is an argument."""
