"""Bars as plain shapes, measured once, so that paper and page draw the same chart."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from reportlab.lib.colors import HexColor
from reportlab.platypus.flowables import Flowable

from compliance.reports.content import Cell, Chart
from compliance.reports.fonts import BOLD, REGULAR, register_fonts, width
from compliance.reports.grid import broken
from compliance.reports.look import ACCENT, INK, MUTED, PAPER, RULE
from compliance.reports.structure import marked, structure_of
from compliance.reports.wording import cell_words

_SIZE = 7.8
_LABEL = 0.34
_THICK = 9.0
_THIN = 6.5


@dataclass(frozen=True, slots=True)
class Box:
    """A filled or outlined rectangle; `y` is its upper edge, counted downward from the top of the chart, in points."""

    x: float
    y: float
    width: float
    height: float
    fill: str
    stroke: str


@dataclass(frozen=True, slots=True)
class Label:
    """A line of text; `y` is its base line, counted downward from the top."""

    x: float
    y: float
    text: str
    colour: str
    anchor: Literal["start", "end"] = "start"
    bold: bool = False


@dataclass(frozen=True, slots=True)
class Drawing:
    """A chart as shapes inside `width` by `height` points."""

    width: float
    height: float
    shapes: tuple[Box | Label, ...]


def drawn(chart: Chart, space: float) -> Drawing:
    """The chart as shapes. The first series is solid, the second outlined; every bar carries its number."""
    register_fonts()
    shapes: list[Box | Label] = []
    top = 4.0
    if len(chart.series) > 1:
        top = _legend(chart, shapes, space)
    numbers = [cell_words(cell, chart.kind) for _, cells in chart.bars for cell in cells]
    left = space * _LABEL
    room = space - left - max((width(words, BOLD, _SIZE) for words in numbers), default=0.0) - 8
    highest = max((_size(cell) for _, cells in chart.bars for cell in cells), default=0)
    for name, cells in chart.bars:
        lines = broken(name, REGULAR, _SIZE, left - 8)
        depth = _THICK + (_THIN + 1.5 if len(cells) > 1 else 0)
        height = max(depth, len(lines) * _SIZE * 1.2)
        for number, line in enumerate(lines):
            shapes.append(Label(left - 6, top + _SIZE + number * _SIZE * 1.2, line, INK, "end"))
        down = top
        for series, cell in enumerate(cells):
            second = bool(series) or cell.tone == "muted"
            thick = _THIN if series else _THICK
            long = room * _size(cell) / highest if highest else 0.0
            shapes.append(
                Box(left, down, max(long, 0.6), thick, PAPER if second else ACCENT, MUTED if second else ACCENT)
            )
            words = cell_words(cell, chart.kind)
            shapes.append(Label(left + long + 4, down + thick - 1.4, words, MUTED if second else INK, bold=not second))
            down += thick + 1.5
        top += height + 5
    shapes.append(
        Box(left - 0.5, 2 if len(chart.series) < 2 else 14, 0.5, top - (4 if len(chart.series) < 2 else 16), RULE, RULE)
    )
    return Drawing(space, top + 2, tuple(shapes))


def _legend(chart: Chart, shapes: list[Box | Label], space: float) -> float:
    at = space * _LABEL
    for series, name in enumerate(chart.series):
        shapes.append(Box(at, 2, 12, 6, PAPER if series else ACCENT, MUTED if series else ACCENT))
        shapes.append(Label(at + 16, 8, name, MUTED if series else INK))
        at += 16 + width(name, REGULAR, _SIZE) + 18
    return 18.0


def _size(cell: Cell) -> int:
    return cell.value if isinstance(cell.value, int) and cell.bound != "not held" else 0


class Bars(Flowable):  # type: ignore[misc]
    """A chart on paper, in vectors, with what it says in words for those who do not see it."""

    def __init__(self, chart: Chart) -> None:
        super().__init__()
        self.chart = chart
        self.made: Drawing | None = None
        self.spaceAfter = 8

    def wrap(self, available: float, _height: float) -> tuple[float, float]:
        """Width and height in points."""
        self.made = drawn(self.chart, available)
        return available, self.made.height

    def draw(self) -> None:
        """Draw the shapes from the top down."""
        made = self.made or drawn(self.chart, self.width)
        figure = structure_of(self.canv).root.add("Figure")
        figure.alternative = self.chart.alt
        left, bottom = self.canv.absolutePosition(0, 0)
        figure.box = (left, bottom, left + made.width, bottom + made.height)
        with marked(self.canv, figure):
            for shape in made.shapes:
                _put(self.canv, shape, made.height)


def _put(canvas: Any, shape: Box | Label, height: float) -> None:
    if isinstance(shape, Box):
        canvas.setFillColor(HexColor(shape.fill))
        canvas.setStrokeColor(HexColor(shape.stroke))
        canvas.setLineWidth(0.7)
        canvas.rect(shape.x, height - shape.y - shape.height, shape.width, shape.height, stroke=1, fill=1)
        return
    canvas.setFont(BOLD if shape.bold else REGULAR, _SIZE)
    canvas.setFillColor(HexColor(shape.colour))
    write = canvas.drawRightString if shape.anchor == "end" else canvas.drawString
    write(shape.x, height - shape.y, shape.text)
