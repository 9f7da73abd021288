"""Mappings: foreign logs turned into native events by a YAML file, not by code. docs/mappings.md shows how to write one."""

from __future__ import annotations

import hashlib
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, Literal, NoReturn
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    PrivateAttr,
    StringConstraints,
    ValidationError,
    field_validator,
    model_validator,
)

from compliance.errors import InputError, Place, fault_words
from compliance.events.catalogue import ENVELOPE, Catalogue, Kind, catalogue
from compliance.resources import data_dir
from compliance.yaml_source import Marks, load_yaml

Name = Annotated[str, StringConstraints(min_length=1, max_length=200)]
Scalar = str | int | float | bool


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class SourceShape(_Strict):
    """What the foreign log is: its format, and for CSV its dialect and separator."""

    format: Literal["ndjson", "csv", "parquet"]
    dialect: Literal["rfc4180", "php"] = "rfc4180"
    """`php`: what PHP's fputcsv writes: one record per line, and a quote after a backslash is not doubled."""
    separator: Annotated[str, StringConstraints(min_length=1, max_length=1)] = ","
    columns: tuple[Name, ...] = ()
    """Columns that the file must have beyond those the mapping uses."""


class FieldRule(_Strict):
    """How one field is made: from a column or a constant, then by code translation, as a date, an instant or a list."""

    column: Name | None = None
    constant: Scalar | None = None
    codes: dict[str, Scalar | None] | None = None
    """Source value to the field's value; null leaves the field out."""
    otherwise: Literal["refuse", "keep", "drop"] = "refuse"
    """What becomes of a value that `codes` does not list."""
    date: bool = False
    """Cuts a date with time to its date."""
    instant: Name | None = None
    """strptime format of an instant; without it RFC 3339 or `YYYY-MM-DD HH:MM:SS` is expected."""
    list: Literal["json", ",", ";", "|", " "] | None = None
    """How a list is written in the column: JSON, or separated."""
    first: bool = False
    """Takes the first item of a JSON list, where the field holds one value."""
    prefix: str = ""
    """Text put before the value, to keep identifiers of two systems apart."""

    @model_validator(mode="after")
    def _one_origin(self) -> FieldRule:
        if (self.column is None) == (self.constant is None):
            raise ValueError("a field is made from exactly one of `column` and `constant`")
        return self


class WholeDays(_Strict):
    """The file is complete for every day (in `time_zone`) of which it has an event. Shown as declared by the mapping."""

    source: Name
    whole_days: Literal[True]


class Mapping(_Strict):
    """One mapping file."""

    format: Literal["mapping/1"]
    name: Name
    title: Name
    source: SourceShape
    where: dict[Name, tuple[str, ...]] = Field(default_factory=dict)
    """Only rows whose column has one of these values are events; the others are counted as filtered."""
    type: FieldRule
    time_zone: str | None = None
    """IANA zone of times without offset; without it such times are refused."""
    service: Name | None = None
    """Service of every row, where no field rule gives it."""
    fields: dict[Name, FieldRule]
    captures: tuple[Name, ...] | None = None
    """Fields that the source records; default: the fields of this mapping."""
    coverage: WholeDays | None = None
    _digest: str = PrivateAttr("")
    _path: str = PrivateAttr("")
    _marks: Marks = PrivateAttr(default_factory=dict)

    @field_validator("time_zone")
    @classmethod
    def _known_zone(cls, value: str | None) -> str | None:
        try:
            return value if value is None else ZoneInfo(value).key
        except (ZoneInfoNotFoundError, ValueError) as error:
            raise ValueError(f"unknown time zone {value!r}; use an IANA name such as Europe/Dublin") from error

    def from_file(self, path: Path, marks: Marks) -> Mapping:
        """The same mapping, knowing the file it was read from."""
        self._digest, self._path, self._marks = hashlib.sha256(path.read_bytes()).hexdigest(), str(path), marks
        return self

    @property
    def digest(self) -> str:
        """SHA-256 of the file's bytes, empty for a mapping made in memory."""
        return self._digest

    def place_of(self, column: str) -> Place | None:
        """Where the mapping names a source column."""
        rules: list[tuple[tuple[str | int, ...], FieldRule]] = [(("type",), self.type)]
        rules += [(("fields", name), rule) for name, rule in self.fields.items()]
        paths = [path for path, rule in rules if rule.column == column]
        paths += [("where", column)] if column in self.where else []
        paths += [("source", "columns", index) for index, name in enumerate(self.source.columns) if name == column]
        if not paths or not self._path:
            return None
        return Place(
            self._path,
            *self._marks.get((*paths[0], "column"), self._marks.get(paths[0], (1, 1))),
            ".".join(map(str, paths[0])),
        )

    @property
    def types(self) -> tuple[str, ...]:
        """Event types that the mapping can make, sorted."""
        if self.type.constant is not None:
            return (str(self.type.constant),)
        return tuple(sorted({str(value) for value in (self.type.codes or {}).values() if value is not None}))

    @property
    def captured(self) -> tuple[str, ...]:
        """Fields that count as recorded."""
        return tuple(sorted(self.captures if self.captures is not None else self.fields))

    @property
    def columns(self) -> tuple[str, ...]:
        """Source columns that the mapping reads, sorted."""
        rules = (self.type, *self.fields.values())
        return tuple(sorted({rule.column for rule in rules if rule.column} | set(self.where)))


def shipped() -> tuple[str, ...]:
    """Names of the mappings that come with the program."""
    return tuple(sorted(path.stem for path in (data_dir("schemas") / "mappings").glob("*.yaml")))


def load_mapping(name: str | Path) -> Mapping:
    """A mapping by the name of a shipped one or by its path. InputError `MAP-*` with line and field where it is wrong."""
    path = Path(name)
    if str(name) in shipped():
        path = data_dir("schemas") / "mappings" / f"{name}.yaml"
    elif not path.is_file():
        raise InputError(
            "MAP-MISSING",
            f"there is no mapping {str(name)!r}",
            hint=f"name a YAML file, or one of the shipped: {', '.join(shipped())}",
        )
    document, marks = load_yaml(path)
    try:
        found = Mapping.model_validate(document)
    except ValidationError as error:
        first = error.errors()[0]
        _fail(
            path,
            marks,
            first["loc"],
            "MAP-INVALID",
            fault_words(first),
            "compare with a shipped mapping in schemas/mappings",
        )
    _check(found, path, marks, catalogue())
    return found.from_file(path, marks)


def _fail(path: Path, marks: Marks, where: tuple[str | int, ...], code: str, message: str, hint: str) -> NoReturn:
    known = tuple(where)
    while known and known not in marks:
        known = known[:-1]
    line, column = marks.get(known, (1, 1))
    raise InputError(code, message, hint=hint, place=Place(str(path), line, column, ".".join(map(str, where)) or None))


def _check(found: Mapping, path: Path, marks: Marks, known: Catalogue) -> None:
    """Holds a mapping against the catalogue: types, fields, codes, and what every event needs."""
    if not found.types:
        _fail(
            path,
            marks,
            ("type",),
            "MAP-TYPE",
            "`type` names no event type",
            "use `constant`, or `codes` with event types",
        )
    for name in found.types:
        if name not in known.types:
            near = get_close_matches(name, known.types, n=1)
            _fail(
                path,
                marks,
                ("type",),
                "MAP-TYPE",
                f"unknown event type {name!r}",
                f"did you mean {near[0]}?" if near else "see schemas/events",
            )
    for name, rule in found.fields.items():
        if not any(name in known.types[kind].fields for kind in found.types):
            near = get_close_matches(name, {field for kind in found.types for field in known.types[kind].fields}, n=1)
            _fail(
                path,
                marks,
                ("fields", name),
                "MAP-FIELD",
                f"{' and '.join(found.types)} has no field {name!r}",
                f"did you mean {near[0]}?" if near else "see schemas/events",
            )
        _check_codes(name, rule, path, marks, known)
    for kind in found.types:
        for name in known.types[kind].required:
            given = name in found.fields or name == "type" or (name == "service" and found.service)
            if not given:
                _fail(
                    path,
                    marks,
                    ("fields",),
                    "MAP-REQUIRED",
                    f"{kind} needs `{name}`, which nothing makes",
                    "add it to `fields`",
                )
    for name in found.captured:
        if name not in known.fields and name not in ENVELOPE:
            _fail(
                path, marks, ("captures",), "MAP-FIELD", f"no event type has the field {name!r}", "see schemas/events"
            )


def _check_codes(name: str, rule: FieldRule, path: Path, marks: Marks, known: Catalogue) -> None:
    spec = known.fields[name]
    values = [*(rule.codes or {}).values(), *([] if rule.constant is None else [rule.constant])]
    for value in values:
        fits = {
            Kind.BOOLEAN: isinstance(value, bool),
            Kind.INTEGER: isinstance(value, int) and not isinstance(value, bool),
            Kind.NUMBER: isinstance(value, int | float) and not isinstance(value, bool),
        }.get(spec.kind, isinstance(value, str))
        if value is not None and not fits:
            _fail(
                path,
                marks,
                ("fields", name),
                "MAP-KIND",
                f"{value!r} is no {spec.kind.value}",
                "write a value of the field's kind",
            )
        if value is not None and spec.codes and value not in spec.codes:
            _fail(
                path,
                marks,
                ("fields", name),
                "MAP-CODE",
                f"{value!r} is not a code of `{name}`",
                "one of: " + ", ".join(spec.codes[:12]),
            )
    if rule.first and spec.kind is not Kind.STRING:
        _fail(path, marks, ("fields", name), "MAP-KIND", f"`{name}` is no text", "remove `first`")
    if rule.list and spec.kind is not Kind.LIST:
        _fail(path, marks, ("fields", name), "MAP-KIND", f"`{name}` is no list", "remove `list`")
