"""`/campaign`: the campaigns, one thing to do, what was done, and prompts for channels."""
