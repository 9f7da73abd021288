"""One statement of reasons, judged as the service's gate judges it: same fields, same rules, same words.

The service's own steps are copied in their order: normalise, then every field with its rules. Whether the platform's identifier is new
is asked only of a statement that passed (`compliance.sor.batch`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any, NamedTuple

from compliance.sor.message import message
from compliance.sor.php import MISSING, normalised
from compliance.sor.rule import Rule, build
from compliance.sor.schema import CURRENT, Endpoint, load_schema


@dataclass(frozen=True, slots=True)
class Failure:
    """One failed rule: its name, the service's words, and whether only we object (`ours`)."""

    rule: str
    message: str
    ours: bool = False


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the gate says of one statement: failures by field, in the service's order; none where it is valid."""

    errors: Mapping[str, tuple[Failure, ...]] = field(default_factory=dict)

    @property
    def valid(self) -> bool:
        """True where the service would store the statement, its identifier being new."""
        return not self.errors

    def rules(self) -> dict[str, list[str]]:
        """Names of the failed rules by field."""
        return {name: [failure.rule for failure in failures] for name, failures in self.errors.items()}

    def messages(self) -> dict[str, list[str]]:
        """The service's words by field."""
        return {name: [failure.message for failure in failures] for name, failures in self.errors.items()}

    def answer(self) -> dict[str, Any]:
        """Body of the service's answer 422 to a call with this statement alone."""
        listed = [text for texts in self.messages().values() for text in texts]
        more = len(listed) - 1
        rest = f" (and {more} more error{'s' if more > 1 else ''})" if more else ""
        return {"message": listed[0] + rest, "errors": self.messages()} if listed else {}


VALID = Verdict()


class _Field(NamedTuple):
    name: str
    parent: str
    """Key of the object that holds the field, empty where the statement itself does."""
    key: str
    nullable: bool
    always: bool
    """True where a rule looks at a missing value too."""
    rules: tuple[Rule, ...]


@cache
def _compiled(schema_name: str, endpoint: Endpoint) -> tuple[_Field, ...]:
    schema = load_schema(schema_name)
    compiled = []
    for name, specs in schema.fields.items():
        if endpoint == "multiple" and name in schema.single_only:
            continue
        listed = any(spec.name == "array" for spec in specs)
        rules = tuple(rule for spec in specs if (rule := build(spec, schema, listed=listed)))
        parent, _, key = name.rpartition(".")
        nullable = any(spec.name == "nullable" for spec in specs)
        compiled.append(_Field(name, parent, key, nullable, any(rule.always for rule in rules), rules))
    return tuple(compiled)


def validate_statement(payload: Any, *, schema: str = CURRENT, endpoint: Endpoint = "single") -> Verdict:
    """Verdict on a payload as it would be sent. UsageError `USE-SOR-SCHEMA` for an unknown schema."""
    if not isinstance(payload, dict):
        return Verdict({"statement": (Failure("object", message("statement", "object"), ours=True),)})
    return validate_normalised(normalised(payload), schema=schema, endpoint=endpoint)


def validate_normalised(statement: Mapping[str, Any], *, schema: str, endpoint: Endpoint) -> Verdict:
    """Verdict on a statement whose texts are trimmed and whose empty texts are null already."""
    errors: dict[str, tuple[Failure, ...]] = {}
    get = statement.get
    for name, parent, key, nullable, always, rules in _compiled(schema, endpoint):
        value = _inner(get(parent), key) if parent else get(key, MISSING)
        skipped = value is MISSING or (value is None and nullable)
        if skipped and not always:
            continue
        for rule in rules:
            if (skipped and not rule.always) or rule.check(value, statement):
                continue
            if rule.excludes:
                break
            failure = Failure(rule.name, message(name, rule.name, rule.arguments), rule.ours)
            errors[name] = (*errors.get(name, ()), failure)
            if rule.stops:  # what is asked for and not given fails in the service's words alone
                errors[name] = tuple(entry for entry in errors[name] if not entry.ours)
                break
    return Verdict(errors) if errors else VALID


def _inner(holder: Any, key: str) -> Any:
    return holder.get(key, MISSING) if isinstance(holder, dict) else MISSING
