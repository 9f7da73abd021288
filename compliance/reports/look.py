"""How every document of ours looks: colours with their contrast, sizes, the page. Shared by PDF and HTML."""

from __future__ import annotations

INK = "#17212b"
MUTED = "#4d5965"
ACCENT = "#1b4d7a"
RULE = "#c3ccd5"
SOFT = "#f1f4f7"
PAPER = "#ffffff"
MISSED = "#9b1c1c"
OVER = "#8a4b00"
UNKNOWN = "#4b3f8f"
FINE = "#1e6440"
"""Each at least 4.5:1 against PAPER and SOFT (WCAG 2.2, 1.4.3); a test computes it. A sign and a word go with each."""
