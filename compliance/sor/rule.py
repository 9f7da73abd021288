"""The service's rules as checks: each looks at one value and at the statement around it, and lets it pass or not.

What a rule does when a key is missing or null follows the service's framework: most rules look only at a key that is there, those
that make a field required look always, and an excluding rule drops the field without an error.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from compliance.sor.php import MISSING, as_text, is_filled, is_number, items_of, length
from compliance.sor.php_date import is_date, moment
from compliance.sor.schema import RuleSpec, Schema
from compliance.sor.url import is_url

Statement = Mapping[str, Any]
Check = Callable[[Any, Statement], bool]


@dataclass(frozen=True, slots=True)
class Rule:
    """One check of one field. `name` is the service's own; `ours` marks what the service itself lets pass."""

    name: str
    check: Check
    arguments: tuple[str | int, ...]
    always: bool = False
    """Looks at a missing or null value too."""
    stops: bool = False
    """Once failed, no further rule of the field is asked."""
    excludes: bool = False
    """Failed, it drops the field instead of reporting it."""
    ours: bool = False


def build(spec: RuleSpec, schema: Schema, *, listed: bool) -> Rule | None:
    """The rule of a specification, or None for `nullable`, which is no check. `listed` says that the field must be an array."""
    if spec.name == "nullable":
        return None
    check = _MAKERS[spec.name](spec.arguments, schema, listed)
    required = spec.name.startswith("required")
    excludes = spec.name.startswith("exclude")
    name = _NAMES.get(spec.name, spec.name)
    return Rule(name, check, spec.arguments, required or excludes, required, excludes, ours=spec.name == "text")


_NAMES: Final = {"in_or_null": "in", "required_if_has": "required"}


def _array(_arguments: Any, _schema: Schema, _listed: bool) -> Check:
    return lambda value, _: isinstance(value, (list, dict))


def _in(arguments: Any, schema: Schema, listed: bool) -> Check:
    return _member(frozenset(schema.codes[arguments[0]]), listed)


def _in_or_null(arguments: Any, schema: Schema, listed: bool) -> Check:
    """The literal text `null` is in these lists, since the service writes its rule as `in:null,...`."""
    return _member(frozenset(schema.codes[arguments[0]]) | {"null"}, listed)


def _member(codes: frozenset[str], listed: bool) -> Check:
    def check(value: Any, _: Statement) -> bool:
        if isinstance(value, (list, dict)):
            return listed and all(
                not isinstance(item, (list, dict)) and as_text(item) in codes for item in items_of(value)
            )
        return as_text(value) in codes

    return check


def _required(_arguments: Any, _schema: Schema, _listed: bool) -> Check:
    return lambda value, _: is_filled(value)


def _required_without_all(arguments: Any, _schema: Schema, _listed: bool) -> Check:
    def check(value: Any, around: Statement) -> bool:
        if is_filled(value):
            return True
        for other in arguments:  # noqa: SIM110 - half the time of a generator, and every row passes here three times
            if is_filled(around.get(other)):
                return True
        return False

    return check


def _required_if(arguments: Any, _schema: Schema, _listed: bool) -> Check:
    other, code = arguments
    return lambda value, around: around.get(other) != code or is_filled(value)


def _exclude_unless(arguments: Any, _schema: Schema, _listed: bool) -> Check:
    other, code = arguments
    return lambda _, around: bool(around.get(other) == code)


def _required_if_has(arguments: Any, _schema: Schema, _listed: bool) -> Check:
    other, code = arguments
    return lambda value, around: code not in items_of(around.get(other)) or is_filled(value)


def _exclude_unless_has(arguments: Any, _schema: Schema, _listed: bool) -> Check:
    other, code = arguments
    return lambda _, around: code in items_of(around.get(other))


def _max(arguments: Any, _schema: Schema, _listed: bool) -> Check:
    limit = arguments[0]
    return lambda value, _: length(value) <= limit


def _text(_arguments: Any, _schema: Schema, _listed: bool) -> Check:
    """Ours: the service counts a list's items against the limit and fails on it, or glues it together, later."""
    return lambda value, _: not isinstance(value, (list, dict))


def _string(_arguments: Any, _schema: Schema, _listed: bool) -> Check:
    return lambda value, _: isinstance(value, str)


def _regex(arguments: Any, schema: Schema, _listed: bool) -> Check:
    matches = re.compile(schema.patterns[arguments[0]], re.ASCII).fullmatch
    return lambda value, _: (isinstance(value, str) or is_number(value)) and matches(as_text(value)) is not None


def _url(_arguments: Any, _schema: Schema, _listed: bool) -> Check:
    return lambda value, _: is_url(value)


def _date_format(_arguments: Any, _schema: Schema, _listed: bool) -> Check:
    return lambda value, _: is_date(value)


def _after_or_equal(arguments: Any, _schema: Schema, _listed: bool) -> Check:
    bound = arguments[0]
    least = moment(bound)
    assert least is not None

    def check(value: Any, _: Statement) -> bool:
        if is_date(value):
            return bool(value >= bound)  # ISO days sort as texts
        found = None if value is MISSING or isinstance(value, (list, dict)) else moment(value)
        return found is not None and found >= least

    return check


def _before_or_equal(arguments: Any, _schema: Schema, _listed: bool) -> Check:
    bound = arguments[0]
    most = moment(bound)
    assert most is not None

    def check(value: Any, _: Statement) -> bool:
        if is_date(value):
            return bool(value <= bound)
        found = None if value is MISSING or isinstance(value, (list, dict)) else moment(value)
        return found is not None and found <= most

    return check


_MAKERS: Final[Mapping[str, Callable[[Any, Schema, bool], Check]]] = {
    "array": _array,
    "in": _in,
    "in_or_null": _in_or_null,
    "required": _required,
    "required_without_all": _required_without_all,
    "required_if": _required_if,
    "required_if_has": _required_if_has,
    "exclude_unless": _exclude_unless,
    "exclude_unless_has": _exclude_unless_has,
    "max": _max,
    "text": _text,
    "string": _string,
    "regex": _regex,
    "url": _url,
    "date_format": _date_format,
    "after_or_equal": _after_or_equal,
    "before_or_equal": _before_or_equal,
}
