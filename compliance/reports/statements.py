"""A summary of dumps drawn: text for people, JSON, a workbook, and one page with charts and the tables they are drawn from."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

from compliance.reports.content import Cell, Chart, Column, Section, Table, Words
from compliance.reports.page import document, navigation, pairs_html, section_html
from compliance.reports.sheet import sheets_for
from compliance.reports.text import visible
from compliance.reports.wording import STATES, code_words
from compliance.reports.workbook import workbook
from compliance.sor.count import KEPT
from compliance.sor.dimension import DIMENSIONS, Dimension
from compliance.sor.summary import Summary

TITLE: Final = "Statements of reasons, summed up"
_PREFIXES: Final = (
    "AUTOMATED_DECISION_", "CONTENT_TYPE_", "DECISION_GROUND_", "DECISION_", "SOURCE_", "STATEMENT_CATEGORY_"
)  # fmt: skip
_BARS: Final = 15
"""Bars of a chart; what is left is one bar more."""
_LINES: Final = 12
"""Values that the text lists of each dimension."""
_METHOD: Final = (
    "Every line that can be told apart into the columns of its header counts once, valid or not, and repeated lines count again. "
    "Days are those of reception, platforms stand under the names they are published with."
)
_MANY: Final = "A statement may stand under several values; they add up to more than the statements."


def table(summary: Summary) -> str:
    """The summary as text: what was read, then each dimension's largest values with their share of all statements."""
    return "\n".join(_lines(summary)) + "\n"


def json_text(summary: Summary) -> str:
    """The summary as one JSON document."""
    return json.dumps(summary.record(), ensure_ascii=False, indent=1) + "\n"


FORMATS: Final[dict[str, Callable[[Summary], str]]] = {"table": table, "json": json_text}


def _lines(summary: Summary) -> Iterator[str]:
    for term, count in _read(summary):
        yield f"{count:>14,}  {term}"
    for dimension in DIMENSIONS:
        values = summary.values(dimension)
        yield f"\n{dimension.title}{' (a statement may have several)' if dimension.many else ''}"
        shown = len(values) if dimension.name == "day" else _LINES
        for value, count in values[:shown]:
            yield f"{count:>14,}  {100 * count / summary.statements:5.1f} %  {visible(value)}"
        if len(values) > shown:
            rest = sum(count for _, count in values[shown:])
            yield f"{rest:>14,}  {'':7}  {len(values) - shown} more value(s); JSON, page and workbook list them"
    if summary.quarantined:
        yield "\nlines that are no statement, the first ones"
        for file, entry in summary.quarantined[:_LINES]:
            yield f"  {visible(file)}:{entry.line}  {entry.why.code}  {visible(entry.why.message)}"


def _read(summary: Summary) -> tuple[tuple[str, int], ...]:
    """What was read, in words and counts."""
    reasons = ((f"of them {code}", count) for code, count in sorted(summary.reasons.items()))
    return (
        ("lines read, headers aside", summary.read),
        ("statements", summary.statements),
        ("of them from light dumps, which leave out the territory", summary.light),
        ("lines that are no statement, and parts of files that cannot be read", summary.refused),
        *reasons,
        ("blank lines", summary.blank),
    )


def to_html(summary: Summary, tool: str) -> str:
    """One self-contained page: a chart and its whole table for each dimension, and the quarantined lines."""
    sections = tuple(_sections(summary))
    facts = tuple((term, f"{count:,}") for term, count in _read(summary))
    days = [value for value, _ in summary.values(DIMENSIONS[0]) if value[:1].isdigit()]
    span = "no day" if not days else days[0] if len(days) == 1 else f"{days[0]} to {days[-1]}, {len(days)} days"
    body = [
        f'<a class="skip" href="#main">Skip to the numbers</a>\n<header class="top"><div><h1>{TITLE}</h1>'
        f"<p>{summary.statements:,} statements · {span} · {summary.files:,} file(s)</p></div></header>",
        '<div class="shell">',
        navigation(sections),
        '<main id="main"><section id="front" aria-labelledby="front-title"><h2 id="front-title">At a glance</h2>',
        pairs_html(facts),
        f"<p>{_METHOD}</p></section>",
        *(section_html(section, number, set()) for number, section in enumerate(sections, start=1)),
        f"</main></div><footer><p>Made by {tool}. The same dumps give the same bytes.</p></footer>",
    ]
    return document(TITLE, body)


def to_xlsx(summary: Summary, tool: str) -> bytes:
    """A workbook: each dimension's values, the same by platform, and the quarantined lines; the same for the same summary."""
    lines = (*((term, f"{count:,}") for term, count in _read(summary)), ("Method", _METHOD), ("Made by", tool))
    tables = [
        (str(number), section.title, block)
        for number, section in enumerate(_sections(summary), start=1)
        for block in section.blocks
        if isinstance(block, Table) and block.rows
    ]
    first = len(DIMENSIONS) + 2
    tables += [(str(first + number), "By platform", found) for number, found in enumerate(_by_platform(summary))]
    return workbook(TITLE, tool, TITLE, lines, tuple(sheets_for(tables)))


def write(summary: Summary, folder: Path, tool: str) -> tuple[Path, ...]:
    """The files written: summary.json, .html and .xlsx in a folder, which is made where it is missing."""
    folder.mkdir(parents=True, exist_ok=True)
    made = {
        "summary.json": json_text(summary).encode(),
        "summary.html": to_html(summary, tool).encode(),
        "summary.xlsx": to_xlsx(summary, tool),
    }
    for name, content in made.items():
        (folder / name).write_bytes(content)
    return tuple(folder / name for name in made)


def _sections(summary: Summary) -> Iterator[Section]:
    for dimension in DIMENSIONS:
        values = summary.values(dimension)
        blocks = (
            *((Words(_MANY, "small"),) if dimension.many else ()),
            *((_chart(dimension, values),) if values else ()),
            _table(dimension, values, summary.statements),
        )
        yield Section(dimension.name, dimension.title, blocks)
    yield Section("quarantine", "Lines that are no statement", (_quarantine(summary),))


def _chart(dimension: Dimension, values: list[tuple[str, int]]) -> Chart:
    shown = values if dimension.name == "day" else values[:_BARS]
    bars = [(_words(value), (Cell(count),)) for value, count in shown]
    if len(values) > len(shown):
        left = sum(count for _, count in values[len(shown) :])
        bars.append((f"{len(values) - len(shown)} more", (Cell(left, tone="muted"),)))
    largest, most = max(values, key=lambda item: item[1])
    alt = (
        f"Statements by {dimension.title.lower()}: {len(values)} value(s), the largest {_words(largest)} with {most:,}."
    )
    return Chart(
        f"c-{dimension.name}",
        f"Statements by {dimension.title.lower()}",
        alt,
        "count",
        ("Statements",),
        tuple(bars),
    )


def _table(dimension: Dimension, values: list[tuple[str, int]], statements: int) -> Table:
    columns = (
        Column(dimension.title, "text", 3.0),
        Column("Value in the dump", "id", 2.0),
        Column("Statements", "count"),
        Column("Share of all statements", "share", 2.0),
    )
    rows = tuple((Cell(_words(value)), Cell(value), Cell(count), Cell(count, of=statements)) for value, count in values)
    return Table(dimension.name, dimension.title, columns, rows, empty="No statement was read.")


def _by_platform(summary: Summary) -> Iterator[Table]:
    for dimension in DIMENSIONS:
        if dimension.name == "platform" or not summary.statements:
            continue
        columns = (Column(dimension.title, "id", 2.0), Column("Platform", "text", 2.0), Column("Statements", "count"))
        rows = tuple(
            (Cell(value), Cell(platform), Cell(count)) for value, platform, count in summary.by_platform(dimension)
        )
        yield Table(f"{dimension.name}-by-platform", f"{dimension.title} by platform", columns, rows)


def _quarantine(summary: Summary) -> Table:
    columns = (
        Column("File", "id", 3.0),
        Column("Line", "count"),
        Column("Reason", "id"),
        Column("What it is", "text", 3.0),
    )
    rows = tuple(
        (Cell(file), Cell(entry.line), Cell(entry.why.code), Cell(entry.why.message))
        for file, entry in summary.quarantined
    )
    note = f"The first {KEPT:,} of {summary.refused:,}." if summary.refused > len(rows) else ""
    return Table("quarantine", "Lines that are no statement", columns, rows, note=note)


def _words(value: str) -> str:
    """A value in words; a code without the beginning that its whole list shares."""
    if value in STATES:
        return code_words(value, "country")
    for prefix in _PREFIXES:
        if value.startswith(prefix):
            return value.removeprefix(prefix).replace("_", " ").lower()
    return value
