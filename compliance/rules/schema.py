"""JSON Schema of a rule file, for editors and drift tests, generated from the model."""

from __future__ import annotations

import json
from copy import deepcopy
from functools import cache
from typing import Any

from compliance.events.catalogue import catalogue
from compliance.rules.condition import OPS
from compliance.rules.hover import HOVER
from compliance.rules.model import Rule
from compliance.rules.register import obligation_ids

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
    schema["$defs"] = {**schema["$defs"], "Condition": deepcopy(_CONDITION), "Test": deepcopy(_TEST)}
    _name_conditions(schema["$defs"])
    _name_events(schema)
    _say_what_keys_are(schema)
    schema["$defs"] = dict(sorted(schema["$defs"].items()))
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


def _name_events(schema: dict[str, Any]) -> None:
    """Lists the event types and the register's obligations, so that an editor completes them."""
    definitions = schema["$defs"]
    definitions["EventName"] = {"type": "string", "enum": sorted(catalogue().types)}
    for name in ("Selector", "Link", "Never", "Reconcile"):
        definitions[name]["properties"]["event"] = {"$ref": "#/$defs/EventName"}
    definitions["When"]["properties"]["event"] = {
        "anyOf": [{"$ref": "#/$defs/EventName"}, {"type": "null"}],
        "default": None,
    }
    schema["properties"]["obligations"]["items"] = {"type": "string", "enum": sorted(obligation_ids())}


def _say_what_keys_are(schema: dict[str, Any]) -> None:
    """Gives every key the sentence that an editor shows over it."""
    for name, definition in {"Rule": schema, **schema["$defs"]}.items():
        for key, spec in definition.get("properties", {}).items():
            definition["properties"][key] = {"description": HOVER[name][key], **_undescribed(spec)}


def _undescribed(spec: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in spec.items() if key not in {"description", "title"}}


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
