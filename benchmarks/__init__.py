"""Measures the toolkit: scripts that are run as modules from the repository, `python -m benchmarks.run`."""
