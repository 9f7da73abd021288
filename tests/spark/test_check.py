"""The same store, judged inside the process and on a real cluster: the same words, the same counts, the same findings."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from compliance.assess.check import check, requirement_of
from compliance.assess.model import Assessment, RuleResult
from compliance.assess.session import engine_of
from compliance.errors import ComplianceError
from compliance.events.dataset import Dataset
from compliance.events.store import Store
from compliance.patterns import PATTERNS
from compliance.project import Project, load_project
from compliance.rules.loader import LoadedRule, load_rules
from compliance.synthetic.halcyon import generate, log_paths
from tests.spark.cluster import Cluster, free_port, started

pytestmark = pytest.mark.filterwarnings("default")
EACH = 2
"""Rules of each pattern that are compared: those with most instances, and those with most verdicts."""


@dataclass(frozen=True)
class Case:
    """A store with dirty lines, corrections and conflicts, and rules of every pattern that have something to judge."""

    dataset: Dataset
    project: Project
    rules: tuple[LoadedRule, ...]
    expected: Assessment


@pytest.fixture(scope="module")
def case(tmp_path_factory: pytest.TempPathFactory) -> Case:
    """The demonstration's traffic in two sealed deliveries, judged by the embedded engine."""
    folder = generate(tmp_path_factory.mktemp("halcyon"), seed=5, scale=0.03)
    rules, project = load_rules(), load_project(folder / "compliance.toml")
    store = Store.create(folder / "store")
    for delivery in (1, 2):
        store.ingest(log_paths(folder, delivery), project=project, clock=lambda: datetime(2026, 10, 1, 8, tzinfo=UTC))
    dataset = store.dataset(requirement_of(rules, project), project=project)
    whole = check(dataset, rules, project)
    chosen = telling(rules, whole.rules)
    return Case(dataset, project, chosen, check(dataset, chosen, project))


def telling(rules: Sequence[LoadedRule], results: Sequence[RuleResult]) -> tuple[LoadedRule, ...]:
    """Of each pattern the rules whose result says most."""
    by_id = {result.id: result for result in results}

    def weight(one: LoadedRule) -> tuple[int, int, str]:
        counts = by_id[one.rule.id].counts
        return sum(map(bool, counts.values())), sum(counts.values()), one.rule.id

    found: list[LoadedRule] = []
    for pattern in PATTERNS:
        of_pattern = sorted((one for one in rules if one.rule.expect.pattern == pattern), key=weight, reverse=True)
        found += [one for one in of_pattern if sum(by_id[one.rule.id].counts.values())][:EACH]
    return tuple(found)


def without_text(assessment: Assessment) -> Assessment:
    """The assessment without the SQL, which is each engine's own."""
    return replace(assessment, rules=tuple(replace(rule, sql="") for rule in assessment.rules))


def on_cluster(case: Case, remote: str, rules: Sequence[LoadedRule] | None = None) -> Assessment:
    """The same check on a cluster."""
    with engine_of("spark", remote, case.dataset) as engine:
        return check(case.dataset, case.rules if rules is None else rules, case.project, engine=engine)


def test_the_case_leaves_nothing_out(case: Case) -> None:
    """Every pattern has instances, and the log holds refused lines, duplicates, conflicts and corrections."""
    assert {one.rule.expect.pattern for one in case.rules} == set(PATTERNS)
    assert all(case.expected.ingest[name] for name in ("rejected", "duplicates"))
    assert case.dataset.conflicts
    assert case.dataset.parts is not None
    assert case.dataset.parts.gone
    assert len(case.dataset.parts.files) > 1


def test_a_cluster_says_the_same(case: Case, cluster: Cluster) -> None:
    """Verdicts, reasons, counts, limits, values, findings with file and line, gates and coverage are equal."""
    found = on_cluster(case, cluster.remote)
    for here, there in zip(case.expected.rules, found.rules, strict=True):
        assert replace(there, sql="") == replace(here, sql=""), here.id
    assert case.expected.findings
    assert without_text(found) == without_text(case.expected)


def test_a_lost_worker_changes_nothing(case: Case, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One of two workers is killed while rules are judged; the other works out again what was lost."""
    rules = [one for one in case.rules if one.rule.expect.pattern in {"response", "unique", "threshold"}]
    expected = check(case.dataset, rules, case.project)
    judged: list[str] = []
    with started(tmp_path, briefly=True) as doomed, engine_of("spark", doomed.remote, case.dataset) as engine:
        end = type(engine).end

        def ended(self: object) -> None:
            judged.append("rule")
            if len(judged) == 2:
                doomed.kill_worker()
            end(engine)  # type: ignore[arg-type]

        monkeypatch.setattr(type(engine), "end", ended)
        found = check(case.dataset, rules, case.project, engine=engine)
    assert len(judged) > 3, "the worker was lost too late to matter"
    assert without_text(found) == without_text(expected)


def test_nobody_at_the_address(case: Case) -> None:
    """A cluster that does not answer is said at once, with the address."""
    address = f"sc://127.0.0.1:{free_port()}"
    with pytest.raises(ComplianceError, match=address) as refused, engine_of("spark", address, case.dataset):
        pass
    assert refused.value.code == "ENG-SPARK-REFUSED"
