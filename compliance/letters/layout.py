"""From lines to blocks: which lines are one paragraph, and where a new one begins."""

from __future__ import annotations

import re
from collections.abc import Sequence

from compliance.letters.document import Block, Line
from compliance.letters.marker import BULLET, parse_marker

_HYPHEN = re.compile(r"(\w+)[-\u2010]$")
_KEPT = {"non", "anti", "self", "co", "pre", "multi", "e", "cross", "audio", "vice"}
"""First parts that keep their hyphen at a line's end."""
_LABEL = re.compile(r"[^\W\d_][\w./’' -]{0,40}\s?:(\s|$)")
_JOINED = re.compile(r"[;,]\s+(?:and|or|und|oder|et|ou|y|o|e|en|of|oraz|lub)$")
"""End of an item that announces the next: `...; and`."""
_STAMP = re.compile(r"\[.{3,}\]$")


def blocks_of(lines: Sequence[Line]) -> list[Block]:
    """Blocks of lines in reading order; a line joins the one above where that one was full, or it goes on in small letters."""
    width = _width(lines)
    words = {word for line in lines for word in re.findall(r"[\w-]+", line.text)}
    groups: list[list[Line]] = []
    gaps: list[bool] = []
    gap = True
    for line in lines:
        if not line.text.strip():
            gap = True
            continue
        if groups and not gap and _continues(groups[-1], line, width):
            groups[-1].append(line)
        else:
            groups.append([line])
            gaps.append(gap)
        gap = False
    return [_block(group, above, words) for group, above in zip(groups, gaps, strict=True)]


def _width(lines: Sequence[Line]) -> float:
    """Right edge of full lines, in characters: the widest of the running text, leaving out outliers."""
    ends = sorted(line.indent + len(line.text.strip()) for line in lines if line.text.strip() and not line.whole)
    return ends[int(len(ends) * 0.95)] if ends else 0


def _continues(group: list[Line], line: Line, width: float) -> bool:
    last, text = group[-1], line.text.strip()
    if line.whole or last.whole or line.heading != last.heading or " | " in text or " | " in last.text:
        return False
    if _begins_item(text, line, group):
        return False
    first = text.split(None, 1)[0]
    ahead = last.text.rstrip()
    room = width - max(3, width * 0.04) - last.indent - len(ahead) if last.room is None else last.room
    full = room < len(first) + (1 if last.room is None else 2)
    if max(line.indent, last.indent) > 24:
        return False
    if abs(line.indent - group[0].indent) > 12 and abs(line.indent - last.indent) > 12:
        return False
    if _LABEL.match(text) and not text[0].islower() and not full:
        return False
    if text[0].islower() or (text[0] in "(,;" and not ahead.endswith((".", ":", ";"))):
        return not (ahead.endswith((":", ".")) and not full)
    return full


def _begins_item(text: str, line: Line, group: list[Line]) -> bool:
    """True where a line opens a list item rather than going on with `Article 16` or `section 2`."""
    if BULLET.match(text) or _STAMP.match(text):
        return True
    marker = parse_marker(text)
    if marker is None:
        return False
    above = group[-1].text.rstrip()
    if marker.style.startswith(("bracketed", "closed")) and _JOINED.search(above):
        return True
    if marker.style.startswith(("bare", "dashed", "nested", "coded")) or above.endswith(
        (" Article", " article", " No", " Art.", " und", " and", " et")
    ):
        return marker.style.startswith("coded") and above.endswith((".", ";", ":"))
    if marker.style.startswith("letter") and len(text) > 60 and not above.endswith((".", ";", ":")):
        return False
    if re.match(r"\d{1,2}\.\s+[^\W\d_]+\s+\d{4}", text):
        return False
    return line.indent <= group[0].indent + 8 or above.endswith((":", ";", "."))


def _block(group: list[Line], gap: bool, words: set[str]) -> Block:
    text = ""
    starts: list[tuple[int, int]] = []
    for line in group:
        piece = " ".join(line.text.split(" ")) if line.whole else re.sub(r"[ \t\u00a0\u202f]+", " ", line.text.strip())
        piece = (
            re.sub(r"[ \t\u00a0\u202f]+", " ", piece).strip().replace("\u00ad ", "").rstrip("\u00ad")
            if "\u00ad" not in text[-1:]
            else piece
        )
        text, start = _appended(text, piece, words, soft=bool(group and line is not group[0] and _soft(group, line)))
        starts.append((start, line.number))
    first = group[0]
    text = text.replace("\u00ad", "")
    return Block(
        text, 0, tuple(starts), first.page, first.indent, first.heading or text.startswith("#"), gap, first.level
    )


def _soft(group: list[Line], line: Line) -> bool:
    return group[group.index(line) - 1].text.rstrip().endswith("\u00ad")


def _appended(text: str, piece: str, words: set[str], *, soft: bool) -> tuple[str, int]:
    if not text:
        return piece, 0
    if soft:
        return text + piece, len(text)
    broken = _HYPHEN.search(text)
    if broken and piece[:1].islower() and not piece.startswith(("und ", "oder ", "and ", "or ")):
        left, right = broken[1].split("-")[-1], re.split(r"\W", piece, maxsplit=1)[0]
        kept = f"{left}-{right}" in words or left.casefold() in _KEPT or left.isdigit()
        text = text if kept and left + right not in words else text[:-1]
        return text + piece, len(text)
    if text.endswith(("/", "_")) and re.search(r"\S*[/_]$", text) and "//" in text.rsplit(" ", 1)[-1]:
        return text + piece, len(text)
    return f"{text} {piece}", len(text) + 1
