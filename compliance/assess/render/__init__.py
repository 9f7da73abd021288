"""Renders an assessment for terminals and tools. A new format is one file here and one line in `FORMATS`."""

from __future__ import annotations

from collections.abc import Callable

from compliance.assess.contract import to_json
from compliance.assess.model import Assessment
from compliance.assess.render.records import to_csv, to_jsonl
from compliance.assess.render.review import to_github, to_junit, to_markdown
from compliance.assess.render.sarif import to_sarif
from compliance.assess.render.table import to_table

FORMATS: dict[str, Callable[[Assessment], str]] = {
    "table": to_table,
    "json": to_json,
    "jsonl": to_jsonl,
    "csv": to_csv,
    "sarif": to_sarif,
    "junit": to_junit,
    "github": to_github,
    "md": to_markdown,
}
"""Format name to the function that gives its text."""
