"""What a member sees of networks: the list, the contacts, the way to a new one, and twinning."""
