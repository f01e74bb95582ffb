"""`/privacy`: what is kept about a member, the files, the way to be forgotten, and who has left."""
