"""Draws a small quarter four times and prints the digests. Run by test_determinism.py under other hash seeds and zones."""

from __future__ import annotations

import hashlib
import sys

from compliance.reports.page import to_html
from compliance.reports.paper import to_pdf
from compliance.reports.quarterly import build_quarterly
from compliance.reports.record import to_json
from compliance.reports.workbook import to_xlsx
from tests.reports.quarter import real

if __name__ == "__main__":
    material = real()
    report = build_quarterly(material)
    drawn = (to_pdf(report), to_xlsx(report), to_html(report).encode(), to_json(report, material).encode())
    sys.stdout.write(" ".join(hashlib.sha256(content).hexdigest() for content in drawn))
