"""Numbers as publishers write them: their value where it is certain, what departs from the template, and the mended text."""

from __future__ import annotations

import re
from dataclasses import dataclass

_INTEGER = re.compile(r"[0-9]{1,18}\Z")
_DECIMAL = re.compile(r"[0-9]{1,18}\.[0-9]+\Z")
_NEGATIVE = re.compile(r"[-\u2212]\s?[0-9]")
_GROUPED = re.compile(r"[0-9]{1,3}([,.'\u2019 \u00a0\u202f])[0-9]{3}(?:\1[0-9]{3})*(?:([.,])([0-9]+))?\Z")
_COMMA = re.compile(r"([0-9]+),([0-9]+)\Z")
_PERCENT = re.compile(r"([0-9]{1,3}(?:[.,][0-9]+)?)\s*%\Z")
_UNIT = re.compile(r"([0-9]+(?:\.[0-9]+)?)\s*(h|hr|hrs|hour|hours)\.?\Z", re.IGNORECASE)
_OTHER_UNIT = re.compile(
    r"([0-9]+(?:[.,][0-9]+)?)\s*(d|days?|min|mins|minutes?|s|sec|seconds?|weeks?|months?)\.?\Z", re.IGNORECASE
)
_CLOCK = re.compile(r"[0-9]{1,5}:[0-5][0-9](?::[0-5][0-9])?\Z")
_SCIENTIFIC = re.compile(r"[0-9]+(?:\.[0-9]+)?[eE][-+]?[0-9]+\Z")
_RANGE = re.compile(r"[0-9.,]+\s*(?:-|\u2013|\u2014|to|\.\.)\s*[0-9.,]+")
_BOUND = re.compile(
    r"(?:[<>~\u2248\u2264\u2265]|about|approx|circa|more than|less than|over|under|up to)\s*[0-9]", re.IGNORECASE
)
_SCALED = re.compile(r"[0-9.,]+\s*(?:k|m|mn|mio|bn|million|billion|thousand)\b", re.IGNORECASE)
_HOURS = {"d": 24.0, "w": 168.0, "m": 1 / 60, "s": 1 / 3600}


@dataclass(frozen=True, slots=True)
class Number:
    """What a cell says: `value` None where it is blank or not certain; `check` names the departure, if there is one."""

    value: float | int | None
    check: str = ""
    wanted: str = ""
    fix: str = ""
    mended: bool = False
    """`fix` is the text to write; the value is not in doubt."""


BLANK = Number(None)


def read_number(text: str, kind: str) -> Number:
    """The number in a cell of kind count, hours or share."""
    if not text:
        return BLANK
    bare = text.strip().strip("\u00a0\u202f")
    if _INTEGER.match(bare) or (kind != "count" and _DECIMAL.match(bare)):
        return _plain(text, bare, kind)
    if not bare:
        return Number(None, "TRL-CELL-SPACES", "blank", "", mended=True)
    return _departing(bare, kind)


def _plain(text: str, bare: str, kind: str) -> Number:
    value: float | int = float(bare) if "." in bare else int(bare)
    if kind == "share" and value > 1:
        near = _hundredth(bare) if value <= 100 else ""
        return Number(
            None, "TRL-NUMBER-SHARE", "a number from 0 to 1", f"if it is a percentage: {near}" if near else ""
        )
    tidy = bare if bare == "0" or "." in bare else bare.lstrip("0") or "0"
    if tidy != text:
        return Number(value, "TRL-CELL-SPACES", "the number alone", tidy, mended=True)
    return Number(value)


def _departing(bare: str, kind: str) -> Number:
    for pattern, reading in (
        (_NEGATIVE, _negative),
        (_PERCENT, _percent),
        (_GROUPED, _grouped),
        (_COMMA, _comma),
        (_DECIMAL, _fraction),
        (_UNIT, _hours),
        (_OTHER_UNIT, _other_unit),
        (_CLOCK, _clock),
        (_SCIENTIFIC, _scientific),
    ):
        match = pattern.match(bare)
        if match:
            return reading(match, kind)
    if _RANGE.match(bare):
        return Number(
            None, "TRL-NUMBER-RANGE", _wanted(kind), "one number; say in the contextual column how exact it is"
        )
    if _BOUND.match(bare) or _SCALED.match(bare):
        return Number(None, "TRL-NUMBER-ROUGH", _wanted(kind), "the exact number, in digits")
    return Number(None, "TRL-NUMBER-WORDS", _wanted(kind), "0 where nothing happened, blank where it does not apply")


def _wanted(kind: str) -> str:
    return {"count": "a whole number", "hours": "a number of hours", "share": "a number from 0 to 1"}[kind]


def _negative(_: re.Match[str], kind: str) -> Number:
    return Number(None, "TRL-NUMBER-NEGATIVE", _wanted(kind))


def _percent(match: re.Match[str], kind: str) -> Number:
    digits = match[1].replace(",", ".")
    if kind != "share" or float(digits) > 100:
        return Number(None, "TRL-NUMBER-PERCENT", _wanted(kind))
    share = _hundredth(digits)
    return Number(float(share), "TRL-NUMBER-PERCENT", "a number from 0 to 1", share, mended=True)


def _hundredth(digits: str) -> str:
    """A decimal text divided by a hundred by moving its point, so that no digit is made up."""
    whole, _, rest = digits.partition(".")
    whole = whole.zfill(3)
    text = f"{whole[:-2].lstrip('0') or '0'}.{whole[-2:]}{rest}".rstrip("0").rstrip(".")
    return text or "0"


def _grouped(match: re.Match[str], kind: str) -> Number:
    mark, decimal, rest = match[1], match[2], match[3]
    if decimal == mark:
        return Number(None, "TRL-NUMBER-SEPARATOR", _wanted(kind))
    whole = re.sub(r"[^0-9]", "", match[0][: -len(rest) - 1] if rest else match[0])
    single = match[0].count(mark) == 1 and not rest
    if single and (mark == "." or (mark == "," and kind != "count")):
        point = match[0].replace(",", ".")
        fix = (
            f"{whole}, if the point separates thousands" if kind == "count" else f"{whole} or {point}, whichever it is"
        )
        return Number(None, "TRL-NUMBER-SEPARATOR", _wanted(kind), fix)
    if kind == "share" or (mark == "." and decimal is None and match[0].count(".") == 1):
        return Number(None, "TRL-NUMBER-SEPARATOR", _wanted(kind))
    if rest and rest.strip("0") and kind == "count":
        return Number(None, "TRL-NUMBER-SEPARATOR", _wanted(kind), "a whole number without separators")
    tidy = f"{whole}.{rest}" if rest and rest.strip("0") else whole
    value: float | int = float(tidy) if "." in tidy else int(tidy)
    return Number(value, "TRL-NUMBER-SEPARATOR", _wanted(kind), tidy, mended=True)


def _comma(match: re.Match[str], kind: str) -> Number:
    tidy = f"{match[1]}.{match[2]}"
    if kind == "count" or (kind == "share" and float(tidy) > 1):
        return Number(None, "TRL-NUMBER-COMMA", _wanted(kind))
    return Number(float(tidy), "TRL-NUMBER-COMMA", "a decimal point", tidy, mended=True)


def _fraction(match: re.Match[str], kind: str) -> Number:
    whole, _, rest = match[0].partition(".")
    if not rest.strip("0"):
        return Number(int(whole), "TRL-NUMBER-FRACTION", _wanted(kind), str(int(whole)), mended=True)
    return Number(
        None, "TRL-NUMBER-FRACTION", _wanted(kind), "the whole number; say in the contextual column how it was rounded"
    )


def _hours(match: re.Match[str], kind: str) -> Number:
    if kind != "hours":
        return Number(None, "TRL-NUMBER-UNIT", _wanted(kind))
    tidy = match[1]
    return Number(float(tidy), "TRL-NUMBER-UNIT", "the number of hours alone", tidy, mended=True)


def _other_unit(match: re.Match[str], kind: str) -> Number:
    unit = match[2].lower()
    factor = _HOURS.get(unit[0]) if not unit.startswith("mo") else None
    if kind != "hours" or factor is None:
        return Number(None, "TRL-NUMBER-UNIT", _wanted(kind))
    hours = round(float(match[1].replace(",", ".")) * factor, 6)
    return Number(None, "TRL-NUMBER-UNIT", "hours", f"{hours:g}")


def _clock(match: re.Match[str], kind: str) -> Number:
    if kind != "hours":
        return Number(None, "TRL-NUMBER-UNIT", _wanted(kind))
    hours, minutes, *seconds = (int(piece) for piece in match[0].split(":"))
    exact = round(hours + minutes / 60 + sum(seconds) / 3600, 6)
    return Number(None, "TRL-NUMBER-UNIT", "hours with a decimal point", f"{exact:g} if it is hours and minutes")


def _scientific(match: re.Match[str], kind: str) -> Number:
    value = float(match[0])
    if kind != "count" and value < 1e9:
        tidy = f"{value:.12f}".rstrip("0").rstrip(".")
        return Number(value, "TRL-NUMBER-SCIENTIFIC", _wanted(kind), tidy, mended=True)
    fix = str(int(value)) if value.is_integer() and abs(value) < 1e15 else ""
    return Number(None, "TRL-NUMBER-SCIENTIFIC", _wanted(kind), f"{fix}, if no digit was lost" if fix else "")
