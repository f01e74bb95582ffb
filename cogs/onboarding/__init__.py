"""`/welcome`: newcomers are greeted, and shown the first steps at their own pace."""
