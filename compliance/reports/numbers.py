"""Figures as blocks of a report: summaries, handling times, how they are spread, charts and breakdowns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from compliance.assess.figures import Breakdown, Figure, FigureSet, Holding, Measure
from compliance.reports.content import Block, Bound, Cell, Chart, Column, Kind, Table
from compliance.reports.layout import BlockLayout
from compliance.reports.material import Material
from compliance.reports.wording import NBSP, UNSTATED, cell_words, code_words, share_words

MOST_BARS = 12
_COUNTED = {"count", "sum", "highest", "overlap"}
_BY_WORDS = {
    "member_state": "Member State",
    "issuing_member_state": "issuing Member State",
    "system_id": "system",
    "notice_outcome": "outcome",
    "complaint_outcome": "outcome",
    "reject_reason": "reason",
    "source_type": "source",
    "suspension_basis": "basis",
    "restriction": "kind of restriction",
}


def kind_of(figure: Figure) -> Kind:
    """How a figure's value is read."""
    if figure.kind in {"times", "overlap"}:
        return "time"
    return "share" if figure.kind in {"share", "ratio", "paired"} else "count"


def cell_of(figure: Figure, measure: Measure) -> Cell:
    """A measure as a cell, with how far it carries."""
    return Cell(measure.value, of=measure.of if kind_of(figure) == "share" else None, bound=_bound(figure, measure))


def _bound(figure: Figure, measure: Measure) -> Bound:
    if measure.holding is Holding.NOT_HELD:
        return "not held"
    if measure.value is None or (kind_of(figure) == "share" and not measure.of):
        return "none"
    if measure.holding is Holding.COMPLETE:
        return ""
    return "at least" if figure.kind in _COUNTED else "of the records held"


def block_of(block: BlockLayout, material: Material, section: str, number: int) -> tuple[Block, ...]:
    """The blocks that one figure block of a layout asks for. `number`: its place in the section, for its id."""
    key = f"{section}-{number}"
    if block.summary:
        return (_summary(block, material, key),)
    if block.times:
        return (_times(block, material, key),)
    if block.spread:
        return _spread(material.figures.get(block.spread), key)
    if block.chart:
        return _chart(block, material, key)
    return (_breakdown(block, material.figures, key),)


def _before(material: Material, figure: Figure) -> Figure | None:
    return material.figures_before.get(figure.id) if material.figures_before is not None else None


def _summary(block: BlockLayout, material: Material, key: str) -> Table:
    figures = [material.figures.get(name) for name in block.summary]
    rows = []
    for figure in figures:
        earlier = _before(material, figure)
        now = cell_of(figure, figure.measure)
        before = cell_of(earlier, earlier.measure) if earlier is not None else Cell(None, bound="none")
        kind = kind_of(figure)
        rows.append(
            (
                Cell(figure.title),
                replace(now, kind=kind),
                replace(before, kind=kind),
                Cell(change_words(now, before, kind)),
                Cell("time" if kind == "time" else figure.unit),
                Cell(figure.provision, tone="muted"),
            )
        )
    columns = (
        Column("Figure", weight=3.2),
        Column(material.period.label, "mixed", 1.9),
        Column(material.period.before().label, "mixed", 1.9),
        Column("Change", weight=1.2),
        Column("Unit", weight=1, paper=False),
        Column("Provision", weight=2.6),
    )
    note = _notes(figures, [_before(material, figure) for figure in figures], material)
    return Table(key, block.title or "In numbers", columns, tuple(rows), note=note)


def change_words(now: Cell, before: Cell, kind: Kind) -> str:
    """The change in words: percentage points for shares, per cent for counts and times; a dash where not comparable."""
    if not isinstance(now.value, int) or not isinstance(before.value, int) or now.bound or before.bound:
        return "–"
    if kind == "share":
        if not now.of or not before.of:
            return "–"
        points = (2000 * (now.value * before.of - before.value * now.of) + now.of * before.of) // (
            2 * now.of * before.of
        )
        return f"{_sign(points)}{abs(points) // 10}.{abs(points) % 10} points"
    if before.value == 0:
        return "–" if now.value else f"0{NBSP}%"
    change = (2000 * (now.value - before.value) + before.value) // (2 * before.value)
    return f"{_sign(change)}{abs(change) // 10}.{abs(change) % 10}{NBSP}%"


def _sign(value: int) -> str:
    return "+" if value > 0 else "−" if value < 0 else ""


def _notes(figures: Sequence[Figure], earlier: Sequence[Figure | None] = (), material: Material | None = None) -> str:
    """What the logs do not let the figures say, once each; the period before is named where it is meant."""
    label = material.period.before().label if material is not None else ""
    past = [figure for figure in earlier if figure is not None]
    by_note: dict[str, list[str]] = {}
    for figure, where in (*((figure, "") for figure in figures), *((figure, f" ({label})") for figure in past)):
        if figure.note:
            by_note.setdefault(figure.note, []).append(figure.title + where)
    partial = any(_bound(figure, figure.measure) == "of the records held" for figure in (*figures, *past))
    told = ". ".join(
        f"{_capital(note)}: {', '.join(_lower(title) for title in dict.fromkeys(titles))}"
        for note, titles in by_note.items()
    )
    return ("* of the records held. " if partial else "") + (f"{told}." if told else "")


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _lower(text: str) -> str:
    return text[:1].lower() + text[1:]


def _times(block: BlockLayout, material: Material, key: str) -> Table:
    rows = []
    figures = [material.figures.get(name) for name in block.times]
    for figure in figures:
        rows.append(_time_row(material.period.label, figure))
        if (earlier := _before(material, figure)) is not None:
            rows.append(_time_row(material.period.before().label, earlier))
    columns = (
        Column("Handling time", weight=3.4),
        Column("Period", weight=1.2),
        Column("Done", "count", 0.9),
        Column("Open", "count", 0.9),
        Column("Median", "time", 1.3),
        Column("9 in 10 within", "time", 1.4),
        Column("Longest", "time", 1.3),
    )
    note = _notes(figures, [_before(material, figure) for figure in figures], material)
    return Table(key, block.title or "Handling times", columns, tuple(rows), note=note)


def _time_row(label: str, figure: Figure) -> tuple[Cell, ...]:
    times, bound = figure.measure.times, _bound(figure, figure.measure)
    if times is None:
        return (Cell(figure.title), Cell(label), *(Cell(None, bound="not held") for _ in range(5)))
    counted: Bound = "at least" if bound == "of the records held" else ""
    return (
        Cell(figure.title),
        Cell(label),
        Cell(times.n, bound=counted),
        Cell(times.open, bound=counted),
        *(Cell(value, bound=bound) for value in (times.median, times.p90, times.maximum)),
    )


def _spread(figure: Figure, key: str) -> tuple[Block, ...]:
    times = figure.measure.times
    if times is None or not times.n:
        return ()
    bars = tuple((label, (Cell(count, of=times.n),)) for label, count in times.buckets)
    words = "; ".join(f"{label}: {share_words(count, times.n)}" for label, count in times.buckets)
    title = f"{figure.title}: how the {times.n:,} completed cases are spread"
    return (
        Chart(
            key, title, f"Bar chart. {title}. {words}. {times.open:,} cases are still open.", "share", ("cases",), bars
        ),
    )


def _chart(block: BlockLayout, material: Material, key: str) -> tuple[Block, ...]:
    figure = material.figures.get(block.chart)
    rows = _groups(figure, block.by)
    if not rows:
        return (
            Table(
                key,
                block.title or f"{figure.title} by {by_words(block.by)}",
                (Column("", weight=1),),
                (),
                empty=figure.note or "No record states it.",
            ),
        )
    earlier = _before(material, figure)
    series: tuple[str, ...] = (material.period.label,)
    bars: tuple[tuple[str, tuple[Cell, ...]], ...]
    if block.by == "month" and earlier is not None:
        past = _groups(earlier, block.by)
        muted = [(name, replace(cell_of(earlier, measure), tone="muted")) for name, measure in past]
        bars = tuple((code_words(name, block.by), (cell,)) for name, cell in (*muted, *_cells_of(figure, rows)))
        series = (material.period.label, material.period.before().label)
    elif earlier is not None:
        held = dict(_groups(earlier, block.by))
        nil = Measure(0, earlier.measure.holding)
        bars = tuple(
            (code_words(name, block.by), (cell_of(figure, measure), cell_of(figure, held.get(name, nil))))
            for name, measure in rows[:MOST_BARS]
        )
        series = (material.period.label, material.period.before().label)
    else:
        bars = tuple((code_words(name, block.by), (cell_of(figure, measure),)) for name, measure in rows[:MOST_BARS])
    rest = f" The {MOST_BARS} largest of {len(rows)} groups." if len(rows) > MOST_BARS and block.by != "month" else ""
    title = block.title or f"{figure.title} by {by_words(block.by)}"
    words = "; ".join(
        f"{label}: {', '.join(cell_words(cell, kind_of(figure)) for cell in cells)}" for label, cells in bars
    )
    chart = Chart(key, title, f"Bar chart. {title}.{rest} {words}.", kind_of(figure), series, bars)
    if len(rows) <= MOST_BARS or block.by == "month":
        return (chart,)
    return (chart, _breakdown(BlockLayout(table=(block.chart,), by=block.by), material.figures, f"{key}-all"))


def _cells_of(figure: Figure, rows: list[tuple[str, Measure]]) -> list[tuple[str, Cell]]:
    return [(name, cell_of(figure, measure)) for name, measure in rows]


def _groups(figure: Figure, by: str) -> list[tuple[str, Measure]]:
    """Groups of a figure: time in order, others by size, the unstated last."""
    found = _part(figure, by)
    rows = [(row.key, row.measure) for row in found.rows] if found is not None else []
    if by in {"month", "week", "day"}:
        return rows
    measured = [
        row for row in rows if row[1].holding is Holding.NOT_HELD or (row[1].value is not None and row[1].of != 0)
    ]
    return sorted(measured, key=lambda row: (not row[0], -(_size(row[1])), row[0]))


def _size(measure: Measure) -> int:
    if measure.times is not None:
        return measure.times.n
    return measure.of if measure.of is not None else measure.value or 0


def _part(figure: Figure, by: str) -> Breakdown | None:
    return next((part for part in figure.breakdowns if part.by == by), None)


def by_words(by: str) -> str:
    """A dimension in words."""
    return _BY_WORDS.get(by, by.replace("_", " "))


def _breakdown(block: BlockLayout, figures: FigureSet, key: str) -> Table:
    chosen = [figures.get(name) for name in block.table]
    columns = [Column(_capital(by_words(block.by)), weight=2.6)]
    for figure in chosen:
        if figure.kind == "times":
            columns += [
                Column("Cases done", "count", 1),
                Column("Median", "time", 1.2),
                Column("9 in 10 within", "time", 1.2),
            ]
        else:
            columns.append(Column(figure.title, kind_of(figure), 1.6 if kind_of(figure) == "share" else 1.2))
    held = [dict(_groups(figure, block.by)) for figure in chosen]
    order = list(dict.fromkeys(name for figure in chosen for name, _ in _groups(figure, block.by)))
    order.sort(key=lambda name: not name and block.by not in {"month", "week", "day"})
    rows = tuple(
        (
            Cell(code_words(name, block.by), tone="muted" if code_words(name) == UNSTATED else ""),
            *(cell for figure, groups in zip(chosen, held, strict=True) for cell in _cells(figure, groups.get(name))),
        )
        for name in order
    )
    names = list(dict.fromkeys(figure.title for figure in chosen))
    made = " and ".join([names[0], *(_lower(name) for name in names[1:])]) if len(names) < 3 else ""
    title = block.title or _capital(f"{made} by {by_words(block.by)}".strip())
    return Table(
        key,
        title,
        tuple(columns),
        rows,
        note=_notes(chosen),
        short=32,
        empty=". ".join(dict.fromkeys(f.note for f in chosen if f.note)) or "No record states it.",
    )


def _cells(figure: Figure, measure: Measure | None) -> tuple[Cell, ...]:
    if figure.kind != "times":
        if measure is None:
            nil = figure.kind in {"count", "sum"} and figure.measure.holding is not Holding.NOT_HELD
            return (cell_of(figure, Measure(0, figure.measure.holding)) if nil else Cell(None, bound="none"),)
        return (cell_of(figure, measure),)
    times = measure.times if measure is not None else None
    if measure is None or times is None:
        return tuple(Cell(None, bound="none") for _ in range(3))
    bound = _bound(figure, measure)
    return (Cell(times.n), Cell(times.median, bound=bound), Cell(times.p90, bound=bound))


def figures_table(figures: FigureSet, before: FigureSet | None) -> Table:
    """Every figure of the period and the one before as plain numbers, for the workbook and for machines."""
    rows = []
    for current in (before, figures):
        for figure in current.figures if current is not None else ():
            label = f"{current.period[0].isoformat()}/{current.period[1].isoformat()}" if current is not None else ""
            measure = figure.measure
            rows.append(
                (
                    Cell(figure.id),
                    Cell(label),
                    Cell(figure.title),
                    Cell(figure.unit),
                    Cell(measure.value),
                    Cell(measure.of),
                    Cell(measure.holding.value),
                    Cell(figure.note),
                )
            )
    columns = (
        Column("Figure", "id", 1.6),
        Column("Period, first day / day after", "id", 1.8),
        Column("Title", weight=2.5),
        Column("Unit (times in microseconds)", weight=1.2),
        Column("Value", "count"),
        Column("Of", "count"),
        Column("Held"),
        Column("Note", weight=2),
    )
    return Table("figures", "All figures", columns, tuple(rows), short=0)


__all__ = ["block_of", "by_words", "cell_of", "change_words", "figures_table", "kind_of"]
