"""A new rule file to fill in: every key with a word on what belongs there, the provision as the register has it."""

from __future__ import annotations

import json
import os
import re
import textwrap
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from pathlib import Path

from compliance.errors import Place, UsageError
from compliance.resources import data_dir
from compliance.rules.fault import nearest
from compliance.rules.hover import HOVER
from compliance.rules.loader import LoadedRule
from compliance.rules.part import Part, part_of
from compliance.rules.register import Obligation, register
from compliance.rules.schema import rule_schema_text
from compliance.rules.soundness import FILL

SAMPLES: Mapping[str, str] = {
    "each": "DSA-17.3-CONTENT",
    "response": "DSA-16.4-RECEIPT",
    "precedence": "DSA-23.1-WARNING",
    "never": "DSA-20.1-WINDOW",
    "unique": "DSA-24.5-UNIQUE",
    "recurring": "DSA-24.2-AMAR",
    "reconcile": "DSA-24.5-RECON",
    "throughout": "DSA-39.1-REPOSITORY",
    "threshold": "DSA-16.1-AVAILABLE",
    "attested": "DSA-20.6-ATTEST",
}
"""The shipped rule whose judgement a new one starts from, by pattern."""
_KEPT = ("parameters", "for_each", "clock_from", "expect", "closed_when", "outer_field", "exceptions")
_KINDS = ("intermediary", "hosting", "online_platform", "marketplace")
"""Kinds of service, each of which takes in those after it."""
EARLIEST = date(2023, 8, 25)
"""First day on which duties of the DSA bound anyone: four months after the first designations (Art. 92)."""
_ACTS = {
    "32022R2065": "Regulation (EU) 2022/2065",
    "32021R0784": "Regulation (EU) 2021/784",
    "32022L2555": "Directive (EU) 2022/2555",
    "32024R1083": "Regulation (EU) 2024/1083",
    "32024R0900": "Regulation (EU) 2024/900",
    "32016R0679": "Regulation (EU) 2016/679",
}


def write_scaffold(rule_id: str, sample: LoadedRule, folder: Path) -> Path:
    """A new rule file in `folder`, which judges as `sample` does until it is changed, and the schema beside it.

    UsageError `RUL-EXISTS` where the file is there already, `RUL-ID` where the id is none.
    """
    if not re.fullmatch(r"[A-Z][A-Z0-9]{1,7}(-[A-Z0-9]+)*-[0-9]+[a-z]?(\.[0-9a-z]+)*-[A-Z0-9]{2,16}", rule_id):
        raise UsageError("RUL-ID", f"not an id of a rule: {rule_id!r}", hint="act, provision, word: DSA-16.4-RECEIPT")
    path = folder / f"{rule_id}.yaml"
    if path.exists():
        raise UsageError("RUL-EXISTS", "the file is there already", place=Place(str(path)), hint="choose another id")
    folder.mkdir(parents=True, exist_ok=True)
    path.write_text(scaffold(rule_id, sample, _schema_for(folder)), "utf-8")
    return path


def sample_of(loaded: Mapping[str, LoadedRule], pattern: str, like: str | None) -> LoadedRule:
    """The rule a new one starts from: the one named, else the shipped one of the pattern. UsageError where there is none."""
    if like is None and pattern not in SAMPLES:
        raise UsageError("RUL-PATTERN", f"there is no pattern {pattern!r}", hint=f"one of {', '.join(SAMPLES)}")
    name = like or SAMPLES[pattern]
    if name not in loaded:
        hint = nearest(name, loaded, "`compliance rules list` shows them all")
        raise UsageError("RUL-NAME", f"there is no rule {name!r}", hint=hint)
    return loaded[name]


def scaffold(rule_id: str, sample: LoadedRule, schema: str) -> str:
    """Text of a new rule file; `schema` is where its first line leads editors."""
    act, *between, _ = rule_id.split("-")
    provision = "-".join(between)
    names = (_without_dots(f"{act}-{provision}"), _without_dots(sample.rule.obligations[0]))
    rows = {_without_dots(row.id): row for row in register()}
    row = next((rows[name] for name in names if name in rows), None)
    part, text = part_of(rule_id), sample.path.read_text("utf-8")
    blocks = _blocks(text)
    head = [f"# yaml-language-server: $schema={schema}", "format: rule/1", f"id: {rule_id}", *_names(sample, row)]
    lines = [*head, *_law(row, provision), *_scope(sample, part), "", *_said("severity"), "severity:"]
    lines += ["  level: medium", f"  because: {_text('what a miss does, and whether it can be cured')}", ""]
    lines += [
        f"# How it is judged: as {sample.rule.id} does, until you change it. docs/how-to/write-a-rule.md goes through it."
    ]
    for key in _KEPT:
        if key in blocks:
            block = _from_the_start(blocks[key], part) if key == "parameters" else blocks[key]
            lines += [*_said(key), *block, ""]
    lines += [*_said("message"), f"message: {_text('what was found, as a fact: {subject} was not ...')}"]
    lines += [*_said("remedy"), f"remedy: {_text('what to do about it, as steps')}", *blocks.get("evidence", []), ""]
    lines += [*_said("binds"), *_binds(sample, part), "", *_said("tests"), *_about_any_service(blocks["tests"])]
    return "\n".join(lines).rstrip() + "\n"


def _names(sample: LoadedRule, row: Obligation | None) -> Iterator[str]:
    key = row.keys[0] if row is not None and row.keys else sample.rule.key
    yield from (*_said("key"), f"key: {key}", *_said("class"), f"class: {sample.rule.rule_class.value}")
    yield from (*_said("obligations"), f"obligations: [{row.id if row is not None else sample.rule.obligations[0]}]")
    yield from (*_said("revision"), "revision: 1", *_said("status"), "status: draft")
    yield from (*_said("title"), f"title: {_text(row.title if row is not None else 'the duty in one line')}", "")
    yield from (
        *_said("summary"),
        "summary: >-",
        *_wrapped(f"{FILL} {row.summary if row is not None else 'what an officer must know'}"),
        "",
    )


def _law(row: Obligation | None, provision: str) -> Iterator[str]:
    act = _ACTS.get(row.regulation, row.regulation) if row is not None else "Regulation (EU) 2022/2065"
    article = f"Article {row.article}" if row is not None else f"Article {provision}"
    article += "".join(f"({part})" for part in (row.paragraph, row.point) if part) if row is not None else ""
    eli = row.provision if row is not None else "http://data.europa.eu/eli/reg/2022/2065/oj"
    yield from (*_said("legal"), "legal:", f"  - act: {act}", f"    provision: {article}", f"    eli: {eli}")
    here = f", here: {row.time_limit}" if row is not None and row.time_limit else ""
    yield f"    duty: {_text('what the provision asks for, in a few words; read it first')}"
    yield f"    standard: {_text(f'the measure of the law in its own words{here}')}"


def _scope(sample: LoadedRule, part: Part | None) -> Iterator[str]:
    in_force = part.in_force if part is not None else sample.rule.in_force
    bound = part.applies_to if part is not None else sample.rule.applies_to
    until = f", until: {in_force.until}" if in_force.until else ""
    designation = ", or_designation: true" if in_force.or_designation else ""
    yield from (*_said("in_force"), f"in_force: {{ from: {in_force.since}{until}{designation} }}")
    named = [
        f"{name}: [{', '.join(values)}]" for name in ("services", "unless", "facts") if (values := getattr(bound, name))
    ]
    named += [f"transposition: {bound.transposition}"] if bound.transposition else []
    yield from (*_said("applies_to"), f"applies_to: {{ {', '.join(named)} }}")


def _binds(sample: LoadedRule, part: Part | None) -> Iterator[str]:
    """Rows for the first day, each fact, each size that exempts and another kind of service; the author checks them."""
    in_force = part.in_force if part is not None else sample.rule.in_force
    bound = part.applies_to if part is not None else sample.rule.applies_to
    day, later = in_force.since, in_force.since + timedelta(days=3 * 366)
    designated = set(bound.services) <= {"vlop", "vlose"}
    plain = {} if designated else {"designated": "no"}
    yield "binds:"
    yield _row(day - timedelta(days=1), plain, "not_applicable")
    yield _row(day, plain, "applies")
    if in_force.or_designation:
        yield _row(EARLIEST, {}, "applies")
    yield from (_row(later, {fact: False}, "not_applicable") for fact in bound.facts)
    sizes = [name.removesuffix("_enterprise") for name in bound.unless if name.endswith("_enterprise")]
    yield from (_row(later, {"enterprise_size": size, **plain}, "not_applicable") for size in sizes)
    kinds = [kind for kind in _KINDS if kind in bound.services]
    if kinds:
        without = dict.fromkeys(_KINDS[_KINDS.index(kinds[0]) :], False)
        yield _row(later, {**without, "designated": "no"}, "not_applicable")


def _row(day: date, answers: Mapping[str, object], expect: str) -> str:
    said = ", ".join(f"{name}: {json.dumps(value)}" for name, value in answers.items())
    profile = f"profile: {{ {said} }}, " if answers else ""
    return f"  - {{ day: {day}, {profile}expect: {expect} }}"


def _from_the_start(lines: list[str], part: Part | None) -> list[str]:
    """The parameters, with first values that count from the rule's first day on."""
    found, first = list(lines), False
    for number, line in enumerate(lines):
        first = first or line.strip() == "values:"
        if first and part is not None and (named := re.search(r"from: (\d{4}-\d\d-\d\d)", line)):
            found[number] = line.replace(named[1], min(named[1], str(part.in_force.since)))
            first = False
    return found


def _about_any_service(lines: list[str]) -> list[str]:
    """The tests of a sample without those that are about the profile of a service."""
    found: list[str] = []
    for test in re.split(r"(?m)^(?=  - name:)", "\n".join(lines)):
        if not re.search(r"(?m)^    profile:", test):
            found.append(test.rstrip("\n"))
    return found


def _without_dots(name: str) -> str:
    """An id of the register as ids of rules have it: a point stands right after its paragraph."""
    return re.sub(r"\.(?=[a-z])", "", name)


def _text(words: str) -> str:
    return json.dumps(f"{FILL} {words}", ensure_ascii=False)


def _said(key: str) -> list[str]:
    return [f"# {line}" for line in textwrap.wrap(f"{key}: {HOVER['Rule'][key]}", 116)]


def _wrapped(text: str) -> list[str]:
    return textwrap.wrap(text, 116, initial_indent="  ", subsequent_indent="  ")


def _blocks(text: str) -> dict[str, list[str]]:
    """Top-level keys of a rule file, each with its lines."""
    found: dict[str, list[str]] = {}
    current = ""
    for line in text.splitlines():
        if key := re.match(r"([a-z_]+):", line):
            current = key[1]
        if current:
            found.setdefault(current, []).append(line)
    return {key: _stripped(lines) for key, lines in found.items()}


def _stripped(lines: list[str]) -> list[str]:
    while lines and not lines[-1].strip():
        lines = lines[:-1]
    return lines


def _schema_for(folder: Path) -> str:
    """Where the file's first line leads: to the schema of the repository it lies in, else to a copy beside it."""
    published = (data_dir("schemas") / "rule.schema.json").resolve()
    root = published.parent.parent
    if (root / "pyproject.toml").is_file() and folder.resolve().is_relative_to(root):
        return os.path.relpath(published, folder.resolve()).replace(os.sep, "/")
    copy = folder / "rule.schema.json"
    copy.write_text(rule_schema_text(), "utf-8")
    return copy.name
