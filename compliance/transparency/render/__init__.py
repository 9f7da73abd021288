"""Renderings of the linter's findings, by the name of their format."""

from collections.abc import Callable, Sequence

from compliance.transparency.finding import Linted
from compliance.transparency.render.page import to_html
from compliance.transparency.render.records import to_json
from compliance.transparency.render.sarif import to_sarif
from compliance.transparency.render.table import to_table

FORMATS: dict[str, Callable[[Sequence[Linted]], str]] = {
    "table": to_table,
    "json": to_json,
    "sarif": to_sarif,
    "html": to_html,
}

__all__ = ["FORMATS"]
