"""All faults of all rule files at once, and what a careful author would still add."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from compliance.errors import Place, RuleError
from compliance.events.catalogue import Catalogue, catalogue
from compliance.rules.loader import LoadedRule, read_rules
from compliance.rules.model import Origin, RuleClass
from compliance.rules.proof import MET, kinds_present, wanted_kinds
from compliance.rules.revision import revision_notes
from compliance.rules.statute import doubtful_statutes
from compliance.rules.testlog import TestEvent, read_events

_PLAIN = MET | {"excepted"}


@dataclass(frozen=True, slots=True)
class Note:
    """One thing lint says of a rule file: a fault keeps the rules from loading, a warning does not."""

    level: Literal["fault", "warning"]
    code: str
    place: Place
    message: str
    hint: str


@dataclass(frozen=True, slots=True)
class Lint:
    """Rules that were read, and every note on their files by place."""

    rules: tuple[LoadedRule, ...]
    notes: tuple[Note, ...]

    @property
    def faults(self) -> int:
        """Number of notes that keep the rules from loading."""
        return sum(note.level == "fault" for note in self.notes)


def lint(folders: Sequence[Path] | None = None) -> Lint:
    """Every fault and warning of the rule files below the folders (None: the shipped packs)."""
    loaded, faults = read_rules(folders)
    notes = [_fault(error) for error in faults]
    for one in loaded:
        notes += _notes(one, catalogue())
        notes += [
            Note("fault" if note.fault else "warning", note.code, note.place, note.message, note.hint)
            for note in revision_notes(one)
        ]
    return Lint(
        loaded, tuple(sorted(notes, key=lambda n: (n.place.file, n.place.line or 0, n.place.column or 0, n.code)))
    )


def _fault(error: RuleError) -> Note:
    return Note("fault", error.code, error.place or Place(""), error.message, error.hint)


def _notes(one: LoadedRule, shapes: Catalogue) -> Iterator[Note]:
    tests: list[tuple[TestEvent, ...]] = []
    for index, test in enumerate(one.rule.tests):
        line = one.marks.get(("tests", index, "events"), (0, 1))[0] + 1
        try:
            tests.append(read_events(test.events, shapes, file=str(one.path), line=line))
        except RuleError as error:
            yield _fault(error)
    if len(tests) == len(one.rule.tests):
        yield from _missing_tests(one, tests, shapes)
    yield from _habits(one)


def _habits(one: LoadedRule) -> Iterator[Note]:
    rule = one.rule
    if one.path.stem != rule.id:
        yield _warning(one, ("id",), "LNT-NAME", f"the file is called {one.path.name}", f"call it {rule.id}.yaml")
    policy = any(parameter.origin is Origin.POLICY for parameter in rule.parameters.values())
    if rule.rule_class is RuleClass.HARD and policy and not rule.doubt:
        yield _warning(
            one,
            ("class",),
            "LNT-DOUBT",
            "a hard rule judges by a limit that is not law",
            "say under `doubt` what is the service's own measure, or make the rule soft",
        )
    for path, message, hint in doubtful_statutes(rule):
        yield _warning(one, path, "LNT-STATUTE", message, hint)
    for revision in sorted(set(range(2, rule.revision + 1)) - {edition.revision for edition in rule.history}):
        yield _warning(
            one,
            ("revision",),
            "LNT-HISTORY",
            f"nobody says what revision {revision} changed",
            f"add `history: [{{ revision: {revision}, day: ..., change: ... }}]`",
        )
    if rule.status == "deprecated" and rule.superseded_by is None:
        yield _warning(one, ("status",), "LNT-SUCCESSOR", "a deprecated rule names no successor", "add `superseded_by`")
    for index, test in enumerate(rule.tests):
        if len(_PLAIN & set(test.expect.values())) > 1:
            yield _warning(
                one,
                ("tests", index),
                "LNT-MIXED",
                "the test expects two different plain verdicts",
                "split it: the engine counts plain instances, so two kinds in one test could change places unseen",
            )


def _missing_tests(one: LoadedRule, tests: Sequence[tuple[TestEvent, ...]], shapes: Catalogue) -> Iterator[Note]:
    rule = one.rule
    for kind in sorted(wanted_kinds(rule) - kinds_present(rule, tests, shapes)):
        yield _warning(one, ("tests",), "LNT-TEST", f"no test for: {kind}", "add one; see docs/write-a-rule.md")


def _warning(one: LoadedRule, path: tuple[str | int, ...], code: str, message: str, hint: str) -> Note:
    line, column = one.marks.get(path, (1, 1))
    return Note("warning", code, Place(str(one.path), line, column, one.rule.id), message, hint)
