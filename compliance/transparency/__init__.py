"""The harmonised transparency report (Implementing Regulation (EU) 2024/2835): its template, a reader and a linter."""
