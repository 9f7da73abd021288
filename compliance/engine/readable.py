"""SQL texts laid out for people: one clause a line, subqueries indented. Only white space between words changes."""

from __future__ import annotations

import re
from collections.abc import Iterator

WIDTH = 110
_WORD = re.compile(
    r"""\s+|'(?:[^'\\]|''|\\.)*'|"(?:[^"]|"")*"|`(?:[^`]|``)*`|--[^\n]*|[A-Za-z_][\w.]*|[0-9.]+|<=|>=|<>|!=|.""",
    re.DOTALL,
)
_CLAUSES = frozenset({"FROM", "WHERE", "GROUP", "ORDER", "LEFT", "INNER", "UNION", "LIMIT", "ON"})


def readable(sql: str) -> str:
    """The same statement over several lines; laying it out twice changes nothing."""
    words = [word for word in _WORD.findall(sql) if not word.isspace()]
    lines: list[str] = []
    line, depth = "", 0
    nested: list[bool] = []
    """Of every open bracket: whether it holds a subquery."""

    def flush() -> None:
        nonlocal line
        if line.strip():
            lines.extend(_wrapped(line))
        line = "  " * depth

    spaces = _spaces(sql)
    for place, word in enumerate(words):
        inside = not nested or nested[-1]
        if word == "(":
            line += (" " if spaces[place] else "") + word
            nested.append(words[place + 1 : place + 2] == ["SELECT"])
            if nested[-1]:
                depth += 1
                flush()
        elif word == ")" and nested and nested.pop():
            flush()
            depth -= 1
            line = "  " * depth + word
        elif word.startswith("--"):
            flush()
            lines.append("  " * depth + word)
        elif word in _CLAUSES and inside:
            flush()
            line += word
        else:
            line += (" " if spaces[place] and line.strip() else "") + word
            if word == ";":
                flush()
    flush()
    return "\n".join(lines)


def _spaces(sql: str) -> list[bool]:
    """Of every word: whether white space stood before it."""
    found, before = [], False
    for word in _WORD.findall(sql):
        if word.isspace():
            before = True
        else:
            found.append(before)
            before = False
    return found


def _wrapped(line: str) -> Iterator[str]:
    """A long line, broken after commas and before AND, OR, WHEN and ELSE outside strings."""
    indent = len(line) - len(line.lstrip())
    rest = line.strip()
    first = True
    while True:
        room = WIDTH - indent - (0 if first else 4)
        cut = _cut(rest, room) if len(rest) > room else 0
        yield " " * (indent + (0 if first else 4)) + (rest[:cut] if cut else rest).rstrip()
        if not cut:
            return
        rest, first = rest[cut:].lstrip(), False


def _cut(text: str, room: int) -> int:
    """Where to break a text that is too long; 0 where there is no such place."""
    place = best = 0
    for word in _WORD.findall(text):
        end = place + len(word)
        if place and word in {"AND", "OR", "WHEN", "ELSE"} and place <= room:
            best = place
        if word == "," and end <= room:
            best = end
        if place > room and best:
            break
        if not best and place > room and (word == "," or word in {"AND", "OR", "WHEN", "ELSE"}):
            return end if word == "," else place
        place = end
    return best
