"""Networks of regions: joining them, whom to ask in them, how a new one comes about, and twinning."""
