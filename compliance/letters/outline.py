"""The numbered lists of a letter: which block is an item, under which item, and under which heading."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

from compliance.letters.document import Block, Document
from compliance.letters.marker import BULLET, Marker, as_letter, parse_marker
from compliance.letters.sentence import sentences
from compliance.letters.vocabulary import Vocabulary


@dataclass(slots=True)
class Item:
    """One numbered or bulleted paragraph: its words, where they stand, its place in the tree, and the headings above it."""

    marker: Marker | None
    text: str
    start: int
    end: int
    heading: str = ""
    polarity: int = 0
    """1 under a heading that announces requests, -1 under one about something else, 0 otherwise."""
    section: str = ""
    lead_at: tuple[int, int] = (0, 0)
    lead: str = ""
    """The unnumbered paragraph right above that introduces the list."""
    bullet: bool = False
    children: list[Item] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Outline:
    """Top-level lists of a letter, each with its items in order, and the blocks that are headings."""

    lists: tuple[tuple[Item, ...], ...]
    headings: tuple[tuple[int, str, int], ...]
    """(offset, text, polarity) of each heading."""

    def polarity_at(self, offset: int) -> tuple[str, int]:
        """Heading in force at a character, and its polarity."""
        above = [each for each in self.headings if each[0] <= offset]
        return (above[-1][1], above[-1][2]) if above else ("", 0)


@dataclass(slots=True)
class _Unit:
    """A block, or a sentence of one that begins with an ordinal."""

    text: str
    start: int
    end: int
    block: Block
    marker: Marker | None
    bullet: bool


def outline_of(document: Document, words: Vocabulary, begin: int) -> Outline:
    """Lists and headings of a letter from block number `begin` on."""
    units = _with_bodies(list(_units(document, words, begin)))
    headings: list[tuple[int, str, int]] = []
    builder = _Builder(words)
    announced, section = 0, ""
    lead: _Unit | None = None
    for index, unit in enumerate(units):
        following = units[index + 1] if index + 1 < len(units) else None
        if _is_heading(unit, following, words):
            polarity = heading_polarity(unit.text, words)
            announced = polarity or max(announced, 0)
            section = _section(unit, words) or (section if not polarity and not unit.marker else "")
            headings.append((unit.start, unit.text, polarity or announced))
            builder.pause()
            lead = None
        elif unit.marker or unit.bullet:
            heading = headings[-1][1] if headings else ""
            words_at = unit.marker.length if unit.marker else 0
            item = Item(
                unit.marker,
                unit.text[words_at:].strip(),
                unit.start,
                unit.end,
                heading,
                announced,
                section,
                (lead.start, lead.end) if lead else (0, 0),
                lead.text if lead else "",
                unit.bullet and unit.marker is None,
            )
            builder.add(item)
        else:
            builder.prose()
            lead = unit if unit.text.rstrip().endswith(":") else None
    return Outline(tuple(tuple(each) for each in builder.lists if each), tuple(headings))


def _units(document: Document, words: Vocabulary, begin: int) -> Iterator[_Unit]:
    ordinals = words.built(
        "ordinal marker",
        rf"(?:the )?(?P<n>{'|'.join(map(re.escape, sorted(words.ordinals, key=len, reverse=True)))})\b\s*(?:[,:.–-]+\s*|(?=\s))",
    )
    values = dict(words.ordinals)
    for block in document.blocks[begin:]:
        cells = block.cells
        if len(cells) > 1:
            yield from _row(block, cells)
            continue
        bullet = BULLET.match(block.text)
        offset = bullet.end() if bullet else 0
        parts = _ordinal_parts(block.text, ordinals, words) if not bullet else []
        for start, end in parts or [(offset, len(block.text))]:
            text = block.text[start:end].strip()
            marker = parse_marker(text, ordinals if _stands_out(text, ordinals) else None, values)
            yield _Unit(text, block.start + start, block.start + end, block, marker, bool(bullet))


def _with_bodies(units: list[_Unit]) -> list[_Unit]:
    """Units where `Question 4`, alone on its line, has the unnumbered paragraph below as its words."""
    joined: list[_Unit] = []
    for unit in units:
        above = joined[-1] if joined else None
        if (
            above
            and above.marker
            and above.marker.style.startswith("label")
            and above.marker.length == len(above.text)
            and unit.marker is None
            and not unit.bullet
        ):
            marker = replace(above.marker, length=len(above.text) + 1)
            joined[-1] = _Unit(f"{above.text} {unit.text}", above.start, unit.end, above.block, marker, False)
        else:
            joined.append(unit)
    return joined


def _stands_out(text: str, ordinals: re.Pattern[str]) -> bool:
    """True for `First, please` and `PRIMERO.-`, not for `First quarter figures`."""
    found = ordinals.match(text)
    return bool(found and (text[: found.end()].rstrip()[-1:] in ",:.-–" or found["n"].isupper()))


def _ordinal_parts(text: str, ordinals: re.Pattern[str], words: Vocabulary) -> list[tuple[int, int]]:
    """Parts of a paragraph that counts its demands: `First, ... Second, ...`."""
    spans = sentences(text, words)
    begins = [start for start, _ in spans if _stands_out(text[start:], ordinals)]
    values = [words.ordinals[found["n"].casefold()] for start in begins if (found := ordinals.match(text[start:]))]
    if len(begins) < 2 or values != list(range(values[0], values[0] + len(values))):
        return []
    edges = [*begins, len(text)]
    lead = [(0, begins[0])] if begins[0] else []
    return [*lead, *pairwise(edges)]


def _row(block: Block, cells: tuple[str, ...]) -> Iterator[_Unit]:
    marker = parse_marker(f"{cells[0]} x")
    if (
        marker
        and len(cells[0]) - marker.length <= 1
        and len(cells[0]) < 14
        and any(len(cell) > 8 for cell in cells[1:])
    ):
        text = f"{cells[0]} " + " - ".join(cell for cell in cells[1:] if cell)
        yield _Unit(text, block.start, block.end, block, replace(marker, length=len(cells[0]) + 1), False)
    else:
        yield _Unit(block.text, block.start, block.end, block, None, False)


def heading_polarity(text: str, words: Vocabulary) -> int:
    """1 where a heading announces requests, -1 where it announces something else, 0 where it is only a topic."""
    bare = text.strip("# .:")
    marker = parse_marker(bare)
    pieces = [bare[marker.length :] if marker else bare, *re.split(r"\s[-–—|:]\s|:\s", bare)[1:]]
    other = words.built("other heading", rf"{words.source('other_heading')}\W*$")
    request = words.built("request heading", rf"{words.source('request_heading')}(?:\W|$)")
    loose = words.built("loose heading", rf"{words.source('other_heading')}(?:\W|$)")
    annex = words.built("annex heading", rf"(?:{words.source('attachment_label')})\W*[\dIVX]*\W*$")
    pieces = [each for each in pieces if not annex.match(each.strip())] or pieces
    for piece in pieces:
        if other.match(piece.strip()):
            return -1
    for piece in pieces:
        if request.match(piece.strip()):
            return 1
    return -1 if any(loose.match(piece.strip()) for piece in pieces) else 0


def _section(unit: _Unit, words: Vocabulary) -> str:
    named = re.match(rf"{words.source('section_word')}\s+([A-Z]|[IVX]+)\b", unit.text, re.IGNORECASE)
    if named:
        return named[1].upper()
    return f"?{unit.marker.text}" if unit.marker else ""


def _is_heading(unit: _Unit, following: _Unit | None, words: Vocabulary) -> bool:
    text = unit.text.strip()
    if unit.block.heading and len(text) < 200:
        return True
    if (
        len(text) > 110
        or " | " in unit.block.text
        or re.search(r"[;,?:]$|\w\.$", text)
        or unit.bullet
        or text.startswith("[")
        or "://" in text
    ):
        return (
            bool(re.match(rf"{words.source('section_word')}\s+([A-Z]|[IVX]+)\s*[:.–-]", text, re.IGNORECASE))
            and len(text) < 160
        )
    if unit.marker is None:
        return bool(text[:1].isupper()) and (
            heading_polarity(text, words) != 0
            or text.isupper()
            or (following is not None and following.marker is not None and len(text) < 70)
        )
    if unit.marker.style.startswith(("label", "coded", "ordinal", "closed", "bracketed", "degree")):
        return False
    body = text[unit.marker.length :]
    if not body[:1].isupper() or is_demand(body, words, plainly=_above(unit, following)):
        return False
    if following is None or following.marker is None:
        return following is not None
    sibling = following.marker.style == unit.marker.style and following.marker.value == unit.marker.value + 1
    return not sibling and (
        unit.marker.style.startswith("letter upper") or following.marker.style.startswith(("dotted", "nested"))
    )


def _above(unit: _Unit, following: _Unit | None) -> bool:
    """True for a topic over its numbered questions: `A. Complaints` over `1.`, `3. Data access` over `3.1.`."""
    assert unit.marker is not None
    nested = following is not None and following.marker is not None and following.marker.style.startswith("nested")
    return unit.marker.style.startswith("letter upper") or nested


def is_demand(text: str, words: Vocabulary, *, plainly: bool = False) -> bool:
    """True where words ask or order something; `plainly`: with a verb or a question mark, not just by naming what is wanted."""
    if words.pattern("not_demand").search(text):
        return False
    start = words.built(
        "demand start", rf"(?:^|[,:;]\s+|\s[-–]\s+|\bplease\s+|^(?:and|und|et|y|e)\s+)(?:{words.source('demand')})"
    )
    noun = words.built("demand noun", rf"^(?:{words.source('demand_noun')})")
    return bool(start.search(text) or text.rstrip().endswith("?") or (not plainly and noun.match(text)))


class _Builder:
    """Puts items into lists: next in a list, child of the item above, or first of a new list."""

    def __init__(self, words: Vocabulary) -> None:
        self._words = words
        self.lists: list[list[Item]] = []
        self._stack: list[tuple[list[Item], Marker]] = []
        self._paused = True

    def pause(self) -> None:
        """A heading: what follows is no child of the item above it, but may go on with its list."""
        del self._stack[1:]
        self._paused = True

    def prose(self) -> None:
        """An unnumbered paragraph: it belongs to the item above where that one was left open."""
        self._paused = self._paused or not self._stack or len(self._stack) == 1

    def add(self, item: Item) -> None:
        """Place one item."""
        if item.marker is None:
            self._bullet(item)
            return
        for depth in range(len(self._stack) - 1, -1, -1):
            siblings, last = self._stack[depth]
            marker = self._fitting(item.marker, last)
            if marker is not None:
                item.marker = marker
                del self._stack[depth + 1 :]
                siblings.append(item)
                self._stack[depth] = (siblings, marker)
                self._paused = False
                return
        child = (
            self._stack
            and not self._paused
            and item.marker.value == 1
            and item.marker.style != self._stack[-1][1].style
        )
        if child:
            parent = self._stack[-1][0][-1]
            parent.children.append(item)
            self._stack.append((parent.children, item.marker))
            return
        fresh = self._interrupted(item.marker)
        fresh.append(item)
        self._stack = [(fresh, item.marker)]
        self._paused = False

    def _interrupted(self, marker: Marker) -> list[Item]:
        """The latest list that a number goes on with, else a new one."""
        for each in reversed(self.lists if marker.value > 1 else []):
            if each and each[-1].marker and self._fitting(marker, each[-1].marker):
                return each
        self.lists.append([])
        return self.lists[-1]

    @staticmethod
    def _fitting(marker: Marker, last: Marker) -> Marker | None:
        for each in (marker, as_letter(marker) if "roman" in marker.style else marker):
            same = each.style == last.style or {each.style, last.style} <= {"bare 0", "dotted 0"}
            if (
                same
                and last.value < each.value <= last.value + 2
                and not (each.style.startswith("nested") and each.text.rsplit(".", 1)[0] != last.text.rsplit(".", 1)[0])
            ):
                return each
        return None

    def _bullet(self, item: Item) -> None:
        if self._stack and not self._paused:
            above = self._stack[-1][0][-1]
            if above.marker is not None and (
                above.text.rstrip().endswith((":", ",", ";")) or (above.children and above.children[-1].bullet)
            ):
                above.text = f"{above.text} {item.text}"
                return
        if self.lists and self.lists[-1] and self.lists[-1][-1].bullet and not self._stack:
            self.lists[-1].append(item)
        else:
            self.lists.append([item])
            self._stack = []


def walk(items: Sequence[Item], above: tuple[str, ...] = ()) -> Iterator[tuple[Item, tuple[str, ...]]]:
    """Items with their paths, parents before children."""
    for item in items:
        path = (*above, item.marker.text) if item.marker else above
        if item.marker and item.marker.style.startswith("nested"):
            path = tuple(item.marker.text.split("."))
        yield item, path
        yield from walk(item.children, path)
