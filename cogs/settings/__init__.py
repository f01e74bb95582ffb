"""`/settings`: what a member has chosen for themselves."""
