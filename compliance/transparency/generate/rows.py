"""Rows of the generated parts: the template's own bytes, with figures, days, texts and the words that disclose how they were made."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from compliance.assess.figures.model import Holding
from compliance.transparency.finding import address
from compliance.transparency.generate.cells import choices, relations
from compliance.transparency.generate.made import Report, Setting
from compliance.transparency.generate.measure import NIL, Figure, Measured
from compliance.transparency.generate.missing import missing, scopes_of
from compliance.transparency.model import OTHER, TOTAL, Column, Part, Row, RowKey
from compliance.transparency.template import template


def build(measured: Measured, setting: Setting) -> Report:
    """All eleven parts."""
    report = Report(problems=list(measured.problems))
    for number, part in template().parts.items():
        maker = _Rows(part, measured, setting, report)
        report.rows[number] = [
            cells for row in part.rows_for(blocks_of(part, measured)) for cells in (maker.row(row), *maker.by_system(row))
        ]  # fmt: skip
    for name, notes in measured.notes.items():
        report.problems += [f"{name}: {note}" for note in notes if name in report.leaned]
    report.problems += missing(setting, report, measured)
    return report


def blocks_of(part: Part, measured: Measured) -> tuple[str, ...]:
    """Languages, Member States, or in part 3 those of them that issued an order."""
    if part.number != 3:
        return scopes_of(part)
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


def _listed(words: list[str]) -> str:
    """Words one after another, as many as a text of the template may hold."""
    limit, text = template().text_at_most - len("; and others"), words[0]
    for word in words[1:]:
        if len(text) + 2 + len(word) > limit:
            return f"{text}; and others"
        text = f"{text}; {word}"
    return text[:limit]


class _Rows:
    """Fills the rows of one part."""

    def __init__(self, part: Part, measured: Measured, setting: Setting, report: Report) -> None:
        self.part, self.measured, self.setting, self.report = part, measured, setting, report
        self.definitions = {
            (relation.id, name): cell for relation in relations() if relation.part == part.number
            for name, cell in relation.cells.items()
        }  # fmt: skip
        self.relations = {relation.id: relation for relation in relations()}

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

    def by_system(self, row: Row) -> Iterator[list[str]]:
        """The same row for each system alone, where there are several (Annex II 1.6)."""
        systems = self._systems(row)
        if len(systems) < 2 or not self.applies(row) or self._declared(row) is not None:
            return
        for system, figure in sorted(systems.items()):
            cells = list(row.cells)
            cells[self.part.index("service")] = self.setting.service
            cells[self.part.index("period")] = f"{self.setting.first}/{self.setting.last}"
            cells[self.part.index("value")] = formatted(figure.value)
            cells[self.part.index("context")] = f"System {system} alone, on {figure.records:,} labelled sample(s)."
            yield cells

    def _systems(self, row: Row) -> Mapping[str, Figure]:
        return self.measured.apart.get((self.part.number, "value", row.key), {})

    def _keep(self, row: Row, column: str, figure: Figure) -> str:
        text = formatted(figure.value)
        self.report.leaned.add(figure.relation)
        if text:
            self.report.filled[address(self.part, row.key, column)] = figure
        return text

    def _possible(self, column: Column) -> bool:
        if not column.restriction:
            return True
        said = self.setting.declared.restrictions
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
                figure = self.measured.figure(self.part.number, "value", row.key)
                counted = formatted(figure.value) if figure and figure.records else ""
                if counted not in {"", declared}:
                    place = address(self.part, row.key, "value")
                    self.report.problems.append(f"{place}: {declared} is declared, {counted} is counted from the log")
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
        if words := self.measured.words.get((self.part.number, row.key[1])):
            return _listed(sorted(words))
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
            if systems := self._systems(row):
                yield f"System(s): {', '.join(sorted(systems))}{'; each has a row of its own below' if len(systems) > 1 else ''}."

    def _declaration(self) -> Iterator[str]:
        said = self.setting.declared
        if self.part.number == 8 and said.evaluations:
            yield f"Basis: {said.evaluations.basis} Declared by {said.evaluations.who}."
        elif self.part.number == 9 and said.moderators:
            yield f"Full-time equivalents, rounded to whole numbers. Declared by {said.moderators.who}."

    def _figure_words(self, figure: Figure, text: str, whole: bool) -> Iterator[str]:
        cell = self.definitions[figure.relation, figure.cell]
        if whole:
            yield cell.definition
            relation = self.relations[figure.relation]
            for name in (*cell.choices, *relation.choices):
                yield choices()[name].options[self.setting.choices[name]]
            yield f"Population: {relation.population}"
            lost = self.measured.remainders.get(self.part.number)
            if lost and self.part.shape == "categories":
                yield f"Counted here and in no row of a category or Member State: {'; '.join(dict.fromkeys(lost))}."
        if figure.holding is Holding.NOT_HELD and whole:
            yield f"Blank, since it cannot be counted: {figure.note}."
        if figure.holding is Holding.PARTIAL and whole:
            kind = "A lower bound" if cell.value in NIL else "Of the records held"
            yield f"{kind}: {figure.note}."
        if not text and cell.value not in NIL and figure.holding is not Holding.NOT_HELD:
            yield "Blank: no record of the period has what is measured here."
