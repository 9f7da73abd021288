"""The figures of a published part as numbers, by row of the template and by period."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from compliance.transparency.day import Span, read_span
from compliance.transparency.model import RowKey
from compliance.transparency.number import BLANK, Number, read_number
from compliance.transparency.sheet import Sheet

Period = tuple[date, date] | None
"""Days of a row's period; None where the report has one period only, or none that can be read."""
NUMERIC = {"count", "hours", "share"}


@dataclass(frozen=True, slots=True)
class Cell:
    """One figure of a report: its sheet, its row in the table, its column and its number."""

    sheet: Sheet
    at: int
    column: str
    number: Number

    @property
    def value(self) -> float | int | None:
        """The number, where it is certain."""
        return self.number.value

    @property
    def context(self) -> str:
        """What the publisher says about it in the contextual column."""
        key = "context" if self.column == "value" else f"{self.column}_context"
        return self.sheet.values(key)[self.at].strip() if key in self.sheet.where else ""


class Figures:
    """Numbers of one sheet, read once, with its rows in groups of one period each."""

    def __init__(self, sheet: Sheet) -> None:
        self.sheet = sheet
        self._numbers: dict[str, tuple[Number, ...]] = {}
        self._faulty: dict[str, bool] = {}
        self.spans: Mapping[str, Span] = {
            text: read_span(text) for text in dict.fromkeys(sheet.values("period")) if text.strip()
        }
        self.groups = self._grouped()

    @property
    def columns(self) -> tuple[tuple[str, str], ...]:
        """Columns that hold figures, and their type; the type of `value` is that of the row."""
        return tuple(
            (column.key, column.type or "value")
            for column in self.sheet.part.columns
            if column.role in {"figure", "value"} and column.key in self.sheet.where
        )

    def numbers(self, column: str) -> tuple[Number, ...]:
        """Numbers of a column, one per row of the table; blank in rows that hold no number."""
        if column not in self._numbers:
            self._numbers[column] = self._read(column)
        return self._numbers[column]

    def _read(self, column: str) -> tuple[Number, ...]:
        texts = self.sheet.values(column)
        fixed = next(one.type for one in self.sheet.part.columns if one.key == column)
        if fixed:
            known = {text: read_number(text, fixed) for text in set(texts)}
            self._faulty[column] = any(number.check for number in known.values())
            return tuple(map(known.__getitem__, texts))
        types = self.sheet.types
        read = {
            pair: read_number(*pair) if pair[1] in NUMERIC else BLANK for pair in set(zip(texts, types, strict=True))
        }
        self._faulty[column] = any(number.check for number in read.values())
        return tuple(map(read.__getitem__, zip(texts, types, strict=True)))

    def faulty(self, column: str) -> bool:
        """Whether any number of a column departs from the template."""
        self.numbers(column)
        return self._faulty[column]

    def _grouped(self) -> Mapping[Period, Mapping[RowKey, list[int]]]:
        """Rows by period. A period of few rows is a slip of the pen, and its rows are those of the most frequent one."""
        texts = self.sheet.values("period")
        counted: Counter[Period] = Counter()
        for text, count in Counter(texts).items():
            counted[self._span(text)] += count
        counted.pop(None, None)
        most = max(counted.values(), default=0)
        own = {span for span, count in counted.items() if count > most / 2}
        usual = self.period if len(own) > 1 else None
        groups: dict[Period, dict[RowKey, list[int]]] = {}
        for at, key in enumerate(self.sheet.keys):
            if key is not None:
                span = self._span(texts[at])
                groups.setdefault(span if len(own) > 1 and span in own else usual, {}).setdefault(key, []).append(at)
        return groups

    def _span(self, text: str) -> Period:
        span = self.spans.get(text)
        return span.known if span else None

    @property
    def period(self) -> Period:
        """The most frequent period that can be read."""
        counted = Counter(text for text in self.sheet.values("period") if text in self.spans)
        readable = (self._span(text) for text, _ in counted.most_common())
        return next((span for span in readable if span), None)

    def cell(self, key: RowKey, column: str, period: Period = None) -> Cell | None:
        """The first cell of a row of the template in a period; None where the row or column is missing."""
        group = self.groups.get(period)
        if group is None and len(self.groups) == 1:
            group = next(iter(self.groups.values()))
        rows = group.get(key) if group else None
        if not rows or column not in self.sheet.where:
            return None
        return Cell(self.sheet, rows[0], column, self.numbers(column)[rows[0]])

    def filled(self, column: str) -> bool:
        """Whether any cell of the column holds anything."""
        return any(text.strip() for text in set(self.sheet.values(column)))

    def each(self) -> Iterator[tuple[Period, Mapping[RowKey, list[int]]]]:
        """Groups of rows of one period."""
        yield from self.groups.items()
