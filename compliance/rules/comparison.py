"""Do the comparisons of a condition fit the fields: known, of the right kind, and with values of the code list?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from compliance.clock import parse_instant
from compliance.events.catalogue import Catalogue, FieldSpec, Kind
from compliance.rules.anatomy import Path
from compliance.rules.condition import ConditionError, parse_condition
from compliance.rules.fault import Fault, nearest, reference, unknown_field
from compliance.rules.model import Parameter, Rule

_ORDERED = {Kind.INTEGER, Kind.NUMBER, Kind.INSTANT, Kind.DATE}
_LITERALS: Mapping[Kind, tuple[type, ...]] = {
    Kind.STRING: (str,),
    Kind.INSTANT: (str,),
    Kind.DATE: (str,),
    Kind.LIST: (str, int),
    Kind.INTEGER: (int,),
    Kind.NUMBER: (int, float),
    Kind.BOOLEAN: (bool,),
}

_WRITTEN: Mapping[Kind, str] = {
    Kind.BOOLEAN: "write true or false without quotes",
    Kind.INSTANT: "write an instant with its offset, such as 2025-02-18T00:00:00Z",
    Kind.DATE: 'write a day in quotes, such as "2025-02-18"',
}


def condition_faults(
    path: Path, event: str, condition: Mapping[str, Any], rule: Rule, catalogue: Catalogue
) -> Iterator[Fault]:
    """Faults of one condition on events of type `event`; `path` is where the condition stands in the file."""
    try:
        parse_condition(condition)
    except ConditionError as error:
        yield Fault((*path, *error.path), "RUL-CONDITION", str(error), "see docs/write-a-rule.md, `Conditions`")
        return
    for where, field, op, value in tests_with_paths(condition, path):
        missing = list(unknown_field(where[:-1], event, field, catalogue))
        yield from missing
        if not missing and event in catalogue.types:
            yield from _test(where, event, catalogue.types[event].fields[field], op, value, rule, catalogue)


def tests_with_paths(condition: Mapping[str, Any], path: Path) -> Iterator[tuple[Path, str, str, Any]]:
    """Path of the operator, field, operator and operand of every comparison of a condition that parses."""
    for key, value in condition.items():
        if key in {"all", "any"}:
            for index, part in enumerate(value):
                yield from tests_with_paths(part, (*path, key, index))
        elif key == "not":
            yield from tests_with_paths(value, (*path, key))
        else:
            for op, operand in value.items():
                yield (*path, key, op), key, op, operand


def _test(
    path: Path, event: str, spec: FieldSpec, op: str, value: Any, rule: Rule, catalogue: Catalogue
) -> Iterator[Fault]:
    if not _op_fits(op, spec.kind):
        fits = "present, contains" if spec.kind is Kind.LIST else "present, eq, ne, in, not_in"
        yield Fault(path, "RUL-OP", f"`{op}` does not fit {spec.name!r}, a {spec.kind}", f"tests that fit: {fits}")
    elif op == "present":
        return
    elif isinstance(value, Mapping):
        yield from unknown_field(path, event, str(value["field"]), catalogue)
        other = catalogue.fields.get(str(value["field"]))
        if other is not None and other.kind is not spec.kind:
            yield Fault(
                path,
                "RUL-KIND",
                f"{spec.name!r} is a {spec.kind} and {other.name!r} a {other.kind}",
                "compare fields of one kind",
            )
    elif isinstance(value, str) and value.startswith("$") and spec.kind is Kind.INSTANT:
        yield Fault(
            path,
            "RUL-KIND",
            f"{spec.name!r} is an instant, and no parameter holds one",
            "write the instant itself, such as 2025-02-18T00:00:00Z",
        )
    elif isinstance(value, str) and value.startswith("$"):
        yield from reference(path, value[1:], _parameter_types(op, spec.kind), rule)
        yield from _parameter_codes(path, spec, rule.parameters.get(value[1:]))
    else:
        yield from _literals(path, spec, tuple(value) if isinstance(value, (list, tuple)) else (value,))


def _op_fits(op: str, kind: Kind) -> bool:
    if op == "present":
        return True
    if kind is Kind.LIST or op == "contains":
        return kind is Kind.LIST and op == "contains"
    return op in {"eq", "ne", "in", "not_in"} or kind in _ORDERED


def _parameter_types(op: str, kind: Kind) -> tuple[str, ...]:
    if op in {"in", "not_in"}:
        return ("list",)
    return {Kind.INTEGER: ("integer",), Kind.NUMBER: ("integer", "ratio"), Kind.DATE: ("date",)}.get(
        kind, ("integer", "ratio", "date")
    )


def _parameter_codes(path: Path, spec: FieldSpec, parameter: Parameter | None) -> Iterator[Fault]:
    if parameter is not None and parameter.type == "list":
        for entry in parameter.values:
            yield from _literals(path, spec, tuple(entry.value))


def _literals(path: Path, spec: FieldSpec, values: tuple[Any, ...]) -> Iterator[Fault]:
    for value in values:
        fits = isinstance(value, _LITERALS[spec.kind]) and (spec.kind is Kind.BOOLEAN or not isinstance(value, bool))
        if not fits or not _readable(spec.kind, value):
            yield Fault(
                path,
                "RUL-KIND",
                f"{value!r} is no value for {spec.name!r}, of kind {spec.kind}",
                _WRITTEN.get(spec.kind, f"write a {spec.kind}"),
            )
        elif spec.codes and value not in spec.codes:
            yield Fault(
                path,
                "RUL-CODE",
                f"{value!r} is not in the code list of {spec.name!r}",
                nearest(str(value), spec.codes, f"codes: {', '.join(spec.codes)}"),
            )


def _readable(kind: Kind, value: Any) -> bool:
    """Whether a text for an instant or a day is one."""
    try:
        if kind is Kind.INSTANT:
            parse_instant(value)
        elif kind is Kind.DATE:
            date.fromisoformat(value)
    except ValueError:
        return False
    return True
