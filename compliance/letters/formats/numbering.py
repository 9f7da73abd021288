"""Automatic numbers of a Word document, rebuilt from numbering.xml with the chain of styles (ECMA-376 part 1, 17.9)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_TENS = (
    (1000, "m"),
    (900, "cm"),
    (500, "d"),
    (400, "cd"),
    (100, "c"),
    (90, "xc"),
    (50, "l"),
    (40, "xl"),
    (10, "x"),
    (9, "ix"),
    (5, "v"),
    (4, "iv"),
    (1, "i"),
)


@dataclass(frozen=True, slots=True)
class Level:
    """One level of a list: format, pattern (`%1.%2`), first value, and after which level it starts again (None: any higher)."""

    format: str
    pattern: str
    start: int
    restart: int | None


def counted(value: int, form: str) -> str:
    """A value in a number format of Word (`decimal`, `lowerLetter`, `upperRoman` ...); decimal where the format is unknown."""
    if form in ("lowerLetter", "upperLetter") and value > 0:
        text = chr(97 + (value - 1) % 26) * ((value - 1) // 26 + 1)
    elif form in ("lowerRoman", "upperRoman") and value > 0:
        text, rest = "", value
        for worth, letters in _TENS:
            text += letters * (rest // worth)
            rest %= worth
    elif form == "decimalZero":
        return f"{value:02d}"
    elif form == "none":
        return ""
    else:
        return str(value)
    return text.upper() if form.startswith("upper") else text


class Numbering:
    """Counts the numbered paragraphs of one document in order."""

    def __init__(self, numbering: Any | None, styles: Any | None) -> None:
        self._levels: dict[str, dict[int, Level]] = {}
        self._lists: dict[str, str] = {}
        self._overrides: dict[str, dict[int, int]] = {}
        self._counts: dict[str, dict[int, int]] = {}
        self._begun: set[str] = set()
        self._styles: dict[str, tuple[str | None, str | None, int | None]] = {}
        self._style_levels: dict[str, tuple[str, int]] = {}
        if numbering is not None:
            self._read_lists(numbering)
        if styles is not None:
            self._read_styles(styles)

    def _read_lists(self, root: Any) -> None:
        linked: dict[str, str] = {}
        for each in root.findall(f"{_W}abstractNum"):
            name = each.get(f"{_W}abstractNumId")
            if (link := each.find(f"{_W}numStyleLink")) is not None:
                linked[name] = link.get(f"{_W}val")
            self._levels[name] = {int(level.get(f"{_W}ilvl")): _level(level) for level in each.findall(f"{_W}lvl")}
            for level in each.findall(f"{_W}lvl"):
                if (style := level.find(f"{_W}pStyle")) is not None:
                    self._style_levels[style.get(f"{_W}val")] = (name, int(level.get(f"{_W}ilvl")))
        for each in root.findall(f"{_W}num"):
            number, target = each.get(f"{_W}numId"), each.find(f"{_W}abstractNumId")
            self._lists[number] = target.get(f"{_W}val") if target is not None else ""
            overrides = {int(over.get(f"{_W}ilvl")): over for over in each.findall(f"{_W}lvlOverride")}
            self._overrides[number] = {
                level: int(start.get(f"{_W}val"))
                for level, over in overrides.items()
                if (start := over.find(f"{_W}startOverride")) is not None
            }
            own = {
                level: _level(inner)
                for level, over in overrides.items()
                if (inner := over.find(f"{_W}lvl")) is not None
            }
            if own:
                base = self._lists[number]
                self._levels[f"{base}/{number}"] = {**self._levels.get(base, {}), **own}
                self._lists[number] = f"{base}/{number}"

    def _read_styles(self, root: Any) -> None:
        for each in root.findall(f"{_W}style"):
            based = each.find(f"{_W}basedOn")
            inner = each.find(f"{_W}pPr/{_W}numPr")
            number, level = _num_pr(inner)
            self._styles[each.get(f"{_W}styleId")] = (
                based.get(f"{_W}val") if based is not None else None,
                number,
                level,
            )

    def of(self, paragraph: Any) -> tuple[str, int] | None:
        """Number of a paragraph element as printed (`(a)`, bullets as `-`) with its level; None where it has none. Counts on."""
        found = self._list_of(paragraph)
        if found is None:
            return None
        number, depth = found
        base = self._lists[number]
        levels = self._levels.get(base, {})
        level = levels.get(depth)
        if level is None:
            return None
        counts = self._counts.setdefault(base, {})
        if number not in self._begun:
            self._begun.add(number)
            for over, start in self._overrides.get(number, {}).items():
                counts[over] = start - 1
        counts[depth] = counts.get(depth, level.start - 1) + 1
        for deeper in [each for each in counts if each > depth]:
            below = levels.get(deeper)
            if below is None or below.restart is None or (below.restart and depth < below.restart):
                del counts[deeper]
        if level.format == "bullet":
            return "-", depth
        shown = re.sub(r"%(\d)", lambda part: self._shown(int(part[1]) - 1, levels, counts), level.pattern)
        return (shown.strip(), depth) if shown.strip() else None

    @staticmethod
    def _shown(depth: int, levels: dict[int, Level], counts: dict[int, int]) -> str:
        level = levels.get(depth)
        return counted(counts.get(depth, level.start), level.format) if level else ""

    def _list_of(self, paragraph: Any) -> tuple[str, int] | None:
        properties = paragraph.find(f"{_W}pPr")
        number, depth = _num_pr(properties.find(f"{_W}numPr") if properties is not None else None)
        style = properties.find(f"{_W}pStyle") if properties is not None else None
        name: str | None = style.get(f"{_W}val") if style is not None else None
        own_style, seen = name, set()
        while number is None and name and name not in seen:
            seen.add(name)
            name, number, inherited = self._styles.get(name, (None, None, None))
            depth = inherited if depth is None else depth
        if number is None or number == "0" or number not in self._lists:
            return None
        if depth is None and own_style in self._style_levels:
            depth = self._style_levels[own_style][1]
        return number, depth or 0


def _num_pr(element: Any | None) -> tuple[str | None, int | None]:
    if element is None:
        return None, None
    number, level = element.find(f"{_W}numId"), element.find(f"{_W}ilvl")
    return (
        number.get(f"{_W}val") if number is not None else None,
        int(level.get(f"{_W}val")) if level is not None else None,
    )


def _level(element: Any) -> Level:
    def value(name: str, default: str) -> str:
        child = element.find(f"{_W}{name}")
        return str(child.get(f"{_W}val", default)) if child is not None else default

    restart = element.find(f"{_W}lvlRestart")
    return Level(
        value("numFmt", "decimal"),
        value("lvlText", ""),
        int(value("start", "1")),
        int(restart.get(f"{_W}val")) if restart is not None else None,
    )
