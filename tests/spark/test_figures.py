"""The figures and reports of one store, made inside the process and on a real cluster: the same values, the same bytes."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from compliance.assess.check import check
from compliance.assess.figures import Definition, compute, definitions, episode
from compliance.assess.model import Assessment
from compliance.assess.session import engine_of
from compliance.engine.spark import Distributed
from compliance.events.dataset import Dataset
from compliance.events.store import Store
from compliance.period import parse_period
from compliance.project import Project, load_project
from compliance.reports.material import Material
from compliance.reports.session import LISTING, LIVESTREAMS, material_of, requirement_of_report, write
from compliance.rules.loader import LoadedRule, load_rules
from compliance.synthetic.halcyon import generate, log_paths
from tests.spark.cluster import Cluster, started

pytestmark = pytest.mark.filterwarnings("default")
PERIOD = parse_period("2026-Q3")
QUARTER = (date(2026, 7, 1), date(2026, 10, 1))
RULES = {"DSA-16.4-RECEIPT", "DSA-24.5-RECON"}
KINDS = {"count", "sum", "highest", "latest", "share", "ratio", "times", "paired", "overlap"}


@dataclass(frozen=True)
class Case:
    """A store with dirty lines, corrections and conflicts, and what the embedded engine says of a quarter."""

    dataset: Dataset
    project: Project
    rules: tuple[LoadedRule, ...]
    expected: Material


@pytest.fixture(scope="module")
def case(tmp_path_factory: pytest.TempPathFactory) -> Case:
    """The demonstration's traffic in two sealed deliveries."""
    folder = generate(tmp_path_factory.mktemp("halcyon"), seed=5, scale=0.03)
    project = load_project(folder / "compliance.toml")
    store = Store.create(folder / "store")
    for delivery in (1, 2):
        store.ingest(log_paths(folder, delivery), project=project, clock=lambda: datetime(2026, 10, 1, 8, tzinfo=UTC))
    rules = tuple(one for one in load_rules() if one.rule.id in RULES)
    dataset = store.dataset(requirement_of_report(rules, project), project=project)
    return Case(dataset, project, rules, material_of(dataset, rules, project, PERIOD))


@pytest.fixture(scope="module")
def found(case: Case, cluster: Cluster) -> Material:
    """The same made on the cluster by one engine; of the figures of the quarter before, one of each kind."""
    dataset, project, known = case.dataset, case.project, case.dataset.watermark
    assert known is not None
    before = PERIOD.before().days
    with engine_of("spark", cluster.remote, dataset) as engine:
        return replace(
            case.expected,
            now=check(dataset, case.rules, project, period=QUARTER, listing=LISTING, engine=engine),
            figures=compute(dataset, project, QUARTER, known, engine=engine),
            before=check(dataset, case.rules, project, period=before, as_of=known, listing=1, engine=engine),
            figures_before=compute(dataset, project, before, known, chosen=one_of_each_kind(), engine=engine),
            livestreams=episode.livestreams(dataset, project, QUARTER, known, most=LIVESTREAMS, engine=engine),
            outages=episode.outages(dataset, project, QUARTER, known, engine=engine),
            letters=episode.letters(dataset, project, QUARTER, known, engine=engine),
        )


def without_text(assessment: Assessment) -> Assessment:
    """The assessment without the SQL, which is each engine's own."""
    return replace(assessment, rules=tuple(replace(rule, sql="") for rule in assessment.rules))


def test_the_case_has_every_kind_of_figure(case: Case) -> None:
    """Each kind has a value that is not nil, times have cases, and the log holds what is refused, twice there or corrected."""
    counted = {
        one.kind
        for one in case.expected.figures.figures
        if one.measure.value and (one.measure.times is None or one.measure.times.n > 10)
    }
    assert counted == KINDS
    assert case.dataset.conflicts
    assert case.dataset.holes
    assert case.dataset.parts is not None
    assert case.dataset.parts.gone


def test_every_figure_is_equal(case: Case, found: Material) -> None:
    """Values, denominators, medians, ranks, histograms, breakdowns, holdings, notes and queries, of this quarter; one of each kind of the last."""
    for expected, figure in zip(case.expected.figures.figures, found.figures.figures, strict=True):
        assert figure == expected, expected.id
    assert found.figures == case.expected.figures
    assert found.figures_before is not None
    assert case.expected.figures_before is not None
    for figure in found.figures_before.figures:
        assert figure == case.expected.figures_before.get(figure.id), figure.id


def test_what_happened_is_equal(case: Case, found: Material) -> None:
    """Livestreams with their incidents, outages with their causes, and letters, in the same order."""
    assert case.expected.livestreams
    assert any(stream.incidents for stream in case.expected.livestreams)
    assert case.expected.outages
    assert case.expected.letters
    for name in ("livestreams", "outages", "letters"):
        assert getattr(found, name) == getattr(case.expected, name), name


def test_the_report_is_equal(case: Case, found: Material, tmp_path: Path) -> None:
    """Page, workbook and PDF are the same bytes; the record is the same but for the SQL that judged."""
    assert without_text(found.now) == without_text(case.expected.now)
    assert found.before is not None
    assert case.expected.before is not None
    assert without_text(found.before) == without_text(case.expected.before)
    found = replace(found, figures_before=case.expected.figures_before)
    here, there = write(case.expected, tmp_path / "here"), write(found, tmp_path / "there")
    assert there.page.read_bytes() == here.page.read_bytes()
    assert there.workbook.read_bytes() == here.workbook.read_bytes()
    assert there.pdf.read_bytes() == here.pdf.read_bytes()
    records: list[Any] = [json.loads(one.record.read_text("utf-8")) for one in (here, there)]
    for record in records:
        for rule in record["assessment"]["rules"]:
            assert rule.pop("sql", None)
    assert records[0] == records[1]


def test_a_lost_worker_changes_no_figure(case: Case, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One of two workers is killed while figures are counted; the other counts again what was lost."""
    chosen = one_of_each_kind()
    expected = compute(case.dataset, case.project, QUARTER, chosen=chosen)
    asked: list[str] = []
    with started(tmp_path, briefly=True) as doomed, engine_of("spark", doomed.remote, case.dataset) as engine:
        rows = Distributed.rows

        def lossy(self: Distributed, plan: Any) -> Iterator[tuple[Any, ...]]:
            asked.append("figure")
            if len(asked) == 4:
                doomed.kill_worker()
            yield from rows(self, plan)

        monkeypatch.setattr(Distributed, "rows", lossy)
        found = compute(case.dataset, case.project, QUARTER, chosen=chosen, engine=engine)
    assert len(asked) > 8, "the worker was lost too late to matter"
    assert found == expected


def one_of_each_kind() -> tuple[Definition, ...]:
    """The first shipped figure of each kind."""
    first = {}
    for definition in definitions():
        first.setdefault(definition.measure.kind, definition)
    return tuple(first.values())
