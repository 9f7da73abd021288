"""From words on a command line to an assessment: which rules, which log, which configuration."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import TypeVar

from compliance.assess.check import check, requirement_of
from compliance.assess.model import Assessment, Verdict
from compliance.assess.outcome_code import SEVERITIES
from compliance.assess.recall import recall
from compliance.assess.render.table import MISSED, headline, span
from compliance.clock import parse_instant
from compliance.engine.embedded import Embedded
from compliance.engine.interface import Engine
from compliance.errors import UsageError
from compliance.events.catalogue import catalogue
from compliance.events.dataset import Dataset
from compliance.patterns.needs import may_have_instances
from compliance.period import parse_period
from compliance.progress import stage
from compliance.project import Project, default_project, find_config, load_project
from compliance.rules.compiled import load_compiled
from compliance.rules.loader import LoadedRule
from compliance.rules.lock import Lock, locked, read_lock
from compliance.rules.pack import pack_folders
from compliance.rules.what_if import with_settings

T = TypeVar("T")
UNUSED = frozenset({"draft", "withdrawn"})
"""States of a rule in which nothing is judged by it, unless it is named."""
FEW_RULES = 20
"""Below so many rules a first look at the logs costs more than the columns it saves."""
DEFAULT_MEMORY = "1800MB"
"""What reading raw logs may take before the engine spills to disk."""


@dataclass(frozen=True, slots=True)
class Judged:
    """An assessment with what it was made from."""

    assessment: Assessment
    dataset: Dataset
    project: Project
    rules: tuple[LoadedRule, ...]
    effects: tuple[str, ...] = ()
    """Of every target that was tried out: what the rule says as it stands, and what it would say."""
    again: tuple[int, int] = (0, 0)
    """Rules that were judged again only in part, and the events that this took."""
    unfit: str = ""
    """Why what the store remembers of its last check was not used; empty where it was, or where there was nothing."""
    unkept: str = ""
    """Why the store does not remember this check: a full disk; else empty."""

    @property
    def columns(self) -> tuple[str, ...]:
        """Columns that were read of the log."""
        found = (str(column[0]) for column in self.dataset.con.execute("SELECT * FROM ev LIMIT 0").description)
        return tuple(name for name in found if name in {"n", "type", "t"} or name in catalogue().fields)


def choose_format(name: str, formats: Mapping[str, T]) -> T:
    """The renderer of a format. UsageError `CLI-FORMAT` with the names there are."""
    if name not in formats:
        raise UsageError("CLI-FORMAT", f"there is no format {name!r}", hint=f"one of {', '.join(formats)}")
    return formats[name]


def project_of(config: Path | None) -> tuple[Project, Path]:
    """The project that a configuration file or the present folder gives, and the folder it lies in."""
    path = config or find_config(Path.cwd())
    if path is None:
        return default_project(), Path.cwd()
    return load_project(path), path.resolve().parent


def rules_of(
    project: Project,
    folder: Path,
    extra: Sequence[Path] = (),
    only: Sequence[str] = (),
    lock: Lock | None = None,
) -> tuple[LoadedRule, ...]:
    """Rules that ship or are installed, of the project and of further folders; only some (ids or keys), or a lock's."""
    folders = pack_folders([*(folder / name for name in project.rules), *extra])
    loaded = load_compiled(folders)
    if lock is not None:
        named = lock.rules or {one.rule.id for one in loaded if one.rule.status not in UNUSED}
        loaded = locked([one for one in loaded if one.rule.id in named], lock)
    elif not only:
        return tuple(one for one in loaded if one.rule.status not in UNUSED)
    if not only:
        return loaded
    names = {one.rule.id for one in loaded} | {one.rule.key for one in loaded}
    for wanted in only:
        if wanted not in names:
            near = get_close_matches(wanted, sorted(names), n=3)
            raise UsageError(
                "CLI-RULE",
                f"there is no rule {wanted!r}",
                hint=f"nearest: {', '.join(near)}" if near else "`compliance rules list` shows them all",
            )
    return tuple(one for one in loaded if one.rule.id in only or one.rule.key in only)


def dataset_of(
    logs: Sequence[Path],
    store: Path | None,
    mapping: str | None,
    project: Project,
    rules: Sequence[LoadedRule],
    memory: str | None,
) -> Dataset:
    """The events to judge, of logs or of a store, with what the rules need of them."""
    if bool(logs) == (store is not None):
        raise UsageError(
            "CLI-SOURCE", "name either logs or --store", hint="compliance check events.ndjson, or --store DIR"
        )
    if store is not None:
        from compliance.events.store import Store

        kept = Store.open(store)
        held = frozenset[str]().union(*(receipt["types"] for receipt in kept.receipts()))
        wanted = [one for one in rules if may_have_instances(one.rule, held)]
        return kept.dataset(requirement_of(wanted, project), project=project)
    from compliance.events.load import load_logs

    translation = None
    if mapping is not None:
        from compliance.events.mapping import load_mapping

        translation = load_mapping(mapping)

    def load(wanted: Sequence[LoadedRule]) -> Dataset:
        return load_logs(
            list(logs),
            requirement=requirement_of(wanted, project),
            project=project,
            memory=memory or DEFAULT_MEMORY,
            mapping=translation,
        )

    return load(rules) if translation is not None else _narrow(list(logs), rules, load)


def _narrow(
    logs: Sequence[Path], rules: Sequence[LoadedRule], load: Callable[[Sequence[LoadedRule]], Dataset]
) -> Dataset:
    """The dataset with the fields of those rules alone that may have something to judge in these logs."""
    if len(rules) < FEW_RULES:
        return load(rules)
    from compliance.events.preview import types_in_logs

    with stage("looking for event types"):
        seen = types_in_logs(logs)
    if seen is None:
        return load(rules)
    dataset = load([one for one in rules if may_have_instances(one.rule, seen)])
    held = {str(row[0]) for row in dataset.con.execute("SELECT DISTINCT type FROM ev").fetchall()}
    if held <= seen:
        return dataset
    dataset.con.close()
    return load(rules)


@contextmanager
def engine_of(name: str, remote: str | None, dataset: Dataset) -> Iterator[Engine]:
    """The engine that an option names, over a dataset; a session on a cluster ends with the block.

    UsageError `CLI-ENGINE` for another name or without `remote`, `CLI-ENGINE-STORE` for a log: a cluster reads stores.
    """
    if name == "embedded":
        yield Embedded(dataset.con)
        return
    if name != "spark":
        raise UsageError("CLI-ENGINE", f"there is no engine {name!r}", hint="embedded or spark")
    if dataset.parts is None:
        raise UsageError(
            "CLI-ENGINE-STORE",
            "a cluster judges stores, not open logs",
            hint="`compliance ingest LOG --store DIR` on storage that all workers share, then `check --store DIR`",
        )
    from compliance.engine.spark import Distributed, connect

    if remote is None:
        raise UsageError("CLI-ENGINE", "where is the cluster?", hint="--remote sc://host:15002, or set SPARK_REMOTE")
    cluster = Distributed(connect(remote))
    try:
        cluster.view_events(dataset.parts.files, dataset.parts.columns, dataset.parts.gone)
        yield cluster
    finally:
        cluster.close()


def instant_of(text: str | None) -> int | None:
    """Instant of an option, UTC µs. UsageError `CLI-INSTANT` where it has no offset."""
    if text is None:
        return None
    try:
        return parse_instant(text if "T" in text or " " in text else f"{text}T00:00:00Z")
    except ValueError as error:
        raise UsageError(
            "CLI-INSTANT", f"not an instant: {text!r}", hint="write 2026-10-01T00:00:00Z, or a day"
        ) from error


def judge(
    logs: Sequence[Path],
    *,
    store: Path | None = None,
    mapping: str | None = None,
    config: Path | None = None,
    rules: Sequence[Path] = (),
    only: Sequence[str] = (),
    period: str | None = None,
    as_of: str | None = None,
    listing: int = 1000,
    memory: str | None = None,
    fail_level: str = "low",
    rules_lock: Path | None = None,
    settings: Sequence[str] = (),
    engine: str = "embedded",
    remote: str | None = None,
    anew: bool = False,
) -> Judged:
    """One check as the command line asks for it; `settings` are targets to try out, which the assessment says.

    Of a store only what can have changed since the last check is judged again, unless `anew`.
    `engine` is `embedded`, or `spark` for the cluster whose Spark Connect server is `remote` (`sc://host:port`).
    """
    if fail_level not in SEVERITIES:
        raise UsageError("CLI-LEVEL", f"there is no severity {fail_level!r}", hint=f"one of {', '.join(SEVERITIES)}")
    span = parse_period(period).days if period else None
    known_to = instant_of(as_of)
    project, folder = project_of(config)
    lock = read_lock(rules_lock) if rules_lock is not None else None
    standing = rules_of(project, folder, rules, only, lock)
    loaded = with_settings(standing, settings)
    dataset = dataset_of(logs, store, mapping, project, loaded, memory)
    kept = None
    if store is not None and engine == "embedded" and not settings:
        kept = recall(store, project, period, listing)
    before = kept.memory if kept is not None and not anew else None
    keep = kept.keep if kept is not None else None
    with engine_of(engine, remote, dataset) as runs:
        assessment = check(
            dataset,
            loaded,
            project,
            period=span,
            as_of=known_to,
            listing=listing,
            engine=runs,
            memory=before,
            remember=keep,
        )
        effects: tuple[str, ...] = ()
        if assessment.what_if:
            changed = {one.rule.id for one in loaded if one.what_if}
            real = [one for one in standing if one.rule.id in changed]
            as_it_stands = check(dataset, real, project, period=span, as_of=known_to, listing=1, engine=runs)
            effects = _effects(assessment, as_it_stands)
    went_on, unfit = (kept.again, "" if anew else kept.unfit) if kept is not None else ((0, 0), "")
    return Judged(
        assessment, dataset, project, loaded, effects, went_on, unfit, kept.unkept if kept is not None else ""
    )


def _effects(tried: Assessment, real: Assessment) -> tuple[str, ...]:
    results = {rule.id: rule for rule in tried.rules}
    return tuple(
        f"{rule.id}: {headline(rule)} as it stands; what-if: {headline(results[rule.id])}" for rule in real.rules
    )


def summary(assessment: Assessment) -> str:
    """One line that says what was checked: rules, events, period, coverage."""
    judged = sum(1 for rule in assessment.rules if rule.verdict is not Verdict.NOT_APPLICABLE)
    missed = sum(rule.counts.get(verdict, 0) for rule in assessment.rules for verdict in MISSED)
    covered = sum(1 for entry in assessment.coverage if entry.windows)
    return (
        f"checked {judged} of {len(assessment.rules)} rules (the others do not apply) on "
        f"{assessment.ingest['accepted']:,} events, "
        f"{span(assessment)}, known up to {assessment.as_of}; "
        f"{covered} of {len(assessment.coverage)} event types have coverage; {missed:,} records did not meet a rule"
    )
