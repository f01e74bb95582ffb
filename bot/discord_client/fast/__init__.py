"""What stands in the library's place for speed alone; `python -m tests.bench.without` measures what each buys."""
