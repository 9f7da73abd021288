"""When the fictional platform lives: whole seconds since 1970 in UTC, from January to September 2026."""

from __future__ import annotations

import calendar
from datetime import UTC, date, datetime, timedelta
from functools import cache

SERVICE = "halcyon-live"
MINUTE, HOUR, DAY = 60, 3600, 86_400


def at(text: str) -> int:
    """Seconds of an instant such as `2026-08-13T00:18Z`, or of the first instant of a day, in UTC."""
    text = text.removesuffix("Z")
    return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp())


START = at("2026-01-01")
"""First instant of the log; midnight in UTC and in Dublin."""
AS_OF = at("2026-10-01")
"""Instant up to which the log is known."""
SKEW = 1
"""Seconds by which the clocks of the sources may differ: a comparison this close cannot be known."""
DELIVERED = at("2026-09-24")
"""Logs come in two deliveries: up to this instant, so that letters due before the quarter ends can be answered, and after it."""
DAYS = (AS_OF - START) // DAY
_SUMMER = at("2026-03-29T01:00Z")
"""Irish summer time begins; it ends after the log does."""

MAIL_GAP = (at("2026-06-09T08:00Z"), at("2026-06-09T20:00Z"))
"""No heartbeat of the mail relay: receipts and notifications of these hours are lost."""
PROBE_GAP = (at("2026-04-21T10:00Z"), at("2026-04-21T16:00Z"))
"""Declared gap of the availability probes, inside one Irish day."""
EDGE_GAP = (at("2026-08-13T00:05Z"), at("2026-08-13T00:20Z"))
"""Declared gap of the second edge, in the first minutes of the night."""


def in_gap(t: int, gap: tuple[int, int]) -> bool:
    """True where `t` lies in the half-open gap."""
    return gap[0] <= t < gap[1]


@cache
def _day_text(day: int) -> str:
    return date.fromordinal(day + date(1970, 1, 1).toordinal()).isoformat()


def iso(t: int) -> str:
    """RFC 3339 text in UTC."""
    day, rest = divmod(t, DAY)
    return f"{_day_text(day)}T{rest // HOUR:02d}:{rest // MINUTE % MINUTE:02d}:{rest % MINUTE:02d}Z"


def day_of(t: int) -> str:
    """Date in UTC."""
    return _day_text(t // DAY)


def _offset(t: int) -> int:
    return HOUR if t >= _SUMMER else 0


def local_day(t: int) -> str:
    """Date in Dublin."""
    return _day_text((t + _offset(t)) // DAY)


def local_day_end(t: int) -> int:
    """First instant after the Irish day that holds `t`."""
    end = ((t + _offset(t)) // DAY + 1) * DAY
    return end - _offset(end)


def six_months_after(t: int) -> int:
    """Last instant of six months from an instant of 2026, on the later reading, at the end of an Irish working day.

    No public holiday lies in the days in question (Regulation 1182/71, Art. 3).
    """
    start = date.fromisoformat(local_day(t))
    month = start.month + 6
    if month > 12:
        return at("2027-01-01")
    last = calendar.monthrange(2026, month)[1]
    ends = start.day == calendar.monthrange(2026, start.month)[1]
    due = date(2026, month, last if ends else min(start.day, last))
    while due.weekday() >= 5:
        due += timedelta(days=1)
    return local_day_end(at(due.isoformat()) + DAY // 2) - 1


def month_starts() -> list[int]:
    """First instants of January to September 2026."""
    return [at(f"2026-{month:02d}-01") for month in range(1, 10)]
