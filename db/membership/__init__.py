"""Who is in which network, what they agreed to, and who has left: what features ask about a member."""
