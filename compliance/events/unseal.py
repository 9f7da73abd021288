"""Opens sealed lines many at once: events with the same fields are printed, and their parts hashed, column by column.

It gives what `make_leaf` gives a line at a time. What a column needs is looked up once, which leaves of the work mostly the hashing.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from itertools import repeat
from json.encoder import encode_basestring
from operator import itemgetter
from typing import Any

from compliance.events.canonical import MAX_INTEGER, format_number
from compliance.events.catalogue import TEXTS, Catalogue, Kind
from compliance.events.judge import Refused, accepted_value
from compliance.events.leaf import CLASSES, FORMAT, PARTS, class_of

Sealed = tuple[int, str, int, str, str | None, str, str | None]
"""A stored row: its number, log file, 1-based line, the line, the event where a mapping made another, the salt in hex,
and as JSON what an erasure left of it."""
MANY_SHAPES = 10_000
"""Sets of members that are remembered."""
_DECODER = json.JSONDecoder()


_FAULTS = (ValueError, KeyError, TypeError, AttributeError, RecursionError, Refused)


class NotSealedError(Exception):
    """Carries the place among the rows of one that does not give the leaf that was sealed."""

    def __init__(self, place: int) -> None:
        super().__init__(place)
        self.place = place


@dataclass(frozen=True, slots=True, eq=False)
class Shape:
    """What events of one type with the same fields have in common, fields in the order of the event.

    `own`: the line is the event's JSON and no more. `salted`: the parts whose salt is there; of others, which were erased,
    only the commitment is.
    """

    fields: tuple[str, ...]
    classes: Mapping[str, tuple[str, ...]]
    own: bool
    salted: tuple[str, ...]
    printers: tuple[Callable[[Any], str], ...]
    """What prints each field's values; they raise where a value is of another kind."""

    @property
    def whole(self) -> bool:
        """True where nothing was erased."""
        return self.salted == PARTS


@dataclass(frozen=True, slots=True)
class Group:
    """Opened events of one shape, in columns. `places`: where they stand among the rows; salts and commitments in hex."""

    shape: Shape
    places: list[int]
    values: Mapping[str, Sequence[Any]]
    texts: dict[str, list[str]]
    contents: dict[str, Iterable[str]]
    salts: dict[str, list[str]]
    commitments: dict[str, list[str]]


class Unsealer:
    """Opens rows, and remembers the shapes it met."""

    __slots__ = ("_known", "_met", "_shapes")

    def __init__(self, known: Catalogue) -> None:
        self._known = known
        self._met: dict[tuple[Any, ...], Shape | None] = {}
        """Shape by the names and types of the members of a line, whatever the catalogue knows of them."""
        self._shapes: dict[tuple[Any, ...], Shape] = {}

    def open(self, rows: Sequence[Sealed], leaves: Sequence[bytes]) -> list[Group]:
        """The rows' events by shape. NotSealedError where one does not give its leaf hash of `leaves`."""
        try:
            return self._open(rows, leaves, odd=False)
        except _FAULTS:
            for place, (row, leaf) in enumerate(zip(rows, leaves, strict=True)):
                try:
                    self._open([row], [leaf], odd=True)
                except (NotSealedError, *_FAULTS) as error:
                    raise NotSealedError(place) from error
            return self._open(rows, leaves, odd=True)

    def _open(self, rows: Sequence[Sealed], leaves: Sequence[bytes], *, odd: bool) -> list[Group]:
        line_salts = _salts("line", [row[5].encode() for row in rows])
        lines = _commitments("line", line_salts, [row[3] for row in rows])
        groups = []
        for shape, places, events in self._by_shape(rows, odd=odd):
            group = _columns(shape, places, events)
            if shape.whole:
                group.salts["line"] = [line_salts[place] for place in places]
                group.commitments["line"] = [lines[place] for place in places]
                salts = [rows[place][5].encode() for place in places]
                for name in CLASSES:
                    group.salts[name] = _salts(name, salts)
            else:
                _left(group, [json.loads(rows[place][6] or "") for place in places])
            for name in CLASSES:
                if name in shape.salted:
                    group.commitments[name] = _commitments(name, group.salts[name], group.contents[name])
            for place, made in zip(places, _leaf_hashes(group.commitments), strict=True):
                if made != leaves[place]:
                    raise NotSealedError(place)
            groups.append(group)
        return groups

    def _by_shape(
        self, rows: Sequence[Sealed], *, odd: bool
    ) -> Iterator[tuple[Shape, list[int], list[Mapping[str, Any]]]]:
        """Shapes, and of each the places and events. `odd`: there may be values that only a reader of single lines understands."""
        found: dict[Shape, tuple[list[int], list[Mapping[str, Any]]]] = {}
        here: dict[tuple[Any, ...], tuple[list[int], list[Mapping[str, Any]]]] = {}
        met = self._met
        if len(met) > MANY_SHAPES:
            met.clear()
            self._shapes.clear()
        texts = ["" if row[6] is not None else row[3] if row[4] is None else row[4] for row in rows]
        for place, (row, text, value) in enumerate(zip(rows, texts, _decoded(rows, texts), strict=True)):
            hint: Any = None
            event: Mapping[str, Any] = value
            if row[6] is not None:
                left = json.loads(row[6])
                hint, event = tuple(left["salts"]), left["event"]
            elif row[4] is not None:
                hint = _keys_of(row[3])
            key = (hint, event["type"], *event)
            kept = None if odd or "null" in text else here.get(key)
            if kept is None:
                shape = met.get(key)
                if shape is None and key not in met:
                    shape = met[key] = self._shape(event, hint)
                if shape is None or odd or "null" in text:
                    event, shape = self._odd(event, hint)
                    kept = found.setdefault(shape, ([], []))
                else:
                    kept = here[key] = found.setdefault(shape, ([], []))
            kept[0].append(place)
            kept[1].append(event)
        for shape, (places, events) in found.items():
            yield shape, places, events

    def _shape(self, value: Mapping[str, Any], hint: Any) -> Shape | None:
        """The shape of a value without nulls, None where each must be read on its own: an envelope, a type of another catalogue."""
        if isinstance(hint, tuple):
            return self._made(value, own=False, salted=tuple(name for name in PARTS if name in hint))
        spec = self._known.types.get(value["type"])
        if spec is None or "specversion" in value:
            return None
        names = ("type", *(name for name in spec.fields if name in value))
        return self._made(names, own=(value.keys() if hint is None else hint) == set(names), salted=PARTS)

    def _odd(self, value: Mapping[str, Any], hint: Any) -> tuple[Mapping[str, Any], Shape]:
        """Any value's event and shape."""
        if isinstance(hint, tuple):
            return value, self._made(value, own=False, salted=tuple(name for name in PARTS if name in hint))
        event = accepted_value(value, self._known)
        return event, self._made(event, own=(value.keys() if hint is None else hint) == event.keys(), salted=PARTS)

    def _made(self, names: Iterable[str], *, own: bool, salted: tuple[str, ...]) -> Shape:
        fields = tuple(names)
        key = (own, salted, *fields)
        shape = self._shapes.get(key)
        if shape is None:
            by_class: dict[str, list[str]] = {name: [] for name in CLASSES}
            for name in sorted(fields):
                by_class[class_of(name, self._known).value].append(name)
            classes = {name: tuple(members) for name, members in by_class.items()}
            shape = self._shapes[key] = Shape(fields, classes, own, salted, tuple(map(self._printer, fields)))
        return shape

    def _printer(self, name: str) -> Callable[[Any], str]:
        return encode_basestring if name == "type" else _PRINTERS[self._known.fields[name].kind]


def object_template(names: Iterable[str]) -> str:
    """A template for the canonical JSON of an object: it takes the printed values of `names`, which are in canonical order."""
    members = (f"{encode_basestring(name)}:".replace("%", "%%") + "%s" for name in names)
    return f"{{{','.join(members)}}}"


def _decoded(rows: Sequence[Sealed], texts: Sequence[str]) -> list[Any]:
    """Values of the rows' texts, in one reading. What strict reading refuses was refused when they came: the leaf covers the line."""
    values = _DECODER.decode(f"[{','.join(text for text in texts if text)}]")
    if len(values) == len(rows):
        return list(values)
    if len(values) != len(rows) - texts.count(""):
        raise ValueError("a line holds more than one value")
    given = iter(values)
    return [next(given) if text else None for text in texts]


def _keys_of(raw: str) -> frozenset[str]:
    """The keys of a line that a mapping read, none where it is no JSON object: another shape may hold what no class covers."""
    try:
        content = json.loads(raw)
    except (ValueError, RecursionError):
        return frozenset()
    return frozenset(content) if isinstance(content, dict) else frozenset()


def _columns(shape: Shape, places: list[int], events: Sequence[Mapping[str, Any]]) -> Group:
    """Values, their prints and the contents of the classes; salts and commitments are still to come."""
    fields = shape.fields
    columns = list(zip(*map(itemgetter(fields[0], *fields), events), strict=True))[1:]
    values = dict(zip(fields, columns, strict=True))
    texts = {name: list(map(print_, values[name])) for name, print_ in zip(fields, shape.printers, strict=True)}
    contents: dict[str, Iterable[str]] = {}
    for name, members in shape.classes.items():
        template = object_template(members)
        contents[name] = (
            list(map(template.__mod__, zip(*[texts[member] for member in members], strict=True)))
            if members
            else repeat(template, len(places))
        )
    return Group(shape, places, values, texts, contents, {}, {})


def _left(group: Group, records: Sequence[Mapping[str, Any]]) -> None:
    """Salts and commitments as erasures left them."""
    for name in PARTS:
        if name in group.shape.salted:
            group.salts[name] = [record["salts"][name] for record in records]
        else:
            group.commitments[name] = [record["commitments"][name] for record in records]


def _salts(name: str, event_salts: Iterable[bytes]) -> list[str]:
    """`part_salt` of one part for many events, from and to hexadecimal."""
    fresh = sha256(f"{FORMAT} salt {name} ".encode("ascii")).copy
    found = []
    for salt in event_salts:
        state = fresh()
        state.update(salt)
        found.append(state.hexdigest())
    return found


def _commitments(name: str, salts: Iterable[str], contents: Iterable[str]) -> list[str]:
    """`commitment` of one part for many events, in hexadecimal."""
    fresh = sha256(f"{FORMAT} {name} ".encode("ascii")).copy
    found = []
    for salt, content in zip(salts, contents, strict=True):
        state = fresh()
        state.update(f"{salt} {content}".encode())
        found.append(state.hexdigest())
    return found


def _leaf_hashes(commitments: Mapping[str, Sequence[str]]) -> Iterator[bytes]:
    template = f"\x00{FORMAT} %s %s %s %s %s"
    for parts in zip(*[commitments[name] for name in PARTS], strict=True):
        yield sha256((template % parts).encode("ascii")).digest()


def _whole_number(value: float) -> str:
    if not -MAX_INTEGER <= value <= MAX_INTEGER:
        raise ValueError(f"integer beyond 2^53: {value}")
    return str(int(value))


def _number(value: float) -> str:
    return _whole_number(value) if isinstance(value, int) else format_number(value)


def _list(value: list[str]) -> str:
    return f"[{','.join(map(encode_basestring, value))}]"


_PRINTERS: dict[Kind, Callable[[Any], str]] = {
    **dict.fromkeys(TEXTS, encode_basestring),
    Kind.BOOLEAN: {True: "true", False: "false"}.__getitem__,
    Kind.INTEGER: _whole_number,
    Kind.NUMBER: _number,
    Kind.LIST: _list,
}
