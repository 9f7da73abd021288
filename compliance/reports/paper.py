"""A report as PDF: page one, contents, then the sections."""

from __future__ import annotations

from dataclasses import replace

from reportlab.lib.colors import HexColor
from reportlab.platypus import CondPageBreak, KeepTogether
from reportlab.platypus.flowables import Flowable

from compliance.reports.attached import shown_rows, shown_values
from compliance.reports.chart import Bars
from compliance.reports.content import (
    Block,
    Cell,
    Chart,
    Column,
    Facts,
    Front,
    Report,
    Section,
    Subtitle,
    Table,
    Tone,
    Words,
)
from compliance.reports.fonts import BOLD, REGULAR, fitted, width
from compliance.reports.grid import Grid, GridCell, GridColumn
from compliance.reports.look import ACCENT, FINE, INK, MISSED, MUTED, OVER, PAPER, UNKNOWN
from compliance.reports.pdf import (
    BODY_WIDTH,
    PAGE_HEIGHT,
    Furniture,
    PageBreak,
    Story,
    contents,
    document,
    heading,
    paragraph,
    subheading,
)
from compliance.reports.structure import marked, ornament, structure_of
from compliance.reports.wording import cell_words

COLOURS: dict[Tone, str] = {"": INK, "missed": MISSED, "over": OVER, "unknown": UNKNOWN, "fine": FINE, "muted": MUTED}
_RIGHT = {"count", "time"}


def to_pdf(report: Report) -> bytes:
    """The report as PDF bytes, the same for the same report."""
    furniture = Furniture(
        title=f"{report.title}, {report.period}",
        subject=f"{report.service}, {report.period_words}",
        author=report.service,
        head=f"{report.service} · {report.title} · {report.period}",
        foot=f"{report.audience} · log known up to {report.as_of} · {report.tool}",
        mark="DRAFT – not signed off" if report.draft else "Signed off",
        dated=report.as_of,
    )
    linked = {row[0].link for table in report.tables() if table.anchored for row in shown_rows(table) if row[0].link}
    story: Story = [*_front(report, linked), PageBreak(), subheading("Contents", 1), contents(), PageBreak()]
    for number, section in enumerate(report.sections, start=1):
        story += _section(section, number, linked)
    return document(story, furniture, attachments=(shown_values(report),))


class _Banner(Flowable):  # type: ignore[misc]
    """The head of page one: what, of whom, when; for whom; draft or signed off."""

    def __init__(self, report: Report) -> None:
        super().__init__()
        self.report = report

    def wrap(self, available: float, _height: float) -> tuple[float, float]:
        """Width and height in points."""
        self.width = available
        return available, 62

    def draw(self) -> None:
        """Draw the banner."""
        canvas, report = self.canv, self.report
        mark = "DRAFT" if report.draft else "SIGNED OFF"
        wide = width(mark, BOLD, 12) + 16
        structure, room = structure_of(canvas), self.width - wide - 30
        with ornament(canvas):
            canvas.setFillColor(HexColor(ACCENT))
            canvas.rect(0, 6, self.width, 56, stroke=0, fill=1)
            canvas.setFillColor(HexColor(PAPER))
            canvas.rect(self.width - wide - 10, 22, wide, 22, stroke=0, fill=1)
        lines = (
            (structure.heading(1), BOLD, 15.0, 41.0, report.title),
            (structure.root.add("P"), REGULAR, 10.5, 24.0, f"{report.period} · {report.period_words}"),
            (structure.root.add("P"), REGULAR, 8.0, 12.0, report.audience),
        )
        for element, face, size, base, text in lines:
            with marked(canvas, element):
                canvas.setFillColor(HexColor(PAPER))
                canvas.setFont(face, size)
                canvas.drawString(10, base, fitted(text, face, size, room))
        with marked(canvas, structure.root.add("P")):
            canvas.setFillColor(HexColor(MISSED if report.draft else FINE))
            canvas.setFont(BOLD, 12)
            canvas.drawString(self.width - wide - 2, 29, mark)


def _front(report: Report, linked: set[str]) -> Story:
    """Page one. Where it would not fit on one page it shows fewer rows; the workbook and the page show all."""
    story: Story = []
    for deadlines, unjudged in ((6, 4), (5, 4), (6, 3), (5, 3), (4, 3), (5, 2), (4, 2), (3, 2), (3, 1)):
        story = _front_rows(report, linked, deadlines, unjudged)
        if _height(story) <= PAGE_HEIGHT:
            break
    return story


def _height(story: Story) -> float:
    """Height of flowables one below the other, in points; of two spaces that meet the larger counts."""
    total, below = 0.0, 0.0
    for flowable in story:
        total += flowable.wrap(BODY_WIDTH, PAGE_HEIGHT)[1] + max(below, flowable.getSpaceBefore())
        below = flowable.getSpaceAfter()
    return total


def _front_rows(report: Report, linked: set[str], deadlines: int, unjudged: int) -> Story:
    front: Front = report.front
    story: Story = [_Banner(report)]
    facts = Grid((GridColumn("", 1, bold=True), GridColumn("", 5.6)), front.facts, size=8.2, shaded=False, headed=False)
    story.append(facts)
    story += [paragraph(remark, "note") for remark in front.remarks]
    story.append(paragraph(front.opening, "body"))
    for table, most in (
        (front.matters, 5),
        (front.deadlines, deadlines),
        (front.unjudged, unjudged),
        (front.signatures, 9),
    ):
        story.append(subheading(table.title))
        story += _rows(replace(table, short=most), linked, small=True)
    return story


def _section(section: Section, number: int, linked: set[str]) -> Story:
    story: Story = [CondPageBreak(150), heading(f"{number}  {section.title}", 1, key=section.id)]
    for block in section.blocks:
        story += _block(block, linked)
    return story


def _block(block: Block, linked: set[str]) -> Story:
    match block:
        case Words(text, manner):
            return [paragraph(text, manner)]
        case Facts(_, pairs):
            return [
                Grid((GridColumn("", 1, bold=True), GridColumn("", 3.6)), pairs, size=8.4, shaded=False, headed=False)
            ]
        case Subtitle(text, key):
            return [heading(text, 2, key=key)]
        case Chart():
            return [KeepTogether([heading(block.title, 3, key=f"chart-{block.id}"), Bars(block)])]
        case Table():
            if not block.short and block.picked is None and block.rows:
                return []
            level = 2 if block.listed else 3
            return [
                CondPageBreak(70),
                heading(block.title, level, key=f"table-{block.id}"),
                *_rows(block, linked),
            ]


def _rows(table: Table, linked: set[str], *, size: float = 7.4, small: bool = False) -> Story:
    shown = shown_rows(table)
    story: Story = []
    if not table.rows:
        return [paragraph(table.empty, "small" if small else "body")]
    if shown:
        kept = [number for number, column in enumerate(table.columns) if column.paper]
        chosen = [table.columns[number] for number in kept]
        columns = [
            GridColumn(c.title, c.weight, "right" if c.kind in _RIGHT else "left", c.kind == "id") for c in chosen
        ]
        rows = [
            [_cell(row[n], table.columns[n], anchor=table.anchored and n == 0, linked=linked) for n in kept]
            for row in shown
        ]
        story.append(Grid(columns, rows, size=size))
    if rest := len(table.rows) - len(shown):
        rows_left = f"{rest:,}{' more' if shown else ''} row{'s are' if rest > 1 else ' is'}"
        story.append(paragraph(f"{rows_left} in the workbook and the page.", "small"))
    if table.note:
        story.append(paragraph(table.note, "small"))
    return story


def _cell(cell: Cell, column: Column, *, anchor: bool, linked: set[str]) -> GridCell:
    link = f"#{cell.link}" if cell.link and not anchor and cell.link in linked else ""
    return GridCell(
        cell_words(cell, column.kind),
        link=link,
        colour=COLOURS[cell.tone],
        name=cell.link if anchor else "",
        bold=cell.tone in {"missed", "over"} and column.kind != "share",
    )
