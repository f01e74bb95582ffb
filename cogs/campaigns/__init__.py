"""`/campaign`: what the campaigns are, one thing to do, what was done, and the prompts that channels get."""
