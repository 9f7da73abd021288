"""The register of obligations (`rules/register.csv`), and which rule covers each of them."""

from __future__ import annotations

import csv
import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, StringConstraints, ValidationError

from compliance.errors import InputError, Place
from compliance.resources import data_dir

if TYPE_CHECKING:
    from compliance.rules.loader import LoadedRule

Day = Annotated[str, StringConstraints(pattern=r"^(\d{4}-\d{2}-\d{2})?$")]


class Obligation(BaseModel):
    """One duty: where it stands, whom it binds, its own measure of time, and the keys of the rules that can test it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: Annotated[str, StringConstraints(pattern=r"^[A-Z]+[A-Za-z0-9.-]*$")]
    regulation: Annotated[str, StringConstraints(pattern=r"^3\d{4}[RL]\d{4}$|^code-of-conduct$")]
    """CELEX number of the act."""
    article: str
    paragraph: str
    point: str
    title: str
    addressee: str
    """Kinds of service, separated by `|`."""
    micro_small_exempt: Literal["yes", "no", "partly", "n/a"]
    summary: str
    time_limit: str
    """The law's own words."""
    time_limit_iso8601: str
    """Only what the law fixes."""
    applies_from: Day
    """Empty: only from a designation or an order."""
    testability: Annotated[
        str, StringConstraints(pattern=r"^(log|metric|attestation|none)(\+(log|metric|attestation))?$")
    ]
    verdict_policy: Literal["H", "S", "I", "M", "A", "IC", "N"]
    """Hard, soft, indicator, metric, attestation, a duty or right of someone else, none."""
    rule_keys: str
    """Keys of the rules, separated by `;`."""
    provision: Annotated[str, StringConstraints(pattern=r"^http://data\.europa\.eu/eli/")]
    """Link to the act."""

    @property
    def keys(self) -> tuple[str, ...]:
        """Keys of the rules that can test the duty."""
        return tuple(key for key in self.rule_keys.split(";") if key)


@dataclass(frozen=True, slots=True)
class Covered:
    """What stands for one obligation: rules of the packs by `kind`, or none with the reason."""

    obligation: Obligation
    rules: tuple[str, ...]
    kind: str
    """`rule` (judged from the log), `metric`, `attestation`, `planned`, or `none`."""
    reason: str


@cache
def register() -> tuple[Obligation, ...]:
    """All obligations, in the order of the file. InputError `REG-*` with the line where the file is broken."""
    path = data_dir("rules") / "register.csv"
    found: list[Obligation] = []
    with path.open(encoding="utf-8", newline="") as stream:
        reader = csv.DictReader(stream)
        for row in reader:
            try:
                found.append(Obligation.model_validate(row))
            except ValidationError as error:
                first = error.errors()[0]
                raise InputError(
                    "REG-INVALID",
                    first["msg"],
                    hint="mend this row of the register",
                    place=Place(str(path), reader.line_num, field=".".join(map(str, first["loc"]))),
                ) from error
    return tuple(found)


@cache
def obligation_ids() -> frozenset[str]:
    """Ids of all obligations."""
    return frozenset(one.id for one in register())


def coverage_of_register(loaded: Sequence[LoadedRule]) -> tuple[Covered, ...]:
    """For every obligation the rules that cover it, or none and why."""
    by_obligation: dict[str, list[LoadedRule]] = {}
    for one in loaded:
        for obligation in one.rule.obligations:
            by_obligation.setdefault(obligation, []).append(one)
    keys = {one.rule.key for one in loaded}
    return tuple(_covered(one, by_obligation.get(one.id, []), keys) for one in register())


def _covered(obligation: Obligation, rules: Sequence[LoadedRule], keys: Collection[str]) -> Covered:
    if rules:
        classes = {one.rule.rule_class.value for one in rules}
        kind = next((name for name in ("metric", "attestation") if classes == {name}), "rule")
        return Covered(obligation, tuple(one.rule.id for one in rules), kind, "")
    if obligation.verdict_policy in {"IC", "N"}:
        return Covered(obligation, (), "none", "no duty of the service: a right, or a duty of someone else")
    if obligation.keys:
        partial = [key for key in obligation.keys if key in keys]
        if partial:
            return Covered(obligation, (), "planned", f"{', '.join(partial)} does not judge this part yet")
        return Covered(obligation, (), "planned", f"no rule file yet for {', '.join(obligation.keys)}")
    if obligation.verdict_policy == "A":
        return Covered(obligation, (), "none", "needs a person's attestation; no statement is asked for yet")
    return Covered(obligation, (), "none", "no rule is designed for it yet")


def register_schema_text() -> str:
    """JSON Schema of one row, as it stands in `schemas/register.schema.json`."""
    schema: dict[str, Any] = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": "urn:compliance:register",
        **Obligation.model_json_schema(),
    }
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"
