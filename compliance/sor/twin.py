"""The two versions of one day, full and light, held against each other row by row: they come from the same statements."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import zip_longest
from typing import Any

from compliance.sor.dump import NOT_IN_LIGHT
from compliance.sor.remark import Remark, remark
from compliance.sor.rows import Row, Unread

_KEPT_FROM_ROW = ("platform", "received")


@dataclass(frozen=True, slots=True)
class Disagreement:
    """A statement whose two versions disagree: the row it was seen in, and in which fields or that the other has it not."""

    row: Row
    remarks: tuple[Remark, ...]


@dataclass(frozen=True, slots=True)
class _Seen:
    row: Row
    values: dict[str, Any]


def disagreements(full: Iterable[Row | Unread], light: Iterable[Row | Unread]) -> Iterator[Disagreement | Unread]:
    """Disagreements between a full and a light dump of the same day, and the lines of either that cannot be read.

    Both are in the order of the statements' ids, so only rows whose counterpart has not come yet are held. Rows that stand twice are
    matched one by one. What stands in one version only may stand in an unreadable line of the other.
    """
    waiting: dict[str, list[_Seen]] = {}
    ahead: dict[str, list[_Seen]] = {}
    for left, right in zip_longest(full, light):
        for row, own, others, whole in ((left, waiting, ahead, True), (right, ahead, waiting, False)):
            if isinstance(row, Unread):
                yield row
            elif row is not None:
                yield from _matched(row, own, others, whole=whole)
    for held, code in ((waiting, "SEM-LIGHT-MISSING"), (ahead, "SEM-FULL-MISSING")):
        for entries in held.values():
            for seen in entries:
                yield Disagreement(seen.row, (remark(code, "uuid"),))


def _matched(
    row: Row, own: dict[str, list[_Seen]], others: dict[str, list[_Seen]], *, whole: bool
) -> Iterator[Disagreement]:
    seen = _Seen(row, _values(row))
    held = others.get(row.uuid)
    if not held:
        own.setdefault(row.uuid, []).append(seen)
        return
    other = held.pop(0)
    if not held:
        del others[row.uuid]
    names = [name for name in {**seen.values, **other.values} if seen.values.get(name) != other.values.get(name)]
    if names:
        shown = seen if whole else other
        yield Disagreement(shown.row, tuple(remark("SEM-LIGHT-DIFFERS", name) for name in names))


def _values(row: Row) -> dict[str, Any]:
    """What both versions tell of a statement."""
    values = {name: value for name, value in row.payload.items() if name not in NOT_IN_LIGHT}
    return values | {name: getattr(row, name) for name in _KEPT_FROM_ROW}
