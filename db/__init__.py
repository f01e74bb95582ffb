"""The store: mapped classes and verbs on them."""
