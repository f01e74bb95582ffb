"""Working groups of campaigns, and their plans."""
