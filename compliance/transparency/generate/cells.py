"""Definitions of the report's figures, read from `reports/transparency/cells/`: each relation once, with the cells it fills."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Annotated, Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from compliance.assess.figures.definition import condition_fields
from compliance.events.catalogue import catalogue
from compliance.events.dataset import Requirement
from compliance.resources import data_dir

Name = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$")]
Where = dict[str, Any]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Choice(_Strict):
    """A question that the annex leaves open: the readings there are, which one holds unless another is declared, and why."""

    about: str
    provision: str
    default: Name
    options: dict[Name, str]
    """Reading to the words by which the report discloses it."""

    @model_validator(mode="after")
    def _known(self) -> Choice:
        if self.default not in self.options:
            raise ValueError(f"there is no reading {self.default!r}")
        return self


class Link(_Strict):
    """The earliest record with the same value of a field: at or after the event's moment, or at any time."""

    event: str
    match: Name
    to: Name | None = None
    """Field of the linked record; left out, that of `match`."""
    at: Name | None = None
    where: Where = Field(default_factory=dict)
    any_time: bool = False


class Scope(_Strict):
    """Field that holds the Member State or language, of the event or of a linked record."""

    field: Name
    link: Name | None = None
    each: bool = False
    """The field is a list, and the event counts under each entry."""


class Presence(_Strict):
    """Links that an event has, and links that it lacks."""

    has: tuple[Name, ...] = ()
    lacks: tuple[Name, ...] = ()


class Option(_Strict):
    """What one reading adds to the conditions of a figure."""

    where: Where = Field(default_factory=dict)
    linked: dict[Name, Where] = Field(default_factory=dict)
    not_linked: dict[Name, Where] = Field(default_factory=dict)
    """Links of which no record may be so; a link that has no record at all passes."""
    nil_within: int = 0
    """Hours up to which a time counts as nil."""


class Cell(Presence):
    """One figure: which events of its relation count, and what is made of them."""

    definition: str
    value: Literal["count", "sum", "fte", "hours", "share", "ratio", "latest", "mean"] = "count"
    where: Where = Field(default_factory=dict)
    linked: dict[Name, Where] = Field(default_factory=dict)
    unless: Presence | None = None
    field: Name | None = None
    missing: int = 0
    to: Name | None = None
    part: Name | None = None
    """Of a share: the link that makes an event one of the part."""
    top: tuple[Name, ...] = ()
    bottom: tuple[Name, ...] = ()
    choices: dict[Name, dict[Name, Option]] = Field(default_factory=dict)
    """Choice to what each of its readings adds; a reading that is left out adds nothing."""

    def options(self, taken: Mapping[str, str]) -> tuple[Option, ...]:
        """What the readings that were taken add."""
        return tuple(one[taken[name]] for name, one in self.choices.items() if taken[name] in one)

    @property
    def all_options(self) -> tuple[Option, ...]:
        """What any reading adds."""
        return tuple(option for readings in self.choices.values() for option in readings.values())

    @property
    def links(self) -> frozenset[str]:
        """Links the figure needs."""
        presence = self.unless or Presence()
        named = [*self.has, *self.lacks, *presence.has, *presence.lacks, *self.linked, self.to, self.part]
        named += [name for option in self.all_options for name in (*option.linked, *option.not_linked)]
        return frozenset(name for name in named if name)

    def tested(self, link: str) -> tuple[Where, ...]:
        """Every condition that the figure puts to a linked record."""
        asked = [self.linked.get(link, {})]
        for option in self.all_options:
            asked += [option.linked.get(link, {}), option.not_linked.get(link, {})]
        return tuple(asked)

    @property
    def own_fields(self) -> frozenset[str]:
        """Fields of the relation's own event that the figure reads."""
        tested = (self.where, *(option.where for option in self.all_options))
        single = frozenset(name for where in tested for name in condition_fields(where))
        return single | {*self.top, *self.bottom} | ({self.field} if self.field else frozenset())


class Relation(_Strict):
    """One reading of the log: events of one type in the period, their links, and the cells counted over them."""

    id: Name
    part: int
    event: str
    at: Name | None = None
    where: Where = Field(default_factory=dict)
    choices: dict[Name, dict[Name, Where]] = Field(default_factory=dict)
    """Choice to what each of its readings asks of the events; a reading that is left out asks nothing."""
    links: dict[Name, Link] = Field(default_factory=dict)
    scope: Scope | None = None
    split: Name | None = None
    """Field by whose values the figures are given once more, apart from their rows."""
    category_from: Name | None = None
    """Link whose category and sub-category count where it has them; else those of the event."""
    uncategorised: str | None = None
    """Category of events that name none; without it they count in TOTAL alone."""
    words: bool = False
    """Whether the events say what a sub-category Other is about (`keyword_description`)."""
    days: Literal["moment", "exactly", "within"] = "moment"
    """Which events are of the period: by their moment, or by `period_start` and `period_end`."""
    standing: tuple[Name, ...] = ()
    """Fields of which only the latest event of each value counts; of a roster, as it stood on the last day."""
    population: str
    provision: str
    cells: dict[str, Cell]

    @property
    def categorised(self) -> bool:
        """Whether its cells have rows by category."""
        return 3 <= self.part <= 6

    @property
    def own_fields(self) -> frozenset[str]:
        """Fields of the relation's own event that it reads."""
        read = frozenset(condition_fields(self.where)) | {link.match for link in self.links.values()}
        read |= frozenset(name for cell in self.cells.values() for name in cell.own_fields)
        if self.categorised:
            read |= {"category", "keyword"}
        if self.scope and not self.scope.link:
            read |= {self.scope.field}
        if self.days != "moment":
            read |= {"period_start", "period_end"}
        read |= frozenset(self.standing) | frozenset(name for name in (self.at, self.split) if name)
        read |= {
            name for asked in self.choices.values() for where in asked.values() for name in condition_fields(where)
        }
        read |= {"keyword_description"} if self.words else frozenset()
        return read & frozenset(catalogue().types[self.event].fields)

    def link_fields(self, name: str) -> frozenset[str]:
        """Fields of a linked record that the relation reads."""
        link = self.links[name]
        read = frozenset(condition_fields(link.where)) | {link.to or link.match}
        asked = (where for cell in self.cells.values() for where in cell.tested(name))
        read |= frozenset(one for where in asked for one in condition_fields(where))
        if self.category_from == name:
            read |= {"category", "keyword"} | ({"keyword_description"} if self.words else set())
        if self.scope and self.scope.link == name:
            read |= {self.scope.field}
        return read | ({link.at} if link.at else frozenset())

    @model_validator(mode="after")
    def _known(self) -> Relation:
        types = catalogue().types
        named = frozenset(name for cell in self.cells.values() for name in cell.links)
        if unknown := named - set(self.links):
            raise ValueError(f"{self.id}: there is no link {min(unknown)!r}")
        asked = [(name, set(one)) for name, one in self.choices.items()]
        asked += [(name, set(one)) for cell in self.cells.values() for name, one in cell.choices.items()]
        for name, readings in asked:
            if name not in choices() or readings - set(choices()[name].options):
                raise ValueError(f"{self.id}: there is no such choice or reading of {name!r}")
        for event, fields in (
            (self.event, frozenset(name for cell in self.cells.values() for name in cell.own_fields)),
            (self.event, frozenset(link.match for link in self.links.values())),
            *((link.event, self.link_fields(name)) for name, link in self.links.items()),
        ):
            if event not in types:
                raise ValueError(f"{self.id}: there is no event type {event!r}")
            if unread := fields - set(types[event].fields):
                raise ValueError(f"{self.id}: {event} has no field {min(unread)!r}")
        return self


@cache
def choices() -> Mapping[str, Choice]:
    """The shipped questions that the annex leaves open, by name."""
    path = data_dir("reports") / "transparency" / "choices.yaml"
    return {name: Choice.model_validate(entry) for name, entry in yaml.safe_load(path.read_text("utf-8")).items()}


@cache
def relations() -> tuple[Relation, ...]:
    """The shipped relations, in the order of the parts."""
    folder = data_dir("reports") / "transparency" / "cells"
    return tuple(
        Relation.model_validate(entry)
        for path in sorted(folder.glob("*.yaml"))
        for entry in yaml.safe_load(path.read_text("utf-8"))
    )


def requirement_of_cells() -> Requirement:
    """Event types and fields that the shipped relations read."""
    types = {one.event for one in relations()} | {link.event for one in relations() for link in one.links.values()}
    fields = {name for one in relations() for name in one.own_fields}
    fields |= {name for one in relations() for link in one.links for name in one.link_fields(link)}
    return Requirement(frozenset(types), frozenset(fields))
