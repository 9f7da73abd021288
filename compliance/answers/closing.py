"""The last page of the demonstration: where everything lies, what to look at, and what nobody can judge and why."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from pathlib import Path

from compliance.answers.disruption import Disruption, facts, open_questions
from compliance.assess.model import RuleResult
from compliance.reports.content import Report, Table
from compliance.reports.wording import cell_words

MOST = 5
UNJUDGED = 8
"""Rules listed as not judged; page one lists all."""
_WIDTH = 118


def look_at(report: Report) -> tuple[str, ...]:
    """The five items that page one of the report ranks first: rule, records, trend, owner, due."""
    said = []
    for rule, severity, records, trend, owner, due in _cells(report.front.matters)[:MOST]:
        said.append(
            f"{rule}: {records} did not meet it ({severity}). Since the quarter before: {trend}. Owner: {owner}; {due}."
        )
    return tuple(said)


def unjudged(report: Report) -> tuple[str, ...]:
    """Rules that cannot be judged, or not fully: how many records, why, and what would settle it."""
    return tuple(
        f"{rule}: {records} cannot be judged; {why}. It would take {remedy}."
        for rule, records, why, remedy in _cells(report.front.unjudged)
    )


def _cells(table: Table) -> list[tuple[str, ...]]:
    """Rows in words."""
    return [
        tuple(cell_words(cell, column.kind) for column, cell in zip(table.columns, row, strict=True))
        for row in table.rows
    ]


def night(found: Sequence[Disruption], rules: Sequence[RuleResult]) -> tuple[str, ...]:
    """What the log holds of each disrupted livestream, and what it leaves open."""
    return tuple(text for each in found for text in (*facts(each), *open_questions(each, rules)))


def last_page(
    report: Report, paths: Sequence[tuple[str, Path]], letters: Sequence[str], told: Sequence[str]
) -> list[str]:
    """Lines for a terminal. `letters`: a sentence on each letter; `told`: what is said of the night."""
    longest = max(len(name) for name, _ in paths)
    open_rules = unjudged(report)
    more = len(open_rules) - UNJUDGED
    return [
        "",
        "WHERE EVERYTHING LIES",
        *(f"  {name:<{longest}}  {path}" for name, path in paths),
        "",
        "FIVE THINGS AN OFFICER SHOULD LOOK AT",
        *_wrapped(look_at(report), numbered=True),
        "",
        "THE TWO LETTERS",
        *_wrapped(letters),
        "",
        "THE NIGHT, AS LOGGED, AND WHAT NOBODY CAN SAY OF IT",
        *_wrapped(told),
        "",
        "WHAT NOBODY CAN JUDGE, AND WHY",
        *_wrapped(open_rules[:UNJUDGED]),
        *([f"  - and {more} more on page one of the report"] if more > 0 else []),
    ]


def _wrapped(items: Sequence[str], *, numbered: bool = False) -> list[str]:
    lines = []
    for number, item in enumerate(items, start=1):
        mark = f"  {number}. " if numbered else "  - "
        lines += textwrap.wrap(item, _WIDTH, initial_indent=mark, subsequent_indent=" " * len(mark))
    return lines
