"""What the template is made of: parts, columns, rows and categories; the shipped ones come from `template()`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

TOTAL = "TOTAL"
OTHER = "KEYWORD_OTHER"

RowKey = tuple[str, ...]
"""What names a row: (scope, category, sub-category) in parts 3 to 6, (indicator, scope) in parts 7 to 10, (indicator,) in
parts 1 and 11, (label,) in part 2. Scope and sub-category are empty where the row has none."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a part: its stable key, what it is for, its official header, and the type and unit of its figures."""

    key: str
    role: str
    """applicability, service, period, category, other, scope, figure, value, context, section, indicator, label, description,
    code."""
    header: str
    width: float
    type: str = ""
    """Of a figure: count (integer) or hours."""
    of: str = ""
    """Figure that a contextual column explains."""
    counted_by: str = ""
    """Count of what a median is taken over."""
    restriction: bool = False
    """Blank throughout where the service cannot impose it (Annex II I.1)."""


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a part: its key, whom it is for, and its cells as the official file has them."""

    key: RowKey
    applicability: str
    cells: tuple[str, ...]
    type: str = ""
    """Of its value: count, hours, share, date or text; empty where the columns have types."""
    placeholder: bool = False
    """Stands for rows that the publisher has to write in its place."""


@dataclass(frozen=True, slots=True)
class Category:
    """A category of Annex II, Part I, point 7, the parts whose row it is, and its sub-categories: (label, code, description)."""

    label: str
    code: str
    description: str
    parts: frozenset[int]
    keywords: tuple[tuple[str, str, str], ...]
    context: str = ""
    """What the official file has in the contextual cell of its row in part 2."""


@dataclass(frozen=True, slots=True)
class Part:
    """One of the eleven parts. `rows` are those of the official file, placeholders included, in its order."""

    number: int
    key: str
    sheet: str
    official_file: str
    title: str
    provision: str
    shape: str
    """identification, codebook, categories, indicators or texts."""
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    sections: Mapping[str, str]
    indicators: Mapping[str, str]
    scopes: Mapping[str, str]
    expands: str
    """`member_states` or `languages`: what the placeholder rows stand for; else empty."""
    expansion: tuple[Row, ...]
    """One row for each indicator of the expansion, its scope blank."""

    @property
    def headers(self) -> tuple[str, ...]:
        """Official header row."""
        return tuple(column.header for column in self.columns)

    def index(self, key: str) -> int:
        """Position of a column by its key. KeyError where there is none."""
        for position, column in enumerate(self.columns):
            if column.key == key:
                return position
        raise KeyError(key)

    def rows_for(self, scopes: tuple[str, ...] = ()) -> tuple[Row, ...]:
        """Rows of a filled report: placeholders replaced by one row or block for each of `scopes`, in that order."""
        fixed = tuple(row for row in self.rows if not row.placeholder)
        if self.shape == "categories":
            return fixed + tuple(row for scope in scopes for row in self._block(fixed, scope))
        return fixed + tuple(self.scoped(row, scope) for row in self.expansion for scope in scopes)

    def _block(self, fixed: tuple[Row, ...], scope: str) -> list[Row]:
        return [self.scoped(row, scope) for row in fixed if row.key[0] == TOTAL]

    def scoped(self, row: Row, scope: str) -> Row:
        """The row with another scope: a Member State or a language."""
        at = self.index("scope")
        key = (scope, *row.key[1:]) if self.shape == "categories" else (row.key[0], scope)
        return Row(key, row.applicability, (*row.cells[:at], scope, *row.cells[at + 1 :]), row.type)


@dataclass(frozen=True, slots=True)
class Template:
    """The whole template: its parts, categories, code lists and period rules."""

    parts: Mapping[int, Part]
    categories: tuple[Category, ...]
    applicability: Mapping[str, str]
    """Key to official label."""
    tiers: Mapping[str, frozenset[str]]
    """Applicability to the tiers that owe its rows."""
    open_tiers: Mapping[str, frozenset[str]]
    """Applicability to the tiers that may owe them, by what they do."""
    member_states: Mapping[str, int]
    """Eurostat code to population in thousands."""
    also_written: Mapping[str, str]
    languages: tuple[str, ...]
    restrictions: Mapping[str, tuple[str, ...]]
    """Restriction column to codes of the Transparency Database."""
    applies_from: date
    half_year_tiers: frozenset[str]
    publish_within_months: int
    keep_years: int
    text_at_most: int
    median_at_most: float
    """Hours."""
    other_description: str
    """What the official file has in place of the description of an `Other` row."""
    official_period: str

    def keywords(self, part: int) -> dict[str, tuple[str, ...]]:
        """Category to its sub-categories, for the categories that are rows of the part, in official order."""
        return {
            category.code: tuple(code for _, code, _ in category.keywords)
            for category in self.categories
            if part in category.parts
        }
