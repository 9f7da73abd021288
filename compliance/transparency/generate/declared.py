"""What a log cannot hold, declared in a YAML file by named roles: names, days, capabilities, people, recipients, texts."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Annotated, Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from compliance.errors import InputError, Place
from compliance.transparency.generate.cells import choices
from compliance.transparency.template import template

Tally = Annotated[int, Field(ge=0, strict=True)]
Share = Annotated[float, Field(ge=0, le=1, strict=True)]
Tier = Literal["intermediary", "hosting", "online_platform", "vlop", "vlose"]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class _Said(_Strict):
    """One section, and who declares it, and when."""

    by: Annotated[str, Field(min_length=1)]
    dated: date

    @property
    def who(self) -> str:
        """Who declared it, and on which day."""
        return f"{self.by}, {self.dated.isoformat()}"


class Identification(_Said):
    """Part 1, and the kind of provider where the configuration does not say it."""

    provider: str = ""
    service: str = ""
    published: date | None = None
    previous: date | None = None
    tier: Tier | None = None


class Restrictions(_Said):
    """Restriction columns of parts 5 and 6 that the service can impose; the others stay blank."""

    possible: tuple[str, ...]

    @model_validator(mode="after")
    def _known(self) -> Restrictions:
        if unknown := set(self.possible) - set(template().restrictions):
            raise ValueError(f"there is no restriction column {min(unknown)!r}")
        return self


class Moderators(_Said):
    """Part 9, in full-time equivalents rounded to whole numbers."""

    internal: Tally
    external: Tally
    linguistic: Tally
    languages: dict[str, Tally] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _known(self) -> Moderators:
        if unknown := set(self.languages) - set(template().languages):
            raise ValueError(f"there is no language {min(unknown)!r}")
        return self


class Recipients(_Said):
    """Part 10: the total in the Union, without counting anyone twice, and each Member State."""

    total: Tally | None = None
    member_states: dict[str, Tally] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _known(self) -> Recipients:
        if unknown := set(self.member_states) - set(template().member_states):
            raise ValueError(f"there is no Member State {min(unknown)!r}")
        return self


class Evaluations(_Said):
    """Accuracy, precision and recall of part 8 by scope (`total`, `notices`, `de`), with the basis they rest on."""

    basis: Annotated[str, Field(min_length=1)]
    scopes: dict[str, dict[Literal["accuracy", "precision", "recall"], Share]]

    @model_validator(mode="after")
    def _known(self) -> Evaluations:
        known = {*template().parts[8].scopes, *template().languages}
        if unknown := set(self.scopes) - known:
            raise ValueError(f"there is no scope {min(unknown)!r}")
        return self


class Texts(_Said):
    """Texts by name: of part 11 by indicator, of contextual cells by address, of `Other` rows by category."""

    texts: dict[str, str]


class Choices(_Said):
    """Readings taken where the annex leaves several open (`reports/transparency/choices.yaml`)."""

    model_config = ConfigDict(extra="allow", frozen=True)

    @property
    def taken(self) -> dict[str, str]:
        """Choice to the reading that was taken."""
        return {name: str(value) for name, value in (self.model_extra or {}).items()}

    @model_validator(mode="after")
    def _known(self) -> Choices:
        for name, reading in self.taken.items():
            if name not in choices():
                raise ValueError(f"there is no choice {name!r}; there are {', '.join(choices())}")
            if reading not in choices()[name].options:
                raise ValueError(f"{name} has no reading {reading!r}; it has {', '.join(choices()[name].options)}")
        return self


class Declared(_Strict):
    """Everything that was declared; a section that is left out leaves its cells blank."""

    identification: Identification | None = None
    choices: Choices | None = None
    restrictions: Restrictions | None = None
    moderators: Moderators | None = None
    recipients: Recipients | None = None
    evaluations: Evaluations | None = None
    qualitative: Texts | None = None
    context: Texts | None = None
    other: Texts | None = None

    @property
    def readings(self) -> dict[str, str]:
        """The reading of every choice, by default or by declaration."""
        taken = self.choices.taken if self.choices else {}
        return {name: taken.get(name, choice.default) for name, choice in choices().items()}

    @model_validator(mode="after")
    def _named(self) -> Declared:
        categories = {category.code for category in template().categories}
        for said, known, what in (
            (self.qualitative, set(template().parts[11].indicators), "text of part 11"),
            (self.other, categories, "category"),
        ):
            if said and (unknown := set(said.texts) - known):
                raise ValueError(f"there is no {what} {min(unknown)!r}")
        return self


def load_declared(path: Path | None, configured: Mapping[str, Any] | None = None) -> Declared:
    """The declaration of a file; its sections take the place of those of the configuration (`[transparency]`).

    InputError `TRG-DECLARED` where it cannot be read, or says what cannot be.
    """
    try:
        loaded: Any = yaml.safe_load(path.read_text("utf-8")) if path else {}
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise InputError(
            "TRG-DECLARED", "the declaration cannot be read", hint="name a YAML file in UTF-8", place=Place(str(path))
        ) from error
    own = {} if loaded is None else loaded
    try:
        return Declared.model_validate({**(configured or {}), **own} if isinstance(own, dict) else own)
    except ValidationError as error:
        first = error.errors()[0]
        raise InputError(
            "TRG-DECLARED",
            f"the declaration is invalid: {first['msg']}",
            hint="docs/how-to/transparency-report.md shows every section",
            place=Place(str(path or "compliance.toml"), field=".".join(map(str, first["loc"]))),
        ) from error
