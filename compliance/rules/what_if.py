"""What if a target were another one: rules with a policy parameter set to another value, marked as such wherever they go."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from pydantic import ValidationError

from compliance.errors import UsageError
from compliance.rules.fault import nearest
from compliance.rules.loader import LoadedRule
from compliance.rules.model import Origin, Parameter

_SETTING = re.compile(r"([A-Za-z0-9.-]+)\.([a-z][a-z0-9_]*)=(.+)")


def with_settings(rules: Sequence[LoadedRule], settings: Sequence[str]) -> tuple[LoadedRule, ...]:
    """The rules with targets set as in `DSA-16.4-RECEIPT.limit=PT12H`; each changed one says so in `what_if`.

    UsageError `SET-*`: not in that form, no such rule or parameter (with the nearest names), a value that does not fit,
    or a parameter that is not the service's own to set. Nobody tries out another law.
    """
    changed = {one.rule.id: one for one in rules}
    for setting in settings:
        match = _SETTING.fullmatch(setting)
        if not match:
            raise UsageError(
                "SET-FORM",
                f"not a setting: {setting!r}",
                hint="write RULE.parameter=VALUE, e.g. DSA-16.4-RECEIPT.limit=PT12H",
            )
        rule, name, text = match.groups()
        if rule not in changed:
            hint = nearest(rule, changed, "`compliance rules list` shows the rules; --only must not leave it out")
            raise UsageError("SET-RULE", f"there is no rule {rule!r} among those that are judged", hint=hint)
        changed[rule] = _set(changed[rule], name, text)
    return tuple(changed[one.rule.id] for one in rules)


def _set(one: LoadedRule, name: str, text: str) -> LoadedRule:
    parameter = one.rule.parameters.get(name)
    if parameter is None:
        known = ", ".join(one.rule.parameters) or "it has none"
        hint = nearest(name, one.rule.parameters, f"its parameters: {known}")
        raise UsageError("SET-PARAMETER", f"{one.rule.id} has no parameter {name!r}", hint=hint)
    if parameter.origin is not Origin.POLICY:
        where = parameter.source or one.rule.legal[0].provision
        raise UsageError(
            "SET-STATUTORY" if parameter.origin is Origin.STATUTORY else "SET-GUIDANCE",
            f"{one.rule.id}.{name} is not the service's own target: {where} sets it",
            hint="only parameters of origin policy can be tried out; a change of law is a new dated value in the rule",
        )
    given = ", ".join(dict.fromkeys(str(entry.value) for entry in parameter.values))
    said = f"{one.rule.id}.{name} = {text} instead of {given}"
    rule = one.rule.model_copy(update={"parameters": {**one.rule.parameters, name: _with(parameter, text, said)}})
    digest = hashlib.sha256(f"{one.digest}\x1f{said}".encode()).hexdigest()
    return replace(one, rule=rule, digest=digest, what_if="; ".join(filter(None, (one.what_if, said))))


def _with(parameter: Parameter, text: str, said: str) -> Parameter:
    """The parameter with one value for all time; nobody has approved it."""
    try:
        value = _value(parameter.type, text)
        dated = [{"from": parameter.values[0].since, "value": value}]
        kept = parameter.model_dump() | {"values": dated, "approved_by": None, "because": f"what-if: {said}"}
        return Parameter.model_validate(kept)
    except (ValueError, ValidationError) as error:
        raise UsageError(
            "SET-VALUE",
            f"{text!r} is no {parameter.type}",
            hint="a duration is written PT12H, P7D or 3WD, a ratio 0.95",
        ) from error


def _value(kind: str, text: str) -> Any:
    if kind == "integer":
        return int(text)
    if kind == "ratio":
        return float(text)
    return [part.strip() for part in text.split(",")] if kind == "list" else text


def require_real(rules: Sequence[LoadedRule], purpose: str) -> None:
    """Refuses rules with a target that was only tried out: UsageError `SET-NOT-REAL` says for which purpose."""
    tried = [one.what_if for one in rules if one.what_if]
    if tried:
        raise UsageError(
            "SET-NOT-REAL",
            f"{purpose} cannot rest on a what-if: {'; '.join(tried)}",
            hint="judge by the rules as they are; change the rule file where the target shall change",
        )
