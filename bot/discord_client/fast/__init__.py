"""Replacements for parts of the library, for speed alone; `python -m tests.bench.without` measures the gain of each."""
