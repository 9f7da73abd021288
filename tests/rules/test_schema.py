"""The schema of a rule file: published, in step with the model, and agreeing with the loader."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from compliance.errors import UsageError
from compliance.resources import data_dir
from compliance.rules.hover import HOVER
from compliance.rules.loader import LoadedRule
from compliance.rules.published import schema_names, schema_text
from compliance.rules.schema import keys_at, rule_schema, rule_schema_text
from compliance.yaml_source import load_yaml


def test_the_schema_has_not_drifted() -> None:
    """The published schema is the one that the model gives."""
    assert (data_dir("schemas") / "rule.schema.json").read_text("utf-8") == rule_schema_text()


def test_every_shipped_rule_is_valid_under_the_schema(shipped: tuple[LoadedRule, ...]) -> None:
    """An editor that knows the schema marks nothing in the rules that ship."""
    validator = Draft202012Validator(rule_schema())
    for one in shipped:
        data, _ = load_yaml(one.path)
        assert [error.message for error in validator.iter_errors(data)] == []


@pytest.mark.parametrize(
    "change",
    [
        {"class": "harsh"},
        {"titel": "x"},
        {"for_each": {"event": "notice.received", "where": {"contact": {"matches": "x"}}}},
        {"expect": {"each": {"all": "contact"}}},
        {"tests": []},
    ],
    ids=["class", "key", "test", "all", "tests"],
)
def test_an_editor_marks_what_the_loader_refuses(change: dict[str, Any], shipped: tuple[LoadedRule, ...]) -> None:
    """What is malformed is malformed under the schema too."""
    data, _ = load_yaml(next(one.path for one in shipped if one.rule.id == "DSA-16.4-RECEIPT"))
    assert not Draft202012Validator(rule_schema()).is_valid({**data, **change})


def test_keys_are_known_at_every_depth() -> None:
    """Suggestions for a mistyped key come from the place where it stands."""
    assert "for_each" in keys_at(())
    assert keys_at(("in_force",)) == {"from", "until", "or_designation"}
    assert "within" in keys_at(("expect", "response"))
    assert "approved_by" in keys_at(("parameters", "limit"))
    assert "duty" in keys_at(("legal", 0))


def test_schemas_are_found_by_name() -> None:
    """Contracts and event types are printed as they ship; an unknown name gives the nearest."""
    assert {"rule", "register", "assessment", "notice.received"} <= set(schema_names())
    assert schema_text("rule") == rule_schema_text()
    with pytest.raises(UsageError) as caught:
        schema_text("notice.recieved")
    assert "notice.received" in caught.value.hint


def _properties(schema: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for name, definition in {"Rule": schema, **schema["$defs"]}.items():
        for key, spec in definition.get("properties", {}).items():
            yield name, key, spec


def test_every_key_says_what_it_is() -> None:
    """An editor shows a sentence over each key, and none is written for a key that does not exist."""
    described = {
        (name, key) for name, key, spec in _properties(rule_schema()) if spec.get("description", "").endswith(".")
    }
    everything = {(name, key) for name, key, _ in _properties(rule_schema())}
    assert described == everything == {(name, key) for name, keys in HOVER.items() for key in keys}


def test_an_editor_completes_events_and_obligations() -> None:
    """Event types and rows of the register are offered, and others are marked."""
    schema = rule_schema()
    assert "notice.received" in schema["$defs"]["EventName"]["enum"]
    assert "DSA-16.4" in schema["properties"]["obligations"]["items"]["enum"]


def test_every_shipped_rule_names_the_schema_in_its_first_line(shipped: tuple[LoadedRule, ...]) -> None:
    """The line that editors read leads from each rule file to the published schema."""
    published = (data_dir("schemas") / "rule.schema.json").resolve()
    for one in shipped:
        first = one.path.read_text("utf-8").partition("\n")[0]
        assert first.startswith("# yaml-language-server: $schema="), one.path
        assert (one.path.parent / first.partition("=")[2].strip()).resolve() == published, one.path
