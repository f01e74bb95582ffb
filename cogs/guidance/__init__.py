"""`/guidance`: the do's and don'ts, tips, answers to questions, and care for somebody in danger."""
