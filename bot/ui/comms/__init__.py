"""What a member sees of the communications desk."""
