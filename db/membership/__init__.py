"""Members' networks, consents and departures, shared by all features."""
