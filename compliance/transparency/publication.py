"""When a report is due: two months after its period (Reg. (EU) 2024/2835 Art. 2(3)), in both readings."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Collection
from datetime import date

from compliance.deadline import due_months, roll_forward, same_date
from compliance.transparency.template import template


def publication_days(last: date, holidays: Collection[date] = ()) -> tuple[date, date]:
    """Last day to publish by the strict and by the later reading, for a period that ends with `last`.

    Strict: the same date two months on (Reg. 1182/71 Art. 3(2)(c)); later: the end of that month. Both roll over weekends
    and the holidays given.
    """
    months = template().publish_within_months
    strict = due_months(last, months, holidays)
    ahead = same_date(last, months)
    later = roll_forward(ahead.replace(day=monthrange(ahead.year, ahead.month)[1]), holidays)
    return strict, max(strict, later)
