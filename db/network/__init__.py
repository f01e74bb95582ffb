"""Networks of regions: joining them, their contacts, starting new ones, and twinning."""
