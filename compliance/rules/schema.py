"""JSON Schema of a rule file, for editors and drift tests, generated from the model."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

from compliance.rules.condition import OPS
from compliance.rules.model import Rule

_CONDITION: dict[str, Any] = {
    "type": "object",
    "minProperties": 1,
    "description": "{field: {op: value}}, several fields are all needed; all, any, not.",
    "properties": {
        "all": {"type": "array", "minItems": 1, "items": {"$ref": "#/$defs/Condition"}},
        "any": {"type": "array", "minItems": 1, "items": {"$ref": "#/$defs/Condition"}},
        "not": {"$ref": "#/$defs/Condition"},
    },
    "patternProperties": {"^(?!(?:all|any|not)$)[a-z][a-z0-9_]*$": {"$ref": "#/$defs/Test"}},
    "additionalProperties": False,
}
_TEST: dict[str, Any] = {
    "type": "object",
    "minProperties": 1,
    "additionalProperties": False,
    "description": "A value is a literal, $parameter, or {field: other}.",
    "properties": {op: {"type": "boolean"} if op == "present" else {} for op in OPS},
}


@cache
def rule_schema() -> dict[str, Any]:
    """JSON Schema (2020-12) of a rule file."""
    schema = Rule.model_json_schema(by_alias=True)
    schema["$defs"] = dict(sorted({**schema["$defs"], "Condition": _CONDITION, "Test": _TEST}.items()))
    _name_conditions(schema["$defs"])
    head = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": "urn:compliance:rule",
        "title": "Compliance rule, format 1",
    }
    return {**head, **{key: value for key, value in schema.items() if key != "title"}}


def rule_schema_text() -> str:
    """The schema as it stands in `schemas/rule.schema.json`."""
    return json.dumps(rule_schema(), indent=2, ensure_ascii=False) + "\n"


def _name_conditions(definitions: dict[str, Any]) -> None:
    """Puts the condition grammar where the model only says *mapping*."""
    for name, key in (
        ("Selector", "where"),
        ("Link", "where"),
        ("Never", "where"),
        ("Reconcile", "where"),
        ("Threshold", "where"),
        ("When", "where"),
        ("When", "trigger"),
        ("Expect", "each"),
    ):
        definitions[name]["properties"][key] = {
            "anyOf": [{"$ref": "#/$defs/Condition"}, {"type": "null"}],
            "default": None,
        }


def keys_at(path: tuple[str | int, ...]) -> frozenset[str]:
    """Keys that the schema knows at a path of a rule file; empty where any key may stand."""
    schema = rule_schema()
    node: dict[str, Any] = schema
    for part in path:
        node = _step(_resolved(node, schema), part)
    return frozenset(_resolved(node, schema).get("properties", {}))


def _resolved(node: dict[str, Any], schema: dict[str, Any]) -> dict[str, Any]:
    for choice in (node, *node.get("anyOf", ())):
        if "$ref" in choice:
            found: dict[str, Any] = schema["$defs"][choice["$ref"].rpartition("/")[2]]
            return found
    return node


def _step(node: dict[str, Any], part: str | int) -> dict[str, Any]:
    if isinstance(part, int):
        found: dict[str, Any] = node.get("items", {})
        return found
    free = next(iter(node.get("patternProperties", {}).values()), node.get("additionalProperties", {}))
    below = node.get("properties", {}).get(part, free)
    return below if isinstance(below, dict) else {}
