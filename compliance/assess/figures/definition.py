"""Definitions of figures, read from `reports/figures/*.yaml`: each defined once, for every report and answer."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Annotated, Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError, model_validator

from compliance.errors import InputError, Place
from compliance.events.catalogue import Catalogue, Kind, catalogue
from compliance.events.dataset import Requirement
from compliance.resources import data_dir
from compliance.rules.condition import ConditionError, Node, fields_of, parse_condition

FigureId = Annotated[str, StringConstraints(pattern=r"^[a-z]+\.[a-z_]+$")]
FieldName = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$")]
TIME_PARTS = ("month", "week", "day")


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


class Selection(_Strict):
    """Events of one type, in the condition language of the rules. `at`: instant field that places them in time."""

    event: str
    where: dict[str, Any] = Field(default_factory=dict)
    at: FieldName | None = None


class Count(Selection):
    """Number of events."""

    kind: Literal["count"] = "count"
    distinct: FieldName | None = None
    """Count the different values of this field, not the events."""


class Sum(Selection):
    """Sum of an integer field; records without it count as `missing`."""

    kind: Literal["sum"] = "sum"
    field: FieldName
    missing: int = 0


class Highest(Selection):
    """Largest value of an integer field."""

    kind: Literal["highest"] = "highest"
    field: FieldName


class Latest(Selection):
    """Value of an integer field in the latest event of the period."""

    kind: Literal["latest"] = "latest"
    field: FieldName


class Share(Selection):
    """Events that also satisfy `part`, of all the events selected."""

    kind: Literal["share"] = "share"
    part: dict[str, Any]


class Ratio(Selection):
    """Sum of some integer fields over the sum of others."""

    kind: Literal["ratio"] = "ratio"
    top: tuple[FieldName, ...] = Field(min_length=1)
    bottom: tuple[FieldName, ...] = Field(min_length=1)


class Times(Selection):
    """Time from each event to the earliest event `to` of the same case at or after it."""

    kind: Literal["times"] = "times"
    to: str
    match: FieldName
    to_where: dict[str, Any] = Field(default_factory=dict)
    to_at: FieldName | None = None


class Paired(Selection):
    """Events that have (or lack) an event `other` with the same value of `match`, known up to `as_of`."""

    kind: Literal["paired"] = "paired"
    other: str
    match: FieldName
    found: bool
    differs: tuple[FieldName, ...] = ()
    """With `found`: count only pairs in which one of these fields differs (a blank differs from a value)."""


class Overlap(Selection):
    """Time for which states of two kinds overlapped: `[event or at, end)` each; a state not ended runs to `as_of`."""

    kind: Literal["overlap"] = "overlap"
    end: str
    match: FieldName
    with_event: str
    with_at: FieldName | None = None
    with_end: str
    with_match: FieldName


Measured = Annotated[
    Count | Sum | Highest | Latest | Share | Ratio | Times | Paired | Overlap, Field(discriminator="kind")
]


class Definition(_Strict):
    """One figure: what it says, of whom, from what, and what it cannot say."""

    id: FigureId
    title: str
    unit: str
    definition: str
    population: str
    limits: str = "none known"
    provision: str
    measure: Measured
    by: tuple[str, ...] = ()

    @property
    def events(self) -> tuple[str, ...]:
        """Event types the figure is made from."""
        named = (
            getattr(self.measure, name, None) for name in ("event", "to", "other", "end", "with_event", "with_end")
        )
        return tuple(dict.fromkeys(name for name in named if name))

    @property
    def fields(self) -> tuple[str, ...]:
        """Fields the figure reads, its breakdowns apart."""
        measure = self.measure
        single = (
            getattr(measure, name, None)
            for name in ("at", "distinct", "field", "match", "to_at", "with_at", "with_match")
        )
        several = [*getattr(measure, "top", ()), *getattr(measure, "bottom", ()), *getattr(measure, "differs", ())]
        tested = [
            field for where in ("where", "part", "to_where") for field in condition_fields(getattr(measure, where, {}))
        ]
        return tuple(dict.fromkeys([name for name in single if name] + several + tested))

    @model_validator(mode="after")
    def _known(self) -> Definition:
        known: Catalogue = catalogue()
        for event in self.events:
            if event not in known.types:
                raise ValueError(f"there is no event type {event!r}")
        for field in (*self.fields, *(part for part in self.by if part not in TIME_PARTS)):
            if field not in known.fields:
                raise ValueError(f"there is no field {field!r}")
        for field in (part for part in self.by if part not in TIME_PARTS):
            if field not in known.types[self.measure.event].fields:
                raise ValueError(f"{self.measure.event} has no field {field!r} to break down by")
        numbers = [
            getattr(self.measure, "field", None),
            *getattr(self.measure, "top", ()),
            *getattr(self.measure, "bottom", ()),
        ]
        if wrong := [name for name in numbers if name and known.fields[name].kind is not Kind.INTEGER]:
            raise ValueError(f"{wrong[0]!r} is not an integer field")
        return self


def condition_of(data: dict[str, Any]) -> Node | None:
    """Tree of a condition as in the rules; None where it is empty. ValueError where it is malformed."""
    try:
        return parse_condition(data) if data else None
    except ConditionError as error:
        raise ValueError(f"{error} (at {'.'.join(map(str, error.path)) or 'the top'})") from error


def condition_fields(data: dict[str, Any]) -> tuple[str, ...]:
    """Fields a condition tests."""
    node = condition_of(data)
    return tuple(sorted(fields_of(node))) if node is not None else ()


def read_definitions(folder: Path) -> tuple[Definition, ...]:
    """Definitions of every YAML file of a folder, in order. InputError `FIG-*` where one is invalid."""
    found: dict[str, Definition] = {}
    for path in sorted(folder.glob("*.yaml")):
        for number, entry in enumerate(yaml.safe_load(path.read_text("utf-8")) or (), start=1):
            try:
                definition = Definition.model_validate(entry)
            except ValidationError as error:
                raise InputError(
                    "FIG-INVALID",
                    f"figure {number} is invalid: {error.errors()[0]['msg']}",
                    hint="compare with the other figures of the file",
                    place=Place(str(path), field=".".join(map(str, error.errors()[0]["loc"]))),
                ) from error
            if definition.id in found:
                raise InputError(
                    "FIG-TWICE",
                    f"figure {definition.id} is defined twice",
                    place=Place(str(path)),
                    hint="each figure is defined once; rename or remove one",
                )
            found[definition.id] = definition
    return tuple(found.values())


@cache
def definitions() -> tuple[Definition, ...]:
    """The shipped definitions, read once."""
    return read_definitions(data_dir("reports") / "figures")


def definition_of(figure_id: str) -> Definition:
    """Shipped definition of that id. InputError `FIG-UNKNOWN` where there is none."""
    for definition in definitions():
        if definition.id == figure_id:
            return definition
    raise InputError(
        "FIG-UNKNOWN",
        f"there is no figure {figure_id!r}",
        hint="each figure is defined in reports/figures/*.yaml; take an id from there",
    )


def requirement_of_figures() -> Requirement:
    """Event types and fields that all shipped figures read."""
    fields = {field for definition in definitions() for field in (*definition.fields, *definition.by)} - set(TIME_PARTS)
    return Requirement(
        frozenset(event for definition in definitions() for event in definition.events), frozenset(fields)
    )
