"""Retention: a schedule as data says how long events of which types are kept, and what goes then."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, TypeAdapter, ValidationError, field_validator

from compliance.clock import Clock, Duration, midnight_us, parse_duration
from compliance.errors import InputError, Place
from compliance.events.catalogue import catalogue
from compliance.events.erasure import Holds, Order, erase, rows_before
from compliance.events.ledger import Entry
from compliance.events.store import Store
from compliance.yaml_source import load_yaml

Text = Annotated[str, StringConstraints(min_length=1, max_length=500, strip_whitespace=True)]


class Period(BaseModel):
    """One line of a schedule: events of some types are kept so long, then go whole (`erase`) or but for open fields (`reduce`)."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    types: tuple[Text, ...] = Field(min_length=1)
    """Names of event types; `*` stands for any part of a name."""
    keep: str
    then: Literal["erase", "reduce"]
    origin: Literal["statutory", "policy"]
    because: Text

    @field_validator("keep")
    @classmethod
    def _in_days(cls, value: str) -> str:
        duration = parse_duration(value)
        if duration.seconds or duration.working_days:
            raise ValueError("a retention period is in days, weeks, months or years, e.g. P6M")
        return value


@dataclass(frozen=True, slots=True)
class Due:
    """What a line of the schedule asks for on a day: the rows whose period is over."""

    period: Period
    before: date
    rows: tuple[int, ...]


def load_schedule(path: Path) -> tuple[Period, ...]:
    """Lines of a schedule (a YAML list). InputError `RET-SCHEDULE` with the line that cannot be used."""
    document, _ = load_yaml(path)
    try:
        found = tuple(TypeAdapter(list[Period]).validate_python(document))
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"]))
        raise _bad(path, f"{where}: {first['msg']}") from error
    for number, each in enumerate(found, start=1):
        for glob in each.types:
            if not catalogue().matching([glob]):
                raise _bad(path, f"{number}: no event type is called {glob!r}")
    return found


def _bad(path: Path, message: str) -> InputError:
    return InputError(
        "RET-SCHEDULE",
        f"the schedule cannot be used: {message}",
        place=Place(str(path)),
        hint="each entry needs types, keep (P6M), then (erase or reduce), origin (statutory or policy) and because",
    )


def due(store: Store, schedule: Sequence[Period], today: date, zone: str) -> tuple[Due, ...]:
    """What is past its period at the beginning of a day in a zone. A row is named by the first line that fits its type."""
    known, taken, found = catalogue(), set(), []
    for period in schedule:
        types = [name for name in known.matching(period.types) if name not in taken]
        taken.update(types)
        before = back(today, parse_duration(period.keep))
        rows = rows_before(store, types, midnight_us(before, zone))
        if period.then == "reduce":
            rows = _not_reduced(store, rows)
        found.append(Due(period, before, rows))
    return tuple(found)


def _not_reduced(store: Store, rows: Sequence[int]) -> tuple[int, ...]:
    """Rows of which something is left to erase."""
    from compliance.events.stored import read_lines_of

    return tuple(row for row, stored in read_lines_of(store, rows).items() if stored.erased is None)


def back(day: date, duration: Duration) -> date:
    """A day so much earlier; the last day of the month where that month has no such day."""
    months = day.year * 12 + day.month - 1 - duration.years * 12 - duration.months
    year, month = divmod(months, 12)
    last = (date(year + month // 11, (month + 1) % 12 + 1, 1).toordinal()) - 1
    start = min(date(year, month + 1, 1).toordinal() + day.day - 1, last)
    return date.fromordinal(start - 7 * duration.weeks - duration.days)


def retain(
    store: Store, dues: Sequence[Due], *, role: str, holds: Holds, clock: Clock, memories: Sequence[str] = ()
) -> tuple[Entry, ...]:
    """Erase what is due, line by line; each leaves an entry in the ledger. Fails as `erase` does, before the first row goes."""
    entries = []
    for each in dues:
        order = Order(
            each.rows,
            each.period.then == "erase",
            role,
            f"kept for {each.period.keep}, past since {each.before.isoformat()}",
            f"{each.period.origin}: {each.period.because}",
        )
        entry = erase(store, order, holds=holds, clock=clock, memories=memories)
        entries += [entry] if entry else []
    return tuple(entries)
