"""What a report holds, as data: sections and their blocks, read from `reports/<name>.yaml`."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from compliance.assess.figures import Definition, definition_of
from compliance.assess.figures.definition import TIME_PARTS
from compliance.errors import ComplianceError, InputError, Place, fault_words
from compliance.resources import data_dir


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class BlockLayout(_Strict):
    """One block of a section; exactly one of its forms is given."""

    summary: tuple[str, ...] = ()
    times: tuple[str, ...] = ()
    spread: str = ""
    chart: str = ""
    table: tuple[str, ...] = ()
    part: str = ""
    by: str = ""
    """Dimension of a chart or table."""
    title: str = ""
    """Title in place of the one made from the figures."""

    @model_validator(mode="after")
    def _one_form(self) -> BlockLayout:
        given = [name for name in ("summary", "times", "spread", "chart", "table", "part") if getattr(self, name)]
        if len(given) != 1:
            raise ValueError("a block has exactly one of summary, times, spread, chart, table, part")
        if bool(self.by) != (given[0] in {"chart", "table"}):
            raise ValueError("`by` belongs to chart and table, and to nothing else")
        for figure in self.figures:
            definition = _known(figure)
            if self.by and self.by not in definition.by and self.by not in TIME_PARTS:
                raise ValueError(f"figure {figure} is not broken down by {self.by}")
        return self

    @property
    def figures(self) -> tuple[str, ...]:
        """Ids of the figures the block shows."""
        return (*self.summary, *self.times, *self.table, *(name for name in (self.spread, self.chart) if name))


def _known(figure: str) -> Definition:
    try:
        return definition_of(figure)
    except ComplianceError as error:
        raise ValueError(error.message) from error


class SectionLayout(_Strict):
    """A section: its id (unique, used in links), its title and its blocks."""

    id: str
    title: str
    intro: str = ""
    blocks: tuple[BlockLayout, ...] = Field(min_length=1)


class Layout(_Strict):
    """A report: its title, for whom it is, who signs it, and its sections in order."""

    format: Literal["layout/1"]
    title: str
    audience: str
    signatures: tuple[str, ...] = Field(min_length=1)
    sections: tuple[SectionLayout, ...] = Field(min_length=1)


def load_layout(name: str = "quarterly", folder: Path | None = None) -> Layout:
    """Layout of that name. InputError `REP-LAYOUT` with the field where it is invalid."""
    path = (folder or data_dir("reports")) / f"{name}.yaml"
    try:
        return Layout.model_validate(yaml.safe_load(path.read_text("utf-8")))
    except (OSError, yaml.YAMLError) as error:
        raise InputError(
            "REP-LAYOUT",
            f"the layout cannot be read: {error}",
            place=Place(str(path)),
            hint="compare with the shipped reports/quarterly.yaml",
        ) from error
    except ValidationError as error:
        first = error.errors()[0]
        raise InputError(
            "REP-LAYOUT",
            fault_words(first),
            place=Place(str(path), field=".".join(map(str, first["loc"]))),
            hint="compare with the shipped reports/quarterly.yaml",
        ) from error
