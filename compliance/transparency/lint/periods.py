"""Days and periods: their form, whether they exist, and whether they are those of the report."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date

from compliance.transparency.day import Day, read_day
from compliance.transparency.figures import Figures, Period
from compliance.transparency.label import leftovers, plain
from compliance.transparency.publication import publication_days
from compliance.transparency.remark import Remark, shown
from compliance.transparency.sheet import Sheet
from compliance.transparency.template import template


def period_remarks(figures: Figures) -> Iterator[Remark]:
    """Remarks on the form of the periods of a sheet; the same text is remarked on once."""
    sheet = figures.sheet
    if "period" not in sheet.where:
        return
    texts = sheet.values("period")
    blank = [at for at, text in enumerate(texts) if not text.strip()]
    if blank:
        yield _at(sheet, "TRL-DATE-BLANK", blank[0], f"no period in {len(blank)} row(s)", "the period")
    first = {text: at for at, text in reversed(list(enumerate(texts)))}
    likely = figures.period
    for text, span in figures.spans.items():
        if plain(text) in leftovers():
            continue
        if span.check:
            fix = span.fix
            if span.check == "TRL-DATE-IMPOSSIBLE" and likely:
                fix = f"{likely[0]}/{likely[1]}, if it is the period of the other rows"
            yield _at(sheet, span.check, first[text], text, "YYYY-MM-DD/YYYY-MM-DD", fix, mended=span.mended)
        elif span.first and span.last and span.first > span.last:
            yield _at(sheet, "TRL-PERIOD-ORDER", first[text], text, "the first day before the last")


def identification_days(sheet: Sheet | None) -> Mapping[str, Day]:
    """Days of part 1 by their key (published, previous, first_day, last_day); blank ones and placeholders are absent."""
    if sheet is None:
        return {}
    return {
        key[0]: read_day(text)
        for key, kind, text in zip(sheet.keys, sheet.types, sheet.values("value"), strict=True)
        if key is not None and kind == "date" and text.strip() and plain(text) not in leftovers()
    }


def day_remarks(sheet: Sheet) -> Iterator[Remark]:
    """Remarks on the days of part 1."""
    days = identification_days(sheet)
    for at, (key, text) in enumerate(zip(sheet.keys, sheet.values("value"), strict=True)):
        if key is None:
            continue
        if not text.strip() and key[0] != "previous":
            yield _at(sheet, "TRL-DATE-BLANK" if sheet.types[at] == "date" else "TRL-TEXT-BLANK", at, "blank", "")
        elif (day := days.get(key[0])) and day.check:
            yield _at(sheet, day.check, at, text, "YYYY-MM-DD", day.fix, mended=day.mended)
    yield from _publication(sheet, {name: day.value for name, day in days.items() if day.value})


def _publication(sheet: Sheet, days: Mapping[str, date]) -> Iterator[Remark]:
    published, last, previous = days.get("published"), days.get("last_day"), days.get("previous")
    rows = {key[0]: at for at, key in enumerate(sheet.keys) if key is not None}
    if published and last:
        strict, later = publication_days(last)
        if published <= last:
            yield _at(sheet, "TRL-PUBLISHED-EARLY", rows["published"], str(published), f"a day after {last}")
        elif published > later:
            yield _at(
                sheet,
                "TRL-PUBLISHED-LATE",
                rows["published"],
                str(published),
                f"{strict}, by the later reading {later}",
            )
    if published and previous and previous >= published:
        yield _at(sheet, "TRL-PREVIOUS-LATER", rows["previous"], str(previous), f"a day before {published}")


def main_period(parts: Mapping[int, Figures]) -> Period:
    """The period of the report: that of part 1, else the most frequent of its rows."""
    days = identification_days(parts[1].sheet) if 1 in parts else {}
    first = days["first_day"].value if "first_day" in days else None
    last = days["last_day"].value if "last_day" in days else None
    if first and last and first <= last:
        return first, last
    return next((figures.period for figures in parts.values() if figures.period), None)


def agreement_remarks(figures: Figures, main: Period) -> Iterator[Remark]:
    """Remarks on rows whose period is another than that of the report."""
    sheet = figures.sheet
    if main is None or "period" not in sheet.where:
        return
    texts = sheet.values("period")
    for text, span in figures.spans.items():
        if span.known and span.known != main:
            rows = [at for at, one in enumerate(texts) if one == text]
            yield _at(sheet, "TRL-PERIOD-DIFFERS", rows[0], f"{text} in {len(rows)} row(s)", f"{main[0]}/{main[1]}")


def cycle_remark(main: Period, *, very_large: bool | None) -> Remark | None:
    """A remark where the period is none that the Regulation fixes for the kind of provider (None: not known)."""
    if main is None:
        return None
    first, last = main
    found = f"{first}/{last}"
    if last < template().applies_from:
        return Remark("TRL-PERIOD-EARLY", found, f"data from {template().applies_from} on")
    half = first.year == last.year and ((first.month, first.day), (last.month, last.day)) in {
        ((1, 1), (6, 30)),
        ((7, 1), (12, 31)),
    }
    year = first.year == last.year and (first.month, first.day, last.month, last.day) == (1, 1, 12, 31)
    transition = first.year == last.year == 2025 and (last.month, last.day) == (12, 31)
    if half and very_large is not False:
        return None
    if (year or transition) and not very_large:
        return None
    wanted = {True: "a half-year", False: "a calendar year", None: "a half-year or a calendar year"}[very_large]
    return Remark("TRL-PERIOD-CYCLE", found, wanted)


def _at(sheet: Sheet, check: str, at: int, found: str, wanted: str, fix: str = "", *, mended: bool = False) -> Remark:
    column = "value" if sheet.part.shape == "identification" else "period"
    return Remark(
        check,
        shown(found),
        wanted,
        fix,
        row=sheet.body[at],
        column=sheet.where.get(column),
        key=sheet.keys[at],
        figure=column,
        mended=mended,
    )
