"""The last page of the demonstration: where everything lies, what to look at, and what nobody can judge and why."""

from __future__ import annotations

from collections.abc import Sequence

from compliance.answers.disruption import Disruption, facts, open_questions
from compliance.assess.model import RuleResult
from compliance.reports.content import Report, Table
from compliance.reports.wording import cell_words

MOST = 5
_WIDTH = 118


def look_at(report: Report) -> tuple[str, ...]:
    """The five items that page one of the report ranks first: rule, records, trend, owner, due."""
    return tuple(_rows(report.front.matters)[:MOST])


def unjudged(report: Report) -> tuple[str, ...]:
    """Rules that cannot be judged, or not fully: how many records, why, and what would settle it."""
    return tuple(_rows(report.front.unjudged))


def _rows(table: Table) -> list[str]:
    found = []
    for row in table.rows:
        cells = [(column.title, cell_words(cell, column.kind)) for column, cell in zip(table.columns, row, strict=True)]
        found.append(cells[0][1] + ": " + "; ".join(f"{title.lower()} {text}" for title, text in cells[1:] if text))
    return found


def night(found: Sequence[Disruption], rules: Sequence[RuleResult]) -> tuple[str, ...]:
    """What the log holds of each disrupted livestream, and what it leaves open."""
    return tuple(text for each in found for text in (*facts(each), *open_questions(each, rules)))


def wrapped(items: Sequence[str], *, numbered: bool = False) -> list[str]:
    """Items as indented paragraphs of a terminal's width."""
    import textwrap

    lines = []
    for number, item in enumerate(items, start=1):
        mark = f"  {number}. " if numbered else "  - "
        lines += textwrap.wrap(item, _WIDTH, initial_indent=mark, subsequent_indent=" " * len(mark))
    return lines
