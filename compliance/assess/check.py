"""Judges the events of a dataset by rules: the one door between logs and everything that reports on them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from compliance import __version__
from compliance.assess.finding import findings_of
from compliance.assess.gate import DOUBTS, SILENCES, Gate
from compliance.assess.gate_facts import fields_of_gates
from compliance.assess.memory import Memory
from compliance.assess.model import Assessment, Finding, Reason
from compliance.assess.retold import told, with_words
from compliance.assess.run import Run
from compliance.clock import format_us
from compliance.engine.embedded import Embedded
from compliance.engine.interface import Engine
from compliance.errors import InputError
from compliance.events.catalogue import ENVELOPE, catalogue
from compliance.events.dataset import Dataset, Requirement
from compliance.patterns.needs import fields_read, types_read
from compliance.progress import stage, tell
from compliance.project import Project
from compliance.rules.loader import LoadedRule
from compliance.rules.lock import rules_lock


def requirement_of(rules: Sequence[LoadedRule], project: Project | None = None) -> Requirement:
    """Event types and fields that must be read to judge `rules`, with those of the evidence gates."""
    shapes = catalogue()
    types = frozenset[str]().union(*(types_read(loaded.rule) for loaded in rules))
    fields = frozenset[str]().union(*(fields_read(loaded.rule, shapes) for loaded in rules))
    fields |= fields_of_gates(project) & set(shapes.fields)
    return Requirement(types, fields - (set(ENVELOPE) - {"source", "corrects"}))


def check(
    dataset: Dataset,
    rules: Sequence[LoadedRule],
    project: Project,
    *,
    period: tuple[date, date] | None = None,
    as_of: int | None = None,
    listing: int = 1000,
    engine: Engine | None = None,
    memory: Memory | None = None,
    remember: Callable[[Memory], None] | None = None,
) -> Assessment:
    """Assessment of a dataset. `period` is [first day, first day after) in the service's zone; `as_of` in UTC µs.

    Without `as_of` the log is taken as known up to its latest accepted event. At most `listing` findings are listed per
    rule, verdict and reason; counts are always exact. InputError `CHK-EMPTY` where nothing was accepted and no `as_of`
    is given. With the `memory` of an earlier check only what can have changed since is judged again; the assessment is the
    same but for the SQL. `remember` is given what the next check can go on from.
    """
    known_to = dataset.watermark if as_of is None else as_of
    if known_to is None:
        raise InputError(
            "CHK-EMPTY",
            "; ".join(
                (
                    "no event was accepted, so there is nothing to judge and no date to judge it by",
                    *dataset.warnings[:3],
                )
            ),
            hint="mend the lines named, or name a date with --as-of",
        )
    judged = [loaded.rule for loaded in sorted(rules, key=lambda loaded: loaded.rule.id)]
    digests = {loaded.rule.id: loaded.digest for loaded in rules}
    runs = engine or Embedded(dataset.con)
    run = Run(dataset, project, known_to, period, listing, runs, judged, digests=digests, memory=memory)
    try:
        results = []
        for number, rule in enumerate(judged):
            tell("judging", number, len(judged), "rules")
            results.append(run.judge(rule))
        tell("judging", len(judged), len(judged), "rules")
        drafts = [draft for _, draft in results if draft is not None]
        with stage("finding the lines of findings"):
            drawn = findings_of(drafts, dataset, project, told(memory, digests))
        if remember is not None:
            remember(with_words(run.memory(), drafts, drawn))
    finally:
        run.close()
    findings = tuple(_with_caveats(run.gates, rules, drawn))
    return Assessment(
        service=project.service.id,
        tool_version=__version__,
        as_of=format_us(known_to),
        period=(format_us(run.start), format_us(run.end)),
        zone=project.service.zone,
        rules=tuple(result for result, _ in results),
        findings=findings,
        coverage=run.coverage(rules),
        ingest=_ingest(dataset),
        rules_lock=rules_lock(rules),
        rules_digests={loaded.rule.id: loaded.digest for loaded in sorted(rules, key=lambda loaded: loaded.rule.id)},
        gates=tuple(gate.document() for gate in run.gates),
        warnings=(*dataset.warnings, *run.warnings),
        what_if=tuple(one.what_if for one in sorted(rules, key=lambda one: one.rule.id) if one.what_if),
    )


def _ingest(dataset: Dataset) -> dict[str, Any]:
    files = [
        {
            "file": f.file,
            "sha256": f.sha256,
            "bytes": f.bytes,
            "lines": f.lines,
            "accepted": f.accepted,
            "duplicates": f.duplicates,
            "rejected": f.rejected,
            "blank": f.blank,
        }
        for f in dataset.files
    ]
    names = ("lines", "accepted", "duplicates", "rejected", "blank")
    return {"files": files, **{name: sum(int(str(entry[name])) for entry in files) for name in names}}


def _with_caveats(gates: Sequence[Gate], rules: Sequence[LoadedRule], findings: Sequence[Finding]) -> Iterator[Finding]:
    """The findings, with the failed gates that leave them in doubt, and with what was only tried out."""
    bearing = {
        one.rule.id: {
            reason: tuple(gate.words() for gate in gates if gate.id in ids and gate.bears_on(one.rule))
            for reason, ids in ((Reason.GATE_FAILED, DOUBTS), (Reason.NO_COVERAGE, SILENCES))
        }
        for one in rules
    }
    tried = {one.rule.id: f"what-if: {one.what_if}" for one in rules if one.what_if}
    for finding in findings:
        told = bearing[finding.rule].get(finding.reason, ())
        said = finding if not told else replace(finding, caveats=(*finding.caveats, *told))
        if finding.rule in tried:
            message = f"[WHAT-IF] {finding.message}"
            said = replace(said, message=message, caveats=(tried[finding.rule], *said.caveats))
        yield said
