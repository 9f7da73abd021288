"""Reads rule files. All faults of all files are reported at once, each with file, line and column."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from compliance.errors import InputError, Place, RuleError, RuleErrors, UsageError
from compliance.events.catalogue import Catalogue, catalogue
from compliance.resources import data_dir
from compliance.rules.fault import Fault, nearest
from compliance.rules.lock import digest_of
from compliance.rules.model import Rule
from compliance.rules.register import obligation_ids
from compliance.rules.schema import keys_at
from compliance.rules.soundness import faults_in
from compliance.yaml_source import Marks, load_yaml


@dataclass(frozen=True, slots=True)
class LoadedRule:
    """A rule, the file it stands in, the digest of what it says, and the line marks of the file."""

    rule: Rule
    path: Path
    digest: str
    marks: Marks
    what_if: str = ""
    """What was set to another value to try it out; empty for the rule as it stands."""


def load_rules(folders: Sequence[Path] | None = None, *, to_judge: bool = True) -> tuple[LoadedRule, ...]:
    """Rules of `*.yaml` files below the folders (None: the shipped packs), sorted by id. RuleErrors with every fault.

    Not `to_judge`: only their form is checked, so that a version that names events of its time can be read.
    """
    loaded, faults = read_rules(folders, to_judge=to_judge)
    if faults:
        raise RuleErrors(faults)
    return loaded


def read_rules(
    folders: Sequence[Path] | None = None, *, to_judge: bool = True
) -> tuple[tuple[LoadedRule, ...], tuple[RuleError, ...]]:
    """Sound rules and all faults of the files below the folders, both sorted; for lint, which goes on where loading stops."""
    events, register = catalogue(), obligation_ids()
    loaded: list[LoadedRule] = []
    faults: list[RuleError] = []
    for path in files_of([data_dir("rules")] if folders is None else folders):
        found = _read(path, events, register, to_judge=to_judge)
        if isinstance(found, LoadedRule):
            loaded.append(found)
        else:
            faults += found
    faults += [fault for fault in between(loaded) if to_judge or fault.code == "RUL-DUPLICATE"]
    return tuple(sorted(loaded, key=lambda one: one.rule.id)), tuple(sorted(faults, key=_position))


def files_of(folders: Sequence[Path]) -> Iterator[Path]:
    """Rule files below the folders, in order. RuleError `RUL-MISSING` where one does not exist."""
    for folder in folders:
        if folder.is_file():
            yield folder
        elif folder.is_dir():
            yield from sorted(
                path for pattern in ("*.yaml", "*.yml") for path in folder.rglob(pattern) if not path.is_dir()
            )
        else:
            raise RuleError(
                "RUL-MISSING",
                "there is no such file or folder",
                place=Place(str(folder)),
                hint="name a rule file, or a folder with rule files",
            )


def _read(path: Path, events: Catalogue, register: frozenset[str], *, to_judge: bool) -> LoadedRule | list[RuleError]:
    try:
        data, marks = load_yaml(path)
    except InputError as error:
        return [RuleError(error.code, error.message, hint=error.hint, place=error.place)]
    if not isinstance(data, dict):
        what = "the file is empty" if data is None else "a rule file is a mapping"
        return [
            RuleError(
                "RUL-EMPTY" if data is None else "RUL-FORM",
                what,
                place=Place(str(path), 1),
                hint="copy a rule from the shipped packs and change it; see docs/write-a-rule.md",
            )
        ]
    try:
        rule = Rule.model_validate_json(json.dumps(data), strict=True)
    except ValidationError as error:
        found = list(_faults_of_form(error))
        mended = _mended(data, error) if to_judge else None
        found += faults_in(mended, events, register) if mended is not None else ()
        return [_error(path, marks, fault) for fault in found]
    except RecursionError:
        return [RuleError("RUL-FORM", "the file is nested too deeply", place=Place(str(path)), hint="flatten it")]
    faults = [_error(path, marks, fault) for fault in faults_in(rule, events, register)] if to_judge else []
    return faults or LoadedRule(rule, path, digest_of(data), marks)


def _mended(data: dict[str, Any], error: ValidationError) -> Rule | None:
    """The rule with its mistyped keys under their right names and without unknown ones, so that what else is wrong shows too.

    None where that is not all that is malformed.
    """
    copy: dict[str, Any] = json.loads(json.dumps(data))
    missing = {tuple(detail["loc"]) for detail in error.errors() if detail["type"] == "missing"}
    with suppress(ValidationError, KeyError, TypeError, IndexError):
        for detail in error.errors():
            if detail["type"] == "extra_forbidden":
                *above, name = detail["loc"]
                holder: Any = copy
                for step in above:
                    holder = holder[step]
                value = holder.pop(name)
                right = get_close_matches(str(name), [str(loc[-1]) for loc in missing if list(loc[:-1]) == above], n=1)
                holder |= dict.fromkeys(right, value)
        return Rule.model_validate_json(json.dumps(copy), strict=True)
    return None


def _faults_of_form(error: ValidationError) -> Iterator[Fault]:
    for detail in error.errors():
        where, kind = tuple(part for part in detail["loc"] if part != "[key]"), detail["type"]
        name = str(where[-1]) if where else ""
        if kind == "extra_forbidden":
            known = keys_at(where[:-1])
            yield Fault(
                where, "RUL-KEY", f"unknown key {name!r}", nearest(name, known, f"known: {', '.join(sorted(known))}")
            )
        elif kind == "missing":
            yield Fault(where, "RUL-REQUIRED", f"the key {name!r} is missing", "add it; see docs/write-a-rule.md")
        else:
            message = detail["msg"].removeprefix("Value error, ")
            yield Fault(where, "RUL-FORM", f"{name}: {message}" if name else message, "see docs/write-a-rule.md")


def _error(path: Path, marks: Marks, fault: Fault) -> RuleError:
    where = fault.path
    while where not in marks and where:
        where = where[:-1]
    line, column = marks.get(where, (1, 1))
    field = ".".join(map(str, fault.path)) or None
    return RuleError(fault.code, fault.message, hint=fault.hint, place=Place(str(path), line, column, field))


def between(loaded: Sequence[LoadedRule]) -> Iterator[RuleError]:
    """Faults that no file has alone: an id given twice, a successor that does not exist, a circle of successors."""
    first: dict[str, LoadedRule] = {}
    for one in loaded:
        earlier = first.setdefault(one.rule.id, one)
        if earlier is not one:
            yield _error(
                one.path,
                one.marks,
                Fault(
                    ("id",),
                    "RUL-DUPLICATE",
                    f"{one.rule.id} also stands in {earlier.path}",
                    "give each rule its own id; a change of a rule raises `revision`",
                ),
            )
    for one in first.values():
        successor = one.rule.superseded_by
        if successor is not None and successor not in first:
            yield _error(
                one.path,
                one.marks,
                Fault(
                    ("superseded_by",),
                    "RUL-SUCCESSOR",
                    f"there is no rule {successor!r}",
                    nearest(successor, first, "name a rule that is loaded too"),
                ),
            )
        elif successor is not None and _circle(one.rule.id, first):
            yield _error(
                one.path,
                one.marks,
                Fault(
                    ("superseded_by",),
                    "RUL-CYCLE",
                    f"{one.rule.id} is superseded by itself in the end",
                    "let the chain of successors end",
                ),
            )
        elif successor is not None and _overlap(one.rule, first[successor].rule):
            since = first[successor].rule.in_force.since
            yield _error(
                one.path,
                one.marks,
                Fault(
                    ("in_force",),
                    "RUL-OVERLAP",
                    f"{successor} is in force from {since}, and this rule, which it supersedes, still is",
                    f"end this one: `in_force: {{ until: {since - timedelta(days=1)} }}`",
                ),
            )


def _overlap(rule: Rule, successor: Rule) -> bool:
    """Whether a rule and its successor would both judge the same days."""
    until = rule.in_force.until
    return until is None or until >= successor.in_force.since


def _circle(start: str, rules: dict[str, LoadedRule]) -> bool:
    seen, current = set[str](), rules[start].rule.superseded_by
    while current in rules and current not in seen:
        if current == start:
            return True
        seen.add(current)
        current = rules[current].rule.superseded_by
    return False


def _position(error: RuleError) -> tuple[str, int, int, str]:
    place = error.place or Place("")
    return (place.file, place.line or 0, place.column or 0, error.code)


def named(loaded: Sequence[LoadedRule], names: Sequence[str]) -> tuple[LoadedRule, ...]:
    """Rules with one of these ids or keys; all of them where no name is given. UsageError `RUL-NAME` for an unknown one."""
    known = {one.rule.id for one in loaded} | {one.rule.key for one in loaded}
    for name in names:
        if name not in known:
            hint = nearest(name, known, "`compliance rules list` shows them all")
            raise UsageError("RUL-NAME", f"there is no rule {name!r}", hint=hint)
    return tuple(one for one in loaded if not names or one.rule.id in names or one.rule.key in names)
