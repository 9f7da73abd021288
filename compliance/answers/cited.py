"""The events that leave with an answer: those its exhibits cite, and each cited case whole, so that it can be judged again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from compliance.answers.desk import Desk
from compliance.answers.package import json_bytes
from compliance.answers.scope import columns_of, quoted
from compliance.clock import format_us
from compliance.errors import EvidenceError, Place
from compliance.events.catalogue import ENVELOPE, Kind, Sensitivity, catalogue
from compliance.evidence.crate import DataFile
from compliance.evidence.exhibit import MEDIA
from compliance.patterns.coverage import windows_of

CHAIN = frozenset({"notice", "moderation", "sor", "complaint", "restriction", "ods"})
"""Families that tell one case from notice to appeal: a case cited in one of them is followed through all of them."""
APART = frozenset({"crime", "removal_order"})
"""Families that never enter a general bundle: suspicions of crimes (DSA Art. 18), removal orders that may be under
non-disclosure (Regulation (EU) 2021/784 Art. 11(3)). They go apart, in a container of their own."""
DENSE = 200
"""More records of one type than this in one case are telemetry: they stay behind, and their number is given."""
CASES, COVERAGE = "log/cases.json", "log/coverage.json"


@dataclass(frozen=True, slots=True)
class Case:
    """One cited case: the field and value that name it, rows of its events, and types left out with their number."""

    field: str
    value: str
    rows: tuple[int, ...]
    left_out: tuple[tuple[str, int], ...]


def cited_cases(desk: Desk, cited: Sequence[int]) -> tuple[Case, ...]:
    """Every case that a cited event belongs to, with all its events of the same family, or of the chain from notice to appeal."""
    if not cited:
        return ()
    found: dict[tuple[str, str], tuple[list[int], list[tuple[str, int]]]] = {}
    for field, own in _keys(desk).items():
        families = _followed({desk.catalogue.types[name].family for name in own})
        types = [
            name for name, spec in desk.catalogue.types.items() if spec.family in families and field in spec.fields
        ]
        column = quoted(field)
        query = (
            f"SELECT {column}, type::VARCHAR, count(*), list(n ORDER BY t, id)[:{DENSE}] FROM ev "
            f"WHERE list_contains(?::VARCHAR[], type::VARCHAR) AND {column} IN (SELECT {column} FROM ev WHERE {column} IS NOT NULL "
            "AND n IN (SELECT unnest(?::BIGINT[])) AND list_contains(?::VARCHAR[], type::VARCHAR)) GROUP BY 1, 2 ORDER BY 1, 2"
        )
        for value, name, count, rows in desk.dataset.con.execute(query, [types, list(cited), list(own)]).fetchall():
            inside, left = found.setdefault((field, value), ([], []))
            if count > DENSE:
                left.append((name, count))
            else:
                inside += rows
    return tuple(Case(*key, tuple(rows), tuple(left)) for key, (rows, left) in sorted(found.items()))


def _followed(families: set[str]) -> set[str]:
    return (families | (set(CHAIN) if families & CHAIN else set())) - APART


def _keys(desk: Desk) -> dict[str, tuple[str, ...]]:
    """Open text fields that name cases, with the types of which they name the case."""
    columns, known = columns_of(desk.dataset), desk.catalogue
    found: dict[str, list[str]] = {}
    for name, spec in known.types.items():
        field = known.fields.get(spec.case_field)
        plain = field is not None and field.kind is Kind.STRING and field.sensitivity is Sensitivity.OPEN
        if plain and spec.case_field in columns and spec.case_field not in ENVELOPE and spec.family not in APART:
            found.setdefault(spec.case_field, []).append(name)
    return {field: tuple(types) for field, types in sorted(found.items())}


@cache
def types_of_case(field: str) -> frozenset[str]:
    """Event types that make a case whole which this field names; none where the field names no case that travels."""
    known = catalogue()
    spec = known.fields.get(field)
    if spec is None or spec.kind is not Kind.STRING or spec.sensitivity is not Sensitivity.OPEN or field in ENVELOPE:
        return frozenset()
    own = {each.family for each in known.types.values() if each.case_field == field and each.family not in APART}
    families = _followed(own) if own else set()
    return frozenset(name for name, each in known.types.items() if each.family in families and field in each.fields)


def with_cases(cited: Sequence[int], cases: Sequence[Case]) -> tuple[int, ...]:
    """Rows that are cited, then those that make their cases whole, each once."""
    return tuple(dict.fromkeys([*cited, *(row for case in cases for row in case.rows)]))


def refuse_apart(types: Mapping[str, str], desk: Desk) -> None:
    """EvidenceError `EVD-APART` where a type is of a family that never enters a general bundle. `types`: the id of the first of each."""
    for kind, event in types.items():
        if desk.catalogue.types[kind].family in APART:
            raise EvidenceError(
                "EVD-APART",
                f"an exhibit cites an event of the type {kind}, which never enters a general bundle",
                place=Place(event),
                hint="answer that question by figures or in words; hand such records over apart, in a container of their own",
            )


def case_files(
    desk: Desk, cases: Sequence[Case], ids: Mapping[int, str], counted: Sequence[str]
) -> tuple[DataFile, ...]:
    """`log/cases.json` and `log/coverage.json`: what makes each case whole, and when the log is known to be complete.

    `counted`: event types of the figures stated.
    """
    document = {
        "format": "cases/1",
        "cases": [
            {
                "field": case.field,
                "value": case.value,
                "events": [ids[row] for row in case.rows],
                "left_out": [{"type": name, "records": count} for name, count in case.left_out],
            }
            for case in cases
        ],
    }
    custodian = desk.say("custodian.compliance")
    made = desk.say("made.software")
    return (
        DataFile(CASES, json_bytes(document), desk.say("file.cases"), MEDIA["json"], custodian, made),
        DataFile(
            COVERAGE, json_bytes(_coverage(desk, counted)), desk.say("file.coverage"), MEDIA["json"], custodian, made
        ),
    )


def _coverage(desk: Desk, counted: Sequence[str]) -> dict[str, Any]:
    windows = {name: windows_of(desk.dataset.statements, name, desk.catalogue) for name in sorted(set(counted))}
    return {
        "format": "coverage/1",
        "known_to": desk.as_of,
        "complete": {
            name: [[format_us(each.start), format_us(each.end)] for each in found] for name, found in windows.items()
        },
    }
