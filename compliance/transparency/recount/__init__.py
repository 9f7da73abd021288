"""A published report counted again from the log, cell by cell, and the day on which it is published."""
