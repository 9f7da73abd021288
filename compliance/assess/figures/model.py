"""What a figure is, and what is known of it: exact, a lower bound, or not held. A nil is never a blank."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from compliance.clock import format_us


class Holding(StrEnum):
    """How far the log carries a number: over the whole window, over part of it, or not at all."""

    COMPLETE = "complete"
    """Refused lines that may belong here, if any, are within the tolerance and named in the figure's note."""
    PARTIAL = "partial"
    """Counts are lower bounds; times, shares and ratios are those of the records held."""
    NOT_HELD = "not_held"
    """No log speaks of it: a blank, not a nil."""


BUCKETS: tuple[tuple[str, int], ...] = (
    ("up to 1 hour", 3_600_000_000),
    ("1 to 6 hours", 21_600_000_000),
    ("6 to 24 hours", 86_400_000_000),
    ("24 to 48 hours", 172_800_000_000),
    ("2 to 7 days", 604_800_000_000),
    ("7 to 14 days", 1_209_600_000_000),
)
"""Upper limits (inclusive, µs) of the handling-time histogram; the last bucket is `over 14 days`."""
LAST_BUCKET = "over 14 days"


@dataclass(frozen=True, slots=True)
class Distribution:
    """Times of the completed cases, integer µs.

    Median of an even number: floor of the mean of the middle two; p90: nearest rank.
    """

    n: int
    open: int
    """Cases begun in the period and not completed by `as_of`."""
    total: int
    median: int | None
    p90: int | None
    maximum: int | None
    buckets: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class Measure:
    """One number. `value` None: not held, or nothing to measure. `of` is the denominator of a share or ratio."""

    value: int | None
    holding: Holding
    of: int | None = None
    times: Distribution | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """The figure for one group. `key` empty: the record does not state it."""

    key: str
    measure: Measure


@dataclass(frozen=True, slots=True)
class Breakdown:
    """The figure by one field, or by `month`, `week` or `day` in the service's zone: sorted, nils of time included."""

    by: str
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure for one period, with what a reader needs to repeat it. Times are µs, money is cents."""

    id: str
    title: str
    unit: str
    kind: str
    definition: str
    population: str
    limits: str
    provision: str
    events: tuple[str, ...]
    measure: Measure
    breakdowns: tuple[Breakdown, ...]
    note: str
    """Why the figure is partial or not held; empty where complete."""
    query: str
    parameters: tuple[Any, ...]

    def by(self, dimension: str) -> Breakdown:
        """Breakdown by one dimension. KeyError where it was not computed."""
        for breakdown in self.breakdowns:
            if breakdown.by == dimension:
                return breakdown
        raise KeyError(dimension)


@dataclass(frozen=True, slots=True)
class FigureSet:
    """All figures of one service and period `[first day, day after)` in its zone, known up to `as_of` (UTC µs)."""

    service: str
    zone: str
    period: tuple[date, date]
    as_of: int
    figures: tuple[Figure, ...]

    def get(self, figure_id: str) -> Figure:
        """Figure of that id. KeyError where there is none."""
        for figure in self.figures:
            if figure.id == figure_id:
                return figure
        raise KeyError(figure_id)

    def to_dict(self) -> dict[str, Any]:
        """JSON object of the set; integers stay integers."""
        return {
            "service": self.service,
            "zone": self.zone,
            "period": [day.isoformat() for day in self.period],
            "as_of": format_us(self.as_of),
            "figures": [figure_dict(figure) for figure in self.figures],
        }


def figure_dict(figure: Figure) -> dict[str, Any]:
    """JSON object of one figure."""
    return {
        "id": figure.id,
        "title": figure.title,
        "unit": figure.unit,
        "kind": figure.kind,
        "definition": figure.definition,
        "population": figure.population,
        "limits": figure.limits,
        "provision": figure.provision,
        "events": list(figure.events),
        **_measure_dict(figure.measure),
        "note": figure.note,
        "by": {
            part.by: [{"key": row.key, **_measure_dict(row.measure)} for row in part.rows] for part in figure.breakdowns
        },
        "query": figure.query,
        "parameters": list(figure.parameters),
    }


def _measure_dict(measure: Measure) -> dict[str, Any]:
    found: dict[str, Any] = {"value": measure.value, "holding": measure.holding.value}
    if measure.of is not None:
        found["of"] = measure.of
    if (times := measure.times) is not None:
        found["times"] = {
            "n": times.n,
            "open": times.open,
            "total_us": times.total,
            "median_us": times.median,
            "p90_us": times.p90,
            "max_us": times.maximum,
            "buckets": [list(pair) for pair in times.buckets],
        }
    return found
