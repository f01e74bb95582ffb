"""Working groups and their plans as members see them."""
