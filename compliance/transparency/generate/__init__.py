"""The harmonised transparency report, generated from a log and from what the service declares."""
