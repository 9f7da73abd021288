"""What is known of a letter from outside: when and how it arrived, and where the addressee sits."""

from __future__ import annotations

import json
from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from compliance.errors import LetterError, Place
from compliance.letters.institution import PublishedYear
from compliance.yaml_source import load_yaml


class ListedYear(BaseModel):
    """Days off of the Union institutions in one year, as a person took them from the Official Journal."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    year: Annotated[int, Field(ge=1972, le=2200)]
    source: Annotated[str, Field(min_length=3)]
    days: Annotated[tuple[date, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _in_year(self) -> ListedYear:
        other = [each for each in self.days if each.year != self.year]
        if other:
            raise ValueError(f"{other[0].isoformat()} is not in {self.year}")
        return self

    def as_year(self) -> PublishedYear:
        """The list as deadlines are counted with."""
        return PublishedYear(self.year, self.source, frozenset(self.days), date(self.year, 12, 31), {})


class Intake(BaseModel):
    """Receipt of a letter. `received_at` needs an offset: it starts the clocks, and is never taken from the letter itself."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    letter_id: str | None = None
    received_at: datetime | None = None
    served_at: datetime | None = None
    channel: str | None = None
    addressee_member_state: Annotated[str, Field(pattern=r"^[A-Z]{2}$")] | None = None
    addressee_timezone: str | None = None
    note: str | None = None
    institution_days: tuple[ListedYear, ...] = ()

    @field_validator("received_at", "served_at")
    @classmethod
    def _has_offset(cls, value: datetime | None) -> datetime | None:
        if value is not None and value.tzinfo is None:
            raise ValueError("give the offset, e.g. 2026-03-02T09:05:00+01:00")
        return value

    @field_validator("addressee_timezone")
    @classmethod
    def _is_zone(cls, value: str | None) -> str | None:
        if value is not None:
            try:
                ZoneInfo(value)
            except (ZoneInfoNotFoundError, ValueError) as error:
                raise ValueError("not a time zone such as Europe/Dublin") from error
        return value


def load_intake(path: Path) -> Intake:
    """Intake of a JSON or YAML file. LetterError `LET-INTAKE` with the field where it is not valid."""
    place = Place(str(path))
    try:
        content: Any = json.loads(path.read_text("utf-8-sig")) if path.suffix == ".json" else load_yaml(path)[0]
        return Intake.model_validate(content)
    except ValidationError as error:
        first = error.errors()[0]
        field = ".".join(map(str, first["loc"]))
        raise LetterError(
            "LET-INTAKE",
            f"the intake is not valid: {first['msg']}",
            place=Place(str(path), field=field or None),
            hint="known fields: received_at, served_at, channel, addressee_member_state, addressee_timezone, letter_id, note, "
            "institution_days (year, source, days)",
        ) from error
    except (OSError, ValueError) as error:
        raise LetterError(
            "LET-INTAKE", f"the intake cannot be read: {error}", place=place, hint="give a JSON or YAML file"
        ) from error
