"""A report as one HTML file: no server, no network, complete without script, usable by keyboard, everything escaped."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence
from html import escape

from compliance.reports import look
from compliance.reports.chart import Box, Drawing, drawn
from compliance.reports.content import Block, Cell, Chart, Column, Facts, Report, Section, Subtitle, Table, Words
from compliance.reports.text import visible
from compliance.reports.wording import cell_words
from compliance.resources import data_dir

_RIGHT = {"count", "time"}
_LONG = 60
"""Rows above which a table scrolls inside a region of its own."""
_CHART_WIDTH = 500.0
_COLOURS = ("ink", "muted", "accent", "rule", "soft", "paper", "missed", "over", "unknown", "fine")


def to_html(report: Report) -> str:
    """The report as an HTML document, the same for the same report."""
    anchors = {
        cell.link for table in report.tables() if table.anchored for row in table.rows for cell in row if cell.link
    }
    body = [
        _top(report),
        '<div class="shell">',
        navigation(report.sections),
        '<main id="main">',
        _front(report, anchors),
    ]
    body += [section_html(section, number, anchors) for number, section in enumerate(report.sections, start=1)]
    body += [
        "</main></div>",
        f"<footer><p>{_t(report.audience)}. Log known up to {_t(report.as_of)}. Made by {_t(report.tool)}. "
        "The same store, rules and configuration give the same bytes.</p></footer>",
    ]
    return document(f"{report.title}, {report.period}: {report.service}", body)


def document(title: str, body: Sequence[str]) -> str:
    """A whole HTML document around a body that is escaped already, its style and script inside and nothing else allowed."""
    style = _variables() + (data_dir("reports") / "page" / "style.css").read_text("utf-8")
    script = (data_dir("reports") / "page" / "script.js").read_text("utf-8")
    policy = f"default-src 'none'; style-src '{_hash(style)}'; script-src '{_hash(script)}'; base-uri 'none'; form-action 'none'"
    return (
        f'<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{escape(policy)}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n<meta name="referrer" content="no-referrer">\n'
        f"<title>{_t(title)}</title>\n<style>{style}</style>\n</head>\n<body>\n"
        + "\n".join(body)
        + f"\n<script>{script}</script>\n</body>\n</html>\n"
    )


def _t(text: str) -> str:
    """Text made visible and escaped, for elements and attributes alike."""
    return escape(visible(text), quote=True)


def _hash(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def _variables() -> str:
    return ":root { " + " ".join(f"--{name}: {getattr(look, name.upper())};" for name in _COLOURS) + " }\n"


def _top(report: Report) -> str:
    mark = (
        '<p class="mark draft">DRAFT: not signed off</p>' if report.draft else '<p class="mark signed">Signed off</p>'
    )
    return (
        f'<a class="skip" href="#main">Skip to the report</a>\n<header class="top"><div><h1>{_t(report.title)}</h1>'
        f"<p>{_t(report.service)} · {_t(report.period)} · {_t(report.period_words)}</p><p>{_t(report.audience)}</p></div>{mark}</header>"
    )


def navigation(sections: Sequence[Section]) -> str:
    """Links to page one and to each section."""
    links = ['<li><a href="#front">At a glance</a></li>']
    links += [
        f'<li><a href="#{_t(section.id)}">{number} {_t(section.title)}</a></li>'
        for number, section in enumerate(sections, start=1)
    ]
    return '<nav aria-label="Contents"><ol>' + "".join(links) + "</ol></nav>"


def _front(report: Report, anchors: set[str]) -> str:
    front = report.front
    parts = [
        '<section id="front" aria-labelledby="front-title"><h2 id="front-title">At a glance</h2>',
        pairs_html(front.facts),
    ]
    parts += [f'<p class="note">{_t(remark)}</p>' for remark in front.remarks]
    parts.append(f"<p>{_t(front.opening)}</p>")
    parts += [_table(table, anchors) for table in (front.matters, front.deadlines, front.unjudged, front.signatures)]
    return "\n".join(parts) + "</section>"


def section_html(section: Section, number: int, anchors: set[str]) -> str:
    """A numbered section; links lead only to `anchors`."""
    key = _t(section.id)
    blocks = "\n".join(_block(block, anchors) for block in section.blocks)
    return f'<section id="{key}" aria-labelledby="{key}-title"><h2 id="{key}-title">{number} {_t(section.title)}</h2>\n{blocks}</section>'


def _block(block: Block, anchors: set[str]) -> str:
    match block:
        case Words(text, manner):
            return f'<p class="{manner}">{_t(text)}</p>'
        case Facts(_, pairs):
            return pairs_html(pairs)
        case Subtitle(text, key):
            return f'<h3 id="{_t(key)}">{_t(text)}</h3>'
        case Chart():
            return _chart(block)
        case Table():
            return _table(block, anchors)


def pairs_html(pairs: tuple[tuple[str, str], ...]) -> str:
    """Terms and what holds of them."""
    return "<dl>" + "".join(f"<dt>{_t(term)}</dt><dd>{_t(text)}</dd>" for term, text in pairs) + "</dl>"


def _table(table: Table, anchors: set[str]) -> str:
    key = f"t-{_t(table.id)}"
    title = f'<h3 id="{key}">{_t(table.title)}</h3>'
    if not table.rows:
        return f"{title}<p>{_t(table.empty)}</p>"
    head = "".join(f'<th scope="col" class="{_class(column)}">{_t(column.title)}</th>' for column in table.columns)
    rows = "\n".join(_row(row, table, anchors) for row in table.rows)
    note = f'<p class="small">{_t(table.note)}</p>' if table.note else ""
    long = " long" if len(table.rows) > _LONG else ""
    return (
        f'{title}<div class="scroll{long}" role="region" aria-labelledby="{key}" tabindex="0"><table class="data" '
        f'aria-labelledby="{key}"><thead><tr>{head}</tr></thead>\n<tbody>{rows}</tbody></table></div>{note}'
    )


def _class(column: Column) -> str:
    if column.kind in _RIGHT:
        return "num"
    if column.kind == "id":
        return "id"
    return "text broad" if column.weight >= 4 else "text middle" if column.weight >= 2.3 else "text"


def _row(row: tuple[Cell, ...], table: Table, anchors: set[str]) -> str:
    name = row[0].link if table.anchored else ""
    start = f'<tr id="{_t(name)}">' if name else "<tr>"
    return (
        start
        + "".join(_cell(cell, column, anchors, name) for cell, column in zip(row, table.columns, strict=True))
        + "</tr>"
    )


def _cell(cell: Cell, column: Column, anchors: set[str], name: str) -> str:
    words = _t(cell_words(cell, column.kind))
    if cell.link and cell.link != name and cell.link in anchors:
        words = f'<a href="#{_t(cell.link)}">{words}</a>'
    tone = f" {cell.tone}" if cell.tone else ""
    return f'<td class="{_class(column)}{tone}"{_order(cell, column)}>{words}</td>'


def _order(cell: Cell, column: Column) -> str:
    """What the cell is sorted by: its number; shares by their rate; what is not held last."""
    if column.kind in {"text", "id", "day", "mixed"}:
        return ""
    if not isinstance(cell.value, int) or cell.bound in {"not held", "none"}:
        return ' data-v=""'
    if column.kind == "share":
        return f' data-v="{cell.value / cell.of:.12g}"' if cell.of else ' data-v=""'
    return f' data-v="{cell.value}"'


def _chart(chart: Chart) -> str:
    rows = "".join(
        f'<tr><th scope="row">{_t(label)}</th>'
        + "".join(f'<td class="num">{_t(cell_words(cell, chart.kind))}</td>' for cell in cells)
        + "</tr>"
        for label, cells in chart.bars
    )
    wide = max((len(cells) for _, cells in chart.bars), default=1)
    names = chart.series[:wide] if wide == len(chart.series) else ("Number",)
    head = '<th scope="col">Group</th>' + "".join(f'<th scope="col" class="num">{_t(name)}</th>' for name in names)
    return (
        f"<figure><figcaption>{_t(chart.title)}</figcaption>{_svg(drawn(chart, _CHART_WIDTH), chart.alt)}"
        f"<details><summary>The numbers as a table</summary><table><thead><tr>{head}</tr></thead>"
        f"<tbody>{rows}</tbody></table></details></figure>"
    )


def _svg(drawing: Drawing, alt: str) -> str:
    parts = []
    for shape in drawing.shapes:
        if isinstance(shape, Box):
            parts.append(
                f'<rect x="{shape.x:.2f}" y="{shape.y:.2f}" width="{shape.width:.2f}" height="{shape.height:.2f}" '
                f'fill="{shape.fill}" stroke="{shape.stroke}" stroke-width="0.7"/>'
            )
        else:
            bold = ' font-weight="700"' if shape.bold else ""
            parts.append(
                f'<text x="{shape.x:.2f}" y="{shape.y:.2f}" fill="{shape.colour}" text-anchor="{shape.anchor}"{bold}>'
                f"{_t(shape.text)}</text>"
            )
    return (
        f'<svg viewBox="0 0 {drawing.width:.0f} {drawing.height:.0f}" role="img" aria-label="{_t(alt)}">'
        + "".join(parts)
        + "</svg>"
    )
