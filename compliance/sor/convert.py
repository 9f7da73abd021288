"""Statements carried into the current schema: renamed codes by the Commission's table, retired ones only by a person's choice."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from compliance.events.reasons import Refusal
from compliance.sor.change import LIST_OF, List, change_of
from compliance.sor.choices import DROP, Choices
from compliance.sor.rows import Row, Unread

RENAMED_FIELDS: Final = {
    "start_date": "application_date",
    "countries_list": "territorial_scope",
    "source": "source_identity",
}
"""Fields renamed by version 1.0 of the service, of 16 August 2023."""
REMOVED_FIELDS: Final = ("url",)
"""Fields that the same version took out."""
_LIGHT: Final = Refusal(
    "SOR-LIGHT",
    "a light row cannot be sent: it lacks the facts and the explanation, which are required",
    hint="convert the full version of the same day",
)


@dataclass(frozen=True, slots=True)
class Converted:
    """A statement in the current schema: what was changed (field, old, new), and codes that await a choice.

    While a code awaits a choice it stands in `payload` as it was.
    """

    payload: dict[str, Any]
    changes: tuple[tuple[str, str, str], ...] = ()
    open: tuple[tuple[List, str], ...] = ()


def convert(payload: Mapping[str, Any], choices: Choices) -> Converted:
    """The statement with the current names of its fields and codes. Values are carried over as they are."""
    found, changes = _fields(payload)
    waiting: dict[tuple[List, str], None] = {}
    for name, codes in LIST_OF.items():
        value = found.get(name)
        if isinstance(value, str):
            found[name] = _code(name, codes, value, choices, changes, waiting)
        elif isinstance(value, list):
            found[name] = _codes(name, codes, value, choices, changes, waiting)
    return Converted(found, tuple(changes), tuple(waiting))


def _fields(payload: Mapping[str, Any]) -> tuple[dict[str, Any], list[tuple[str, str, str]]]:
    """The statement with the current names of its fields; an old name beside its current one is left out."""
    found: dict[str, Any] = {}
    changes: list[tuple[str, str, str]] = []
    for name, value in payload.items():
        successor = RENAMED_FIELDS.get(name, name)
        if name in REMOVED_FIELDS or (successor != name and successor in payload):
            changes.append((name, name, ""))
            continue
        found[successor] = value
        if successor != name:
            changes.append((successor, name, successor))
    return found, changes


def _code(
    name: str,
    codes: List,
    code: str,
    choices: Choices,
    changes: list[tuple[str, str, str]],
    waiting: dict[tuple[List, str], None],
) -> str:
    """The current code, `drop`, or the code itself where it is current, unknown or awaits a choice."""
    change = change_of(codes)
    successor = change.renamed.get(code) or (choices.successor(codes, code) if code in change.retired else code)
    if successor is None:
        waiting[codes, code] = None
        return code
    if successor != code:
        changes.append((name, code, "" if successor == DROP else successor))
    return successor


def _codes(
    name: str,
    codes: List,
    value: list[Any],
    choices: Choices,
    changes: list[tuple[str, str, str]],
    waiting: dict[tuple[List, str], None],
) -> list[Any]:
    """The list with current codes; one that stands in it already is not added by a change."""
    found: list[Any] = []
    for item in value:
        code = _code(name, codes, item, choices, changes, waiting) if isinstance(item, str) else item
        if code == DROP or (code != item and (code in found or code in value)):
            continue
        found.append(code)
    return found


@dataclass(slots=True)
class Conversion:
    """Counts of a run over files: `read` = `written` + `waiting` + `unread`."""

    written: int = 0
    changed: int = 0
    waiting: int = 0
    unread: int = 0
    changes: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    open: Counter[tuple[List, str]] = field(default_factory=Counter)
    first_unread: list[Unread] = field(default_factory=list)

    @property
    def read(self) -> int:
        """Statements and unreadable lines that were met."""
        return self.written + self.waiting + self.unread


def convert_rows(rows: Iterable[Row | Unread], choices: Choices, counts: Conversion) -> Iterator[str]:
    """One JSON line per statement that could be converted; the others are counted, and their codes kept in `counts.open`."""
    for row in rows:
        if isinstance(row, Unread) or row.light:
            set_aside(row if isinstance(row, Unread) else Unread(row.file, row.line, _LIGHT), counts)
            continue
        found = convert(row.payload, choices)
        if taken(found, counts):
            yield json.dumps(found.payload, ensure_ascii=False) + "\n"


def taken(found: Converted, counts: Conversion) -> bool:
    """Counts a statement; true where it can be written, false where it awaits a choice."""
    if found.open:
        counts.waiting += 1
        counts.open.update(found.open)
        return False
    counts.written += 1
    counts.changed += bool(found.changes)
    counts.changes.update(found.changes)
    return True


def set_aside(row: Unread, counts: Conversion) -> None:
    """Counts a line that could not be converted, and keeps the first ones."""
    counts.unread += row.rows
    if len(counts.first_unread) < 10:
        counts.first_unread.append(row)


def summary(counts: Conversion) -> str:
    """What a run did, for people: counts that add up, every change with its number, codes that await a choice, first lines unread."""
    lines = [
        f"read {counts.read:,}: {counts.written:,} written ({counts.changed:,} of them changed), "
        f"{counts.waiting:,} await a choice, {counts.unread:,} could not be read"
    ]
    for (name, old, new), number in sorted(counts.changes.items()):
        lines.append(f"{number:>12,}  {name}: {old} -> {new or '(left out)'}")
    for (name, code), number in sorted(counts.open.items()):
        lines.append(f"{number:>12,}  {name} {code}: retired, no successor is named")
    for entry in counts.first_unread:
        lines.append(f"  {entry.file}:{entry.line}  {entry.why.code}  {entry.why.message}")
    return "\n".join(lines) + "\n"
