"""`/network`: the networks of the regions and Wales."""
