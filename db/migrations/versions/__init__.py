"""One file a version, named `<number>_<what>.py`."""
