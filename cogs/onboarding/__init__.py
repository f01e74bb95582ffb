"""`/welcome`: greets newcomers, and shows them the first steps at their own pace."""
