"""The welcome of newcomers and the series, as a member sees them."""
