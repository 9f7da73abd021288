"""The report as a whole: its parts, its service, the form it is published in, and recipients beside inhabitants."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping

from compliance.transparency.figures import Figures
from compliance.transparency.label import leftovers, plain
from compliance.transparency.remark import Remark, shown
from compliance.transparency.report import Published
from compliance.transparency.sheet import Sheet
from compliance.transparency.template import template


def part_remarks(report: Published) -> Iterator[tuple[int, Remark]]:
    """Remarks on parts that are missing or doubled, by number of the part."""
    counted = Counter(sheet.part.number for sheet in report.sheets)
    for number, part in template().parts.items():
        if not counted[number]:
            yield number, Remark("TRL-PART-MISSING", "no file or sheet", part.sheet)
        elif counted[number] > 1:
            names = ", ".join(shown(sheet.grid.source, 200) for sheet in report.sheets if sheet.part.number == number)
            yield number, Remark("TRL-PART-TWICE", names, "one file or sheet")


def form_remark(report: Published) -> Remark | None:
    """A remark where only a workbook was given."""
    if report.sheets and all(sheet.grid.form == "xlsx" for sheet in report.sheets):
        return Remark("TRL-FORM-XLSX", "a workbook", "CSV files")
    return None


def service_remarks(report: Published) -> Iterator[tuple[Sheet, Remark]]:
    """Remarks on rows without service, and on a second service in one report."""
    names = report.services
    main = plain(names[0]) if names else ""
    for sheet in report.sheets:
        if "service" not in sheet.where:
            continue
        texts = sheet.values("service")
        at_column = sheet.where["service"]
        blank = [at for at, text in enumerate(texts) if not text.strip()]
        if blank:
            found = f"blank in {len(blank)} of {len(texts)} row(s)"
            yield (
                sheet,
                Remark(
                    "TRL-SERVICE-BLANK",
                    found,
                    "the name of the service",
                    row=sheet.body[blank[0]],
                    column=at_column,
                    figure="service",
                ),
            )
        for text in dict.fromkeys(texts):
            if text.strip() and plain(text) != main and plain(text) not in leftovers():
                first = texts.index(text)
                yield (
                    sheet,
                    Remark(
                        "TRL-SERVICE-MIXED",
                        f"{shown(text)} in {texts.count(text)} row(s)",
                        names[0],
                        row=sheet.body[first],
                        column=at_column,
                        key=sheet.keys[first],
                        figure="service",
                    ),
                )


def population_remarks(figures: Figures) -> Iterator[Remark]:
    """Remarks on Member States with more recipients than inhabitants (part 10)."""
    sheet = figures.sheet
    populations: Mapping[str, int] = template().member_states
    for at, (key, number) in enumerate(zip(sheet.keys, figures.numbers("value"), strict=True)):
        if key is None or number.value is None:
            continue
        inhabitants = sum(populations.values()) if key[1] == "total" else populations.get(key[1], 0)
        if inhabitants and number.value > inhabitants * 1000:
            yield Remark(
                "TRL-POPULATION",
                f"{number.value}",
                f"at most {inhabitants * 1000}, the inhabitants",
                row=sheet.body[at],
                column=sheet.where["value"],
                key=key,
                figure="value",
            )
