"""The instrument is tested, not the speed."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT / "benchmarks"))

import floor  # noqa: E402
import measure  # noqa: E402
import run  # noqa: E402


def _result(ratio: float) -> dict[str, object]:
    one = {
        "bytes": 5,
        "rounds": 1,
        "floor_s": 1.0,
        "check_s": ratio,
        "ratio": ratio,
        "cpu_ratio": ratio,
        "table_ratio": ratio,
    }
    sizes = {
        str(events): one | {"check_s": ratio * events / 1e6, "peak_mb": 900.0, "floor_peak_mb": 90.0, "ingest": None}
        for events in (1_000_000, 10_000_000)
    }
    return {"sizes": sizes, "help_s": 0.1, "machine": run.machine(), "columns": 9}


def test_the_floor_reads_every_line(tmp_path: Path) -> None:
    """The bare read parses every line and passes over a broken one."""
    log = tmp_path / "log.ndjson"
    log.write_text('{"id": "a", "time": "2026-07-01T09:00:00Z"}\n{"id": \n{"id": "b"}\n', "utf-8")
    columns = {"id": "VARCHAR", "time": "TIMESTAMPTZ"}
    assert floor.read(log, columns) == floor.read(log, columns, keep=True) == 3


def test_the_floor_reads_the_columns_that_the_rules_need() -> None:
    """Envelope and the fields of the shipped rules, each with its own type; nothing the catalogue does not know."""
    columns = run.typed_columns()
    assert columns["time"] == columns["delivered_at"] == "TIMESTAMPTZ"
    assert columns["notice_id"] == "VARCHAR"
    assert columns["has_contact"] == "BOOLEAN"


def test_a_run_is_measured_whole(tmp_path: Path) -> None:
    """Wall time, processor time, peak memory and exit code belong to the one process that was run."""
    found = measure.measure(
        [sys.executable, "-c", "x = b'x' * 300_000_000; raise SystemExit(1)"], tmp_path, allowed=frozenset({1})
    )
    assert found.code == 1
    assert found.peak_mb > 300
    assert found.wall > 0


def test_a_run_that_fails_is_no_measurement(tmp_path: Path) -> None:
    """An unforeseen exit code stops the benchmark with the last words of the process."""
    with pytest.raises(RuntimeError, match="out of luck"):
        measure.measure([sys.executable, "-c", "raise SystemExit('out of luck')"], tmp_path)


@pytest.mark.parametrize(("ratio", "word"), [(2.5, "met"), (3.5, "**not met**")])
def test_the_table_says_what_was_not_reached(ratio: float, word: str) -> None:
    """A figure above its aim is called so in the page."""
    rows = [row for row in run.table(_result(ratio)) if row.startswith("| check ÷")]
    assert [row.split(" | ")[-1].strip(" |") for row in rows] == [word, word]


def test_the_page_can_be_rebuilt_from_the_figures() -> None:
    """The figures survive JSON, so that a page can be made again from what was kept."""
    result = json.loads(json.dumps(_result(2.0)))
    assert any("growth" in aim.figure and aim.value == pytest.approx(10) for aim in run.aims(result))
