"""Conditions of rules: parsed once, printed as plans, evaluated on single events for explanations.

`{field: {op: value}}`, several fields in one mapping are all needed; `all`, `any`, `not`. Structured on purpose: there
is nothing to inject, and a lawyer can read it. Meaning: docs/semantics.md, section 4.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from compliance.clock import parse_instant

OPS = ("present", "eq", "ne", "in", "not_in", "contains", "lt", "le", "gt", "ge")


class ConditionError(ValueError):
    """A condition is not of the form above; `path` says where in it."""

    def __init__(self, message: str, path: tuple[str | int, ...]) -> None:
        super().__init__(message)
        self.path = path


@dataclass(frozen=True, slots=True)
class FieldRef:
    """The value of another field of the same event."""

    name: str


@dataclass(frozen=True, slots=True)
class ParameterRef:
    """The value of a parameter of the rule."""

    name: str


@dataclass(frozen=True, slots=True)
class Test:
    """One comparison of one field."""

    field: str
    op: str
    value: Any


@dataclass(frozen=True, slots=True)
class All:
    """True where every part is."""

    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class AnyOf:
    """True where one part is."""

    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Not:
    """True where its part is false."""

    part: Node


Node = Test | All | AnyOf | Not


def parse_condition(data: object, path: tuple[str | int, ...] = ()) -> Node:
    """Tree of a condition. ConditionError with the path inside the condition where it is malformed."""
    if not isinstance(data, Mapping) or not data:
        raise ConditionError("a condition is a mapping such as {contact: {present: true}}", path)
    parts = tuple(_part(str(key), value, (*path, str(key))) for key, value in data.items())
    return parts[0] if len(parts) == 1 else All(parts)


def _part(key: str, value: object, path: tuple[str | int, ...]) -> Node:
    if key in {"all", "any"}:
        if not isinstance(value, (list, tuple)) or not value:
            raise ConditionError(f"`{key}` takes a list of conditions", path)
        parts = tuple(parse_condition(item, (*path, index)) for index, item in enumerate(value))
        return All(parts) if key == "all" else AnyOf(parts)
    if key == "not":
        return Not(parse_condition(value, path))
    if not isinstance(value, Mapping) or not value:
        raise ConditionError(f"field {key!r} takes a test such as {{present: true}}", path)
    tests = tuple(_test(key, str(op), operand, (*path, str(op))) for op, operand in value.items())
    return tests[0] if len(tests) == 1 else All(tests)


def _test(field: str, op: str, operand: object, path: tuple[str | int, ...]) -> Test:
    if op not in OPS:
        raise ConditionError(f"unknown test {op!r}; one of {', '.join(OPS)}", path)
    if op == "present" and not isinstance(operand, bool):
        raise ConditionError("`present` is true or false", path)
    value: Any = operand
    if isinstance(operand, str) and operand.startswith("$"):
        value = ParameterRef(operand[1:])
    elif isinstance(operand, Mapping):
        if set(operand) != {"field"} or not isinstance(operand["field"], str):
            raise ConditionError("a value is a literal, $parameter, or {field: other}", path)
        value = FieldRef(operand["field"])
    elif op in {"in", "not_in"}:
        if not isinstance(operand, (list, tuple)) or not operand:
            raise ConditionError(f"`{op}` takes a list that is not empty", path)
        value = tuple(operand)
    elif isinstance(operand, (list, tuple)) or operand is None:
        raise ConditionError(f"`{op}` takes one value", path)
    return Test(field, op, value)


def tests_of(node: Node) -> Iterator[Test]:
    """Every comparison in the tree, in order."""
    match node:
        case Test():
            yield node
        case Not(part):
            yield from tests_of(part)
        case All(parts) | AnyOf(parts):
            for part in parts:
                yield from tests_of(part)


def fields_of(node: Node) -> frozenset[str]:
    """Fields that the condition reads."""
    names = set()
    for test in tests_of(node):
        names.add(test.field)
        if isinstance(test.value, FieldRef):
            names.add(test.value.name)
    return frozenset(names)


def parameters_of(node: Node) -> frozenset[str]:
    """Parameters that the condition reads."""
    return frozenset(test.value.name for test in tests_of(node) if isinstance(test.value, ParameterRef))


def mentions_uncaptured(node: Node | None, captured: Collection[str] | None) -> bool:
    """True where the condition reads a field that the sources do not record (`captured` None: they record all)."""
    return (
        node is not None
        and captured is not None
        and not fields_of(node) <= {*captured, "id", "type", "time", "service"}
    )


def evaluate(
    node: Node, event: Mapping[str, Any], parameters: Mapping[str, Any], captured: Collection[str] | None = None
) -> bool | None:
    """Truth of the condition on one native event; None where an uncaptured field leaves it unknown."""
    match node:
        case Test():
            return _evaluate_test(node, event, parameters, captured)
        case Not(part):
            inner = evaluate(part, event, parameters, captured)
            return None if inner is None else not inner
        case All(parts):
            values = [evaluate(part, event, parameters, captured) for part in parts]
            return False if False in values else None if None in values else True
        case AnyOf(parts):
            values = [evaluate(part, event, parameters, captured) for part in parts]
            return True if True in values else None if None in values else False


def failed_tests(node: Node, event: Mapping[str, Any], parameters: Mapping[str, Any]) -> tuple[str, ...]:
    """Fields whose tests are what keeps the condition from being true, for a finding's message."""
    if evaluate(node, event, parameters) is True:
        return ()
    match node:
        case Test(field, _, _):
            return (field,)
        case All(parts):
            return tuple(dict.fromkeys(f for part in parts for f in failed_tests(part, event, parameters)))
        case AnyOf(parts):
            names = tuple(dict.fromkeys(f for part in parts for f in failed_tests(part, event, parameters)))
            return (" or ".join(names),) if names else ()
        case Not(part):
            return tuple(dict.fromkeys(test.field for test in tests_of(part)))


def _evaluate_test(
    test: Test, event: Mapping[str, Any], parameters: Mapping[str, Any], captured: Collection[str] | None
) -> bool | None:
    if mentions_uncaptured(test, captured):
        return None
    value = event.get(test.field)
    if test.op == "present":
        return (value is not None) is test.value
    wanted = _operand(test.value, event, parameters)
    if test.op in {"ne", "not_in"}:
        return not _holds("eq" if test.op == "ne" else "in", value, wanted)
    return _holds(test.op, value, wanted)


def _operand(value: Any, event: Mapping[str, Any], parameters: Mapping[str, Any]) -> Any:
    match value:
        case FieldRef(name):
            return event.get(name)
        case ParameterRef(name):
            return parameters.get(name)
    return value


def _holds(op: str, value: Any, wanted: Any) -> bool:
    if value is None or wanted is None:
        return False
    if op == "in":
        return value in tuple(wanted)
    if op == "contains":
        return isinstance(value, (list, tuple)) and wanted in value
    left, right = _comparable(value, wanted)
    return bool(
        {"eq": left == right, "lt": left < right, "le": left <= right, "gt": left > right, "ge": left >= right}[op]
    )


def _comparable(value: Any, wanted: Any) -> tuple[Any, Any]:
    """Both sides as instants where both are RFC 3339 texts, else as they are; unequal kinds compare as texts."""
    if isinstance(value, str) and isinstance(wanted, str):
        try:
            return parse_instant(value), parse_instant(wanted)
        except ValueError:
            return value, wanted
    if isinstance(value, (int, float)) and isinstance(wanted, (int, float)):
        return value, wanted
    return str(value), str(wanted)
