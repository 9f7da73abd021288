"""Values in words, the same on every rendering: counts, shares, times, instants, codes and their names."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

from compliance.clock import from_us
from compliance.reports.content import Cell, Kind

MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
STATES = {
    "AT": "Austria",
    "BE": "Belgium",
    "BG": "Bulgaria",
    "CY": "Cyprus",
    "CZ": "Czechia",
    "DE": "Germany",
    "DK": "Denmark",
    "EE": "Estonia",
    "ES": "Spain",
    "FI": "Finland",
    "FR": "France",
    "GR": "Greece",
    "HR": "Croatia",
    "HU": "Hungary",
    "IE": "Ireland",
    "IT": "Italy",
    "LT": "Lithuania",
    "LU": "Luxembourg",
    "LV": "Latvia",
    "MT": "Malta",
    "NL": "Netherlands",
    "PL": "Poland",
    "PT": "Portugal",
    "RO": "Romania",
    "SE": "Sweden",
    "SI": "Slovenia",
    "SK": "Slovakia",
    "IS": "Iceland",
    "LI": "Liechtenstein",
    "NO": "Norway",
    "ZZ": "not known",
}
CODES = {
    "act": "to act against content",
    "inform": "to provide information",
    "art_23_1": "Art. 23(1): illegal content",
    "art_23_2_notices": "Art. 23(2): unfounded notices",
    "art_23_2_complaints": "Art. 23(2): unfounded complaints",
    "action_law": "action, illegal content",
    "action_terms": "action, terms",
    "illegal_content": "illegal content",
    "incompatible_content": "against the terms",
    "fully": "fully automated",
    "partially": "partly automated",
    "not_automated": "not automated",
    "true": "yes",
    "false": "no",
    "art_16_notice": "notice",
    "rfi_decision": "request by decision (Art. 67(3))",
    "rfi_simple": "simple request (Art. 67(2))",
    "dsc_request": "request of a coordinator",
    "upheld": "decision upheld",
    "reversed": "decision reversed",
    "partly_reversed": "decision partly reversed",
    "body_art_86": "body under Art. 86",
}
NBSP = "\u00a0"
"""A blank at which no line breaks: a number stays with its unit."""
UNSTATED = "not stated"
STATE_FIELDS = frozenset({"member_state", "issuing_member_state", "country", "eu_establishment"})
_PREFIXES = ("STATEMENT_CATEGORY_", "DECISION_", "KEYWORD_")


def code_words(code: str, field: str = "") -> str:
    """A code in words: a Member State by name, an underscored code as plain text, nothing as *not stated*."""
    if not code:
        return UNSTATED
    if field in STATE_FIELDS and code in STATES:
        return f"{STATES[code]} ({code})"
    if field == "month":
        return f"{MONTHS[int(code[5:7]) - 1]} {code[:4]}"
    if code in CODES:
        return CODES[code]
    for prefix in _PREFIXES:
        if code.startswith(prefix):
            return code.removeprefix(prefix).replace("_", " ").lower()
    return code.replace("_", " ")


def count_words(value: int) -> str:
    """`1,234`."""
    return f"{value:,}"


def share_words(value: int, of: int) -> str:
    """`4.2 %`, rounded half up from integers; tiny and nearly whole shares are not rounded away."""
    if of == 0:
        return "–"
    tenths = (2000 * value + of) // (2 * of)
    if tenths == 0 and value:
        return f"under 0.1{NBSP}%"
    if tenths == 1000 and value != of:
        return f"over 99.9{NBSP}%"
    return f"{tenths // 10}.{tenths % 10}{NBSP}%"


def of_words(value: int, of: int) -> str:
    """`12 of 285 (4.2 %)`."""
    return f"{count_words(value)} of {count_words(of)} ({share_words(value, of)})"


def time_words(micros: int) -> str:
    """`3 d 4 h`, `5 h 12 min`, `42 min`, `30 s`: two units, cut, not rounded."""
    seconds = abs(micros) // 1_000_000
    days, hours, minutes = seconds // 86_400, seconds % 86_400 // 3600, seconds % 3600 // 60
    sign = "-" if micros < 0 else ""
    if days:
        return f"{sign}{days} d {hours} h"
    if hours:
        return f"{sign}{hours} h {minutes} min"
    return f"{sign}{minutes} min" if minutes else f"{sign}{seconds} s"


def instant_words(micros: int, zone: str = "UTC") -> str:
    """`13 August 2026, 02:42 (Europe/Dublin)`."""
    moment: datetime = from_us(micros).astimezone(ZoneInfo(zone))
    return f"{day_words(moment.date())}, {moment:%H:%M} ({zone})"


def day_words(day: date) -> str:
    """`13 August 2026`."""
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def short_instant(micros: int) -> str:
    """`2026-08-13 00:42:07` in UTC."""
    return f"{from_us(micros):%Y-%m-%d %H:%M:%S}"


def cell_words(cell: Cell, kind: Kind) -> str:
    """A cell as a reader sees it. Nil is 0; what no log holds is *not held*; nothing to measure is a dash."""
    if cell.bound == "not held":
        return "not held"
    if cell.value is None or cell.bound == "none":
        return "–"
    if isinstance(cell.value, str):
        return cell.value
    match cell.kind or kind:
        case "share":
            text = of_words(cell.value, cell.of or 0)
        case "time":
            text = time_words(cell.value)
        case "instant":
            text = short_instant(cell.value)
        case _:
            text = count_words(cell.value)
    return f"at least {text}" if cell.bound == "at least" else f"{text} *" if cell.bound else text


def period_words(first: date, last: date) -> str:
    """`July to September 2026` for whole months, else the two days."""
    following = date.fromordinal(last.toordinal() + 1)
    if first.day == 1 and following.day == 1 and first.year == last.year:
        if first.month == last.month:
            return f"{MONTHS[first.month - 1]} {first.year}"
        return f"{MONTHS[first.month - 1]} to {MONTHS[last.month - 1]} {last.year}"
    return f"{day_words(first)} to {day_words(last)}"
