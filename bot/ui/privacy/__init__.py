"""What a member sees of what is kept about them: the account, the files, and the way to be forgotten."""
