"""Rows of the generated parts: the template's own bytes, with figures, days, texts and the words that disclose how they were made."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from compliance.assess.figures.model import Holding
from compliance.transparency.finding import address
from compliance.transparency.generate.cells import relations
from compliance.transparency.generate.declared import Declared
from compliance.transparency.generate.measure import Figure, Measured
from compliance.transparency.model import OTHER, TOTAL, Column, Part, Row, RowKey
from compliance.transparency.template import template

NOT_RECORDED = frozenset({"visibility_interaction"})
"""Restriction columns for which the events have no code yet: they are blank, and a service that can impose them is told."""


@dataclass(frozen=True, slots=True)
class Setting:
    """What the rows need beside the figures."""

    service: str
    provider: str
    tier: str
    hosting: bool
    first: str
    last: str
    declared: Declared
    choices: Mapping[str, str]


@dataclass(slots=True)
class Report:
    """The rows of all parts in order of the template, the figures that fill their cells, and problems in words."""

    rows: dict[int, list[list[str]]] = field(default_factory=dict)
    filled: dict[str, Figure | None] = field(default_factory=dict)
    """Address of each filled figure; None where it was declared."""
    problems: list[str] = field(default_factory=list)


def build(measured: Measured, setting: Setting) -> Report:
    """All eleven parts."""
    report = Report(problems=list(measured.problems))
    for number, part in template().parts.items():
        maker = _Rows(part, measured, setting, report)
        report.rows[number] = [maker.row(row) for row in part.rows_for(_scopes(part, measured))]
    report.problems += _missing(setting, report, measured)
    return report


def _scopes(part: Part, measured: Measured) -> tuple[str, ...]:
    """Languages, Member States, or in part 3 those of them that issued an order."""
    if part.number != 3:
        return {"languages": template().languages, "member_states": tuple(template().member_states)}.get(
            part.expands, ()
        )
    issued = {
        key[0] for (number, column, key), figure in measured.figures.items()
        if number == 3 and column in {"orders_to_act", "orders_to_inform"} and figure.records
    }  # fmt: skip
    return tuple(state for state in template().member_states if state in issued)


def formatted(value: float | None) -> str:
    """A figure as a cell: digits, a point and at most six decimals; empty where there is none."""
    if value is None:
        return ""
    return str(value) if isinstance(value, int) else f"{value:.6f}".rstrip("0").rstrip(".")


class _Rows:
    """Fills the rows of one part."""

    def __init__(self, part: Part, measured: Measured, setting: Setting, report: Report) -> None:
        self.part, self.measured, self.setting, self.report = part, measured, setting, report
        self.definitions = {
            (relation.id, name): cell for relation in relations() if relation.part == part.number
            for name, cell in relation.cells.items()
        }  # fmt: skip
        self.populations = {relation.id: relation.population for relation in relations()}

    def row(self, row: Row) -> list[str]:
        """The cells of one row, in the order of the columns."""
        cells = list(row.cells)
        for at, column in enumerate(self.part.columns):
            match column.role:
                case "service":
                    cells[at] = self.setting.service
                case "period":
                    cells[at] = f"{self.setting.first}/{self.setting.last}"
                case "figure":
                    cells[at] = self._figure(row, column)
                case "value":
                    cells[at] = self._value(row)
                case "other":
                    cells[at] = self._other(row)
        for at, column in enumerate(self.part.columns):
            if column.role == "context" and self.part.shape != "codebook":
                cells[at] = self._context(row, column, cells[self.part.index(column.of)])
        return cells

    def applies(self, row: Row) -> bool:
        """Whether the kind of provider owes the row; a search engine owes those of hosting where it hosts."""
        if self.setting.tier in template().tiers[row.applicability]:
            return True
        return self.setting.hosting and self.setting.tier in template().open_tiers[row.applicability]

    def _counted(self, key: RowKey, column: Column) -> Figure | None:
        return self.measured.figure(self.part.number, column.key, key)

    def _figure(self, row: Row, column: Column) -> str:
        if not self.applies(row) or not self._possible(column):
            return ""
        figure = self._counted(row.key, column)
        return self._keep(row, column.key, figure) if figure else ""

    def _keep(self, row: Row, column: str, figure: Figure) -> str:
        text = formatted(figure.value)
        if text:
            self.report.filled[address(self.part, row.key, column)] = figure
        return text

    def _possible(self, column: Column) -> bool:
        if not column.restriction:
            return True
        said = self.setting.declared.restrictions
        if column.key in NOT_RECORDED:
            return False
        return said is None or column.key in said.possible or self._seen(column)

    def _seen(self, column: Column) -> bool:
        whole = self.measured.figures.get((self.part.number, column.key, ("", TOTAL, "")))
        return whole is not None and bool(whole.records)

    def _value(self, row: Row) -> str:
        if not self.applies(row):
            return ""
        declared = self._declared(row)
        if declared is not None:
            if self.part.shape == "indicators":
                self.report.filled[address(self.part, row.key, "value")] = None
            return declared
        if self.part.shape != "indicators":
            return ""
        figure = self.measured.figure(self.part.number, "value", row.key)
        return self._keep(row, "value", figure) if figure else ""

    def _declared(self, row: Row) -> str | None:
        """Text or figure that was declared for the row; None where none was."""
        said, key = self.setting.declared, row.key
        if self.part.number == 1:
            named = said.identification
            days = {"published": named.published, "previous": named.previous} if named else {}
            known = {"provider": self.setting.provider, "first_day": self.setting.first, "last_day": self.setting.last}
            return known.get(key[0]) or str(days.get(key[0]) or "")
        if self.part.number == 8 and said.evaluations:
            share = said.evaluations.scopes.get(key[1], {}).get(key[0])  # type: ignore[call-overload]
            return None if share is None else formatted(float(share))
        if self.part.number == 9 and said.moderators:
            fixed = key[1] == "total"
            return str(getattr(said.moderators, key[0]) if fixed else said.moderators.languages.get(key[1], 0))
        if self.part.number == 10 and said.recipients:
            tally = said.recipients.total if key[1] == "total" else said.recipients.member_states.get(key[1])
            return None if tally is None else str(tally)
        if self.part.number == 11:
            return said.qualitative.texts.get(key[0], "").strip() if said.qualitative else ""
        return None

    def _other(self, row: Row) -> str:
        if row.key[-1] != OTHER or not self.applies(row):
            return ""
        said = self.setting.declared.other
        if said and row.key[1] in said.texts:
            return said.texts[row.key[1]]
        category = next(one for one in template().categories if one.code == row.key[1])
        return f"{category.description.strip()}: matters of no other sub-category, or for which none is recorded"

    def _context(self, row: Row, column: Column, text: str) -> str:
        if not self.applies(row):
            return ""
        said = self.setting.declared.context
        own = said.texts.get(address(self.part, row.key, column.of), "") if said else ""
        return " ".join(part for part in (own.strip(), *self._words(row, column.of, text)) if part)

    def _words(self, row: Row, of: str, text: str) -> Iterator[str]:
        """How the figure was made: at the TOTAL of a column and at each indicator; why it is blank, wherever it is."""
        column = self.part.columns[self.part.index(of)]
        if column.restriction and not self._possible(column):
            return
        figure = self._counted(row.key, column)
        whole = self.part.shape == "indicators" or row.key[1] == TOTAL
        declared = self.report.filled.get(address(self.part, row.key, of), figure) is None and bool(text)
        if declared:
            yield from self._declaration()
        elif figure is None:
            if self.part.shape == "indicators" or row.key[1] == TOTAL:
                yield "Blank: the service holds no record from which it could be counted."
        else:
            yield from self._figure_words(figure, text, whole)

    def _declaration(self) -> Iterator[str]:
        said = self.setting.declared
        if self.part.number == 8 and said.evaluations:
            yield f"Basis: {said.evaluations.basis} Declared by: {said.evaluations.by}."
        elif self.part.number == 9 and said.moderators:
            yield f"Full-time equivalents, rounded to whole numbers. Declared by: {said.moderators.by}."

    def _figure_words(self, figure: Figure, text: str, whole: bool) -> Iterator[str]:
        cell = self.definitions[figure.relation, figure.cell]
        if whole:
            yield cell.definition
            if cell.choice:
                yield cell.options[self.setting.choices[cell.choice]].says
            yield f"Population: {self.populations[figure.relation]}"
            lost = self.measured.remainders.get(self.part.number)
            if lost and self.part.shape == "categories":
                yield f"Counted here and in no row of a category or Member State: {'; '.join(dict.fromkeys(lost))}."
        if figure.holding is Holding.NOT_HELD and whole:
            yield f"Blank, since it cannot be counted: {figure.note}."
        if figure.holding is Holding.PARTIAL and whole:
            kind = "A lower bound" if cell.value in {"count", "sum"} else "Of the records held"
            yield f"{kind}: {figure.note}."
        if not text and cell.value not in {"count", "sum"} and figure.holding is not Holding.NOT_HELD:
            yield "Blank: no record of the period has what is measured here."


def _missing(setting: Setting, report: Report, measured: Measured) -> Iterator[str]:
    """What the report still lacks because nobody declared it, or declares against the log."""
    said, large = setting.declared, setting.tier in template().half_year_tiers
    named = said.identification
    if not setting.provider:
        yield "part 1: the name of the provider is neither configured nor declared"
    if named is None or named.published is None:
        yield "part 1: the date of publication is not declared"
    if said.restrictions is None:
        yield "parts 5, 6: which restrictions the service can impose is not declared; 0 stands where it may have to be blank"
    else:
        for number in (5, 6):
            for column in template().parts[number].columns:
                whole = measured.figures.get((number, column.key, ("", TOTAL, "")))
                if column.restriction and column.key not in said.restrictions.possible and whole and whole.records:
                    yield f"part {number}: {column.key} is declared impossible, and the log has {whole.records}"
        for name in sorted(NOT_RECORDED & set(said.restrictions.possible)):
            yield f"parts 5, 6: the events have no code for {name}; its columns are blank"
    if setting.tier == "vlop" and said.moderators is None:
        yield "part 9: the moderators are not declared"
    if large and (said.recipients is None or not said.recipients.member_states):
        yield "part 10: the active recipients of the Member States are not declared"
    part = template().parts[11]
    for row, cells in zip(part.rows, report.rows[11], strict=True):
        if setting.tier in template().tiers[row.applicability] and not cells[part.index("value")]:
            yield f"part 11: the text {row.key[0]} is not declared"
