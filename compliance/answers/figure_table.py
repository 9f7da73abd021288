"""Tables of figures: one row per group, and for Member States one for each of the Union's, those without a record included."""

from __future__ import annotations

from datetime import date
from typing import Any

from compliance.answers.desk import Desk
from compliance.answers.model import ExhibitDraft
from compliance.assess.figures import Definition, Figure, Holding, Measure
from compliance.clock import HOUR_US

STATES = ("member_state", "country", "issuing_member_state")
"""Fields that name a Member State, the most telling first."""
UNION = (
    *("AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU"),
    *("IE", "IT", "LT", "LU", "LV", "MT", "NL", "PL", "PT", "RO", "SE", "SI", "SK"),
)
"""Member States of the Union (TEU Art. 52(1)), ISO 3166-1 alpha-2, as the event catalogue writes them."""


def days_words(period: tuple[date, date], desk: Desk) -> str:
    """A period `[first day, day after the last)` in words, both days included."""
    return desk.say("window.days", first=period[0], last=date.fromordinal(period[1].toordinal() - 1))


def figure_table(
    result: Figure, definition: Definition, by: str, period: tuple[date, date], desk: Desk
) -> ExhibitDraft:
    """The table of a figure by one dimension it was counted by; how far each row is held stands last."""
    timed = result.kind == "times"
    head = (by, "median_hours", "p90_hours", "n", "still_open", "holding") if timed else (by, "value", "of", "holding")
    rows = [(row.key, *_cells(row.measure)) for row in result.by(by).rows]
    if by in STATES:
        known = {row[0] for row in rows}
        rows += [(state, *_without_record(result.measure, timed=timed)) for state in UNION if state not in known]
        rows.sort(key=lambda row: str(row[0]))
    title, family = desk.phrases.figure(definition, "title"), desk.catalogue.types[result.events[0]].family
    return ExhibitDraft(
        desk.say("figure.by", title=title, dimension=desk.phrases.named("dimension", by)),
        "table",
        desk.say("figure.made", id=result.id),
        desk.custodian(family),
        days_words(period, desk),
        head,
        tuple(rows),
    )


def _cells(measure: Measure) -> tuple[Any, ...]:
    if measure.times is None:
        return measure.value, measure.of, measure.holding.value
    times = measure.times
    return _hours(times.median), _hours(times.p90), times.n, times.open, measure.holding.value


def _without_record(whole: Measure, *, timed: bool) -> tuple[Any, ...]:
    """Cells of a Member State that no record names: nil where the log vouches for the whole, blank where it does not."""
    nil = 0 if whole.holding is Holding.COMPLETE else None
    if timed:
        return "", "", nil, nil, whole.holding.value
    return nil, nil if whole.of is not None else None, whole.holding.value


def _hours(micros: int | None) -> str:
    return "" if micros is None else f"{micros / HOUR_US:.2f}"
