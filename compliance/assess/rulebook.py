"""What the `rules` verbs list: rules, notes, tests, covered obligations - as plain rows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date

from compliance.assess.mutation import Mutation
from compliance.assess.ruletest import RuleTestResult
from compliance.rules.difference import Change
from compliance.rules.lint import Lint
from compliance.rules.listing import Row
from compliance.rules.loader import LoadedRule
from compliance.rules.parameters import spoken, value_at


def rule_rows(loaded: Iterable[LoadedRule], day: date) -> list[Row]:
    """One row per rule, with its limits as they stand on `day`."""
    return [
        {
            "id": one.rule.id,
            "key": one.rule.key,
            "revision": str(one.rule.revision),
            "status": one.rule.status,
            "class": one.rule.rule_class.value,
            "pattern": one.rule.expect.pattern,
            "severity": one.rule.severity.level,
            "limits": _limits(one, day),
            "title": one.rule.title,
        }
        for one in loaded
    ]


def _limits(one: LoadedRule, day: date) -> str:
    found = ((parameter, value_at(parameter, day)) for parameter in one.rule.parameters.values())
    return ", ".join(f"{spoken(p, value.value)} ({p.origin.value})" for p, value in found if value is not None)


def note_rows(lint: Lint) -> list[Row]:
    """One row per note of lint, by place."""
    return [
        {
            "level": note.level,
            "file": note.place.file,
            "line": str(note.place.line or 1),
            "column": str(note.place.column or 1),
            "code": note.code,
            "message": note.message,
            "next": note.hint,
        }
        for note in lint.notes
    ]


def note_lines(lint: Lint) -> str:
    """Notes of lint as an editor or terminal reads them: `file:line:column: CODE message - next step`."""
    return "".join(
        f"{row['file']}:{row['line']}:{row['column']}: {row['level']} {row['code']} {row['message']} - {row['next']}\n"
        for row in note_rows(lint)
    )


def test_rows(results: Iterable[RuleTestResult]) -> list[Row]:
    """One row per embedded test."""
    return [
        {
            "rule": result.rule,
            "test": result.name,
            "outcome": "passed" if result.passed else "failed",
            "place": str(result.place),
            "problem": "; ".join(result.problems),
        }
        for result in results
    ]


def test_lines(rows: Sequence[Row]) -> str:
    """Failed tests in full, and one line per rule."""
    text = ""
    for rule in dict.fromkeys(row["rule"] for row in rows):
        own = [row for row in rows if row["rule"] == rule]
        failed = [row for row in own if row["outcome"] != "passed"]
        text += f"{rule:24} {len(own) - len(failed)} of {len(own)} tests passed\n"
        text += "".join(f"  {row['place']}: {row['test']}\n    {row['problem']}\n" for row in failed)
    return text


def survivor_rows(found: Iterable[Mutation]) -> list[Row]:
    """One row per change that the tests of a rule let pass, and one per rule whose own tests fail."""
    rows: list[Row] = []
    for one in found:
        if one.broken:
            rows.append({"rule": one.rule, "place": "", "part": "", "change": one.broken})
        for survivor in one.survivors:
            place = replace(survivor.place, field=None)
            rows.append(
                {
                    "rule": one.rule,
                    "place": str(place),
                    "part": survivor.place.field or "",
                    "change": survivor.change,
                }
            )
    return rows


def survivor_lines(rows: Sequence[Row]) -> str:
    """Survivors as an editor or terminal reads them: `file:line:column: change [part]`."""
    return "".join(
        f"{row['place']}: survives: {row['change']} [{row['part']}]\n"
        if row["place"]
        else f"{row['rule']}: {row['change']}\n"
        for row in rows
    )


def change_rows(found: Iterable[Change]) -> list[Row]:
    """One row per change between two versions of the rules."""
    return [{"rule": change.rule, "kind": change.kind, "change": change.words} for change in found]


def change_lines(rows: Sequence[Row]) -> str:
    """Changes under their rule, one line each."""
    text = ""
    for rule in dict.fromkeys(row["rule"] for row in rows):
        text += f"{rule}\n"
        text += "".join(f"  {row['kind']:12} {row['change']}\n" for row in rows if row["rule"] == rule)
    return text


def change_pages(rows: Sequence[Row]) -> str:
    """Changes as Markdown, one list per rule."""
    text = "# What changed in the rules\n"
    for rule in dict.fromkeys(row["rule"] for row in rows):
        text += f"\n## {rule}\n\n"
        text += "".join(f"- **{row['kind']}**: {row['change']}\n" for row in rows if row["rule"] == rule)
    return text if rows else f"{text}\nNothing.\n"
