"""Numbers in front of paragraphs: `1.`, `(a)`, `iv)`, `3°`, `R2`, `Frage 4:`, `PRIMERO.-`, `1.2`."""

from __future__ import annotations

import re
from dataclasses import dataclass

ROMAN = re.compile(r"^m{0,3}(cm|cd|d?c{0,3})(xc|xl|l?x{0,3})(ix|iv|v?i{0,3})$")
_ROMAN_VALUES = {"i": 1, "v": 5, "x": 10, "l": 50, "c": 100, "d": 500, "m": 1000}
_LABEL = (
    r"(?:question|questions|frage|fragen|domanda|quesito|pregunta|cuestión|vraag|pytanie|pergunta|quesito|demande|request|item|"
    r"point|punto|ponto|punkt|point|requête|richiesta|solicitud|anfrage|verzoek)"
)
_FORMS = (
    ("label", re.compile(rf"(?i:{_LABEL})\s+(?:n[.o°º]*\s*)?(?P<n>\d{{1,3}}(?:\.\d{{1,2}})*)\s*(?:[.:)\]–-]|$)\s*")),
    ("coded", re.compile(r"(?P<n>[A-Z]{1,2}[.-]?\d{1,2}(?:\.\d{1,2})*)(?:[.:)]\s*|\s+(?=\S)|$)")),
    ("bracketed", re.compile(r"\((?P<n>\d{1,3}|[a-z]{1,2}|[ivx]{1,5})\)\s*", re.IGNORECASE)),
    ("nested", re.compile(r"(?P<n>\d{1,3}(?:\.\d{1,2}){1,3})[.)]?(?:\s+|$)")),
    ("degree", re.compile(r"(?P<n>\d{1,3})\s?\.?[°ºª]\s*[.)-]*\s*")),
    ("dotted", re.compile(r"(?P<n>\d{1,3})\.(?:\s*[-–])?(?:\s+|$)")),
    ("closed", re.compile(r"(?P<n>\d{1,3}|[a-z]|[ivx]{1,5})\)\s*", re.IGNORECASE)),
    ("letter", re.compile(r"(?P<n>[A-Za-z]|[IVX]{1,5}|[ivx]{1,5})\.(?:\s*[-–])?\s+")),
    ("dashed", re.compile(r"(?P<n>\d{1,3}|[a-z])\s?[-–]\s+(?=\S)")),
    ("bare", re.compile(r"(?P<n>\d{1,2})\s+(?=[^\W\d_])")),
)
BULLET = re.compile(r"(?:[-–—•▪◦*‣·o]|\uf0b7)\s+")


@dataclass(frozen=True, slots=True)
class Marker:
    """A number in front of a paragraph: how it is written, its style, its position in its list, and where the words begin."""

    text: str
    style: str
    value: int
    length: int


def parse_marker(
    text: str, ordinals: re.Pattern[str] | None = None, values: dict[str, int] | None = None
) -> Marker | None:
    """The number a paragraph begins with, without its brackets; None where it begins with words."""
    if ordinals and values and (found := ordinals.match(text)):
        word = found["n"].casefold()
        return Marker(str(values[word]), "ordinal", values[word], found.end())
    for style, form in _FORMS:
        found = form.match(text)
        if found and (
            style != "bracketed" or found["n"].isdigit() or len(found["n"]) == 1 or ROMAN.match(found["n"].casefold())
        ):
            return _marker(found["n"], style, found.end())
    return None


def _marker(number: str, style: str, length: int) -> Marker:
    low = number.casefold()
    if style == "coded":
        return Marker(number, "coded " + re.sub(r"[\d.-].*", "", number), int(re.findall(r"\d+", number)[0]), length)
    if number[0].isdigit():
        return Marker(number, f"{style} {number.count('.')}", int(number.rsplit(".", 1)[-1]), length)
    case = "upper" if number.isupper() else "lower"
    if ROMAN.match(low) and (len(low) > 1 or low in "ivx"):
        return Marker(number, f"{style} {case} roman", roman(low), length)
    return Marker(number, f"{style} {case} alpha", ord(low[0]) - 96, length)


def as_letter(marker: Marker) -> Marker:
    """The same number read as a letter: the `i` that follows an `h`."""
    low = marker.text.casefold()
    return (
        Marker(marker.text, marker.style.replace("roman", "alpha"), ord(low) - 96, marker.length)
        if len(low) == 1
        else marker
    )


def roman(text: str) -> int:
    """Value of a Roman numeral in small letters."""
    values = [_ROMAN_VALUES[letter] for letter in text]
    return sum(
        -value if following > value else value for value, following in zip(values, [*values[1:], 0], strict=True)
    )
