"""When a rule binds during a period, and why not."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from compliance.clock import midnight_us
from compliance.patterns.coverage import FAR_FUTURE, FAR_PAST
from compliance.project import Project
from compliance.rules.applicability import State, applies, turning_points
from compliance.rules.model import Rule


@dataclass(frozen=True, slots=True)
class Applied:
    """Half-open windows (UTC µs) in which a rule applies, and the fact that decides it in the period."""

    state: State
    because: str
    windows: tuple[tuple[int, int], ...]
    doubtful: bool
    """True where for a part of the period a missing profile fact leaves it open whether the rule applies."""


def applied(rule: Rule, project: Project, start: int, end: int) -> Applied:
    """How `rule` binds the service during `[start, end)`."""
    zone = project.service.zone
    points = turning_points(rule, project.profile)
    first = (points[0] if points else date(2000, 1, 1)) - timedelta(days=1)
    days = (first, *points)
    starts = [FAR_PAST, *(midnight_us(day, zone) for day in points)]
    ends = [*starts[1:], FAR_FUTURE]
    said = [applies(rule, project.profile, day) for day in days]
    windows = tuple((a, b) for a, b, answer in zip(starts, ends, said, strict=True) if answer.state is State.APPLIES)
    inside = [answer for a, b, answer in zip(starts, ends, said, strict=True) if a < end and b > start]
    doubtful = any(answer.state is State.UNDETERMINED for answer in inside)
    for state in (State.APPLIES, State.UNDETERMINED):
        for answer in reversed(inside):
            if answer.state is state:
                return Applied(state, answer.because, windows, doubtful)
    return Applied(State.NOT_APPLICABLE, inside[-1].because, windows, doubtful=False)
