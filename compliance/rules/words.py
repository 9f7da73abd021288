"""Rules in plain words: conditions, selectors and limits as a reader says them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from compliance.rules.condition import All, AnyOf, FieldRef, Node, Not, ParameterRef, Test, parse_condition
from compliance.rules.model import Selector

_OPS = {
    "eq": "is",
    "ne": "is not",
    "in": "is one of",
    "not_in": "is none of",
    "contains": "contains",
    "lt": "is below",
    "le": "is at most",
    "gt": "is above",
    "ge": "is at least",
}


def condition_words(node: Node) -> str:
    """A condition as a sentence part: `contact is recorded and status is one of a, b`."""
    match node:
        case Test(field, "present", value):
            return f"{_name(field)} is {'recorded' if value else 'not recorded'}"
        case Test(field, op, value):
            return f"{_name(field)} {_OPS[op]} {_value(value)}"
        case Not(part):
            return f"not ({condition_words(part)})"
        case All(parts):
            return " and ".join(_part(part) for part in parts)
        case AnyOf(parts):
            return " or ".join(_part(part) for part in parts)


def selector_words(selector: Selector) -> str:
    """Which events a selector takes: `notice.received where contact is recorded`."""
    if selector.where is None:
        return selector.event
    return f"{selector.event} where {condition_words(parse_condition(selector.where))}"


def match_words(match: Mapping[str, str]) -> str:
    """Which keys two events share: `the same notice_id`."""
    return " and ".join(
        f"the same {left}" if left == right else f"{left} equal to the trigger's {right}"
        for left, right in match.items()
    )


def _part(node: Node) -> str:
    return f"({condition_words(node)})" if isinstance(node, (All, AnyOf)) else condition_words(node)


def _name(field: str) -> str:
    return field.replace("_", " ")


def _value(value: Any) -> str:
    match value:
        case FieldRef(name):
            return f"the event's {_name(name)}"
        case ParameterRef(name):
            return f"the parameter {_name(name)}"
        case bool():
            return "true" if value else "false"
        case tuple():
            return ", ".join(str(item).replace("_", " ") for item in value)
    return str(value).replace("_", " ")
