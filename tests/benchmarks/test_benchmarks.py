"""The instrument is tested, not the speed."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import pytest

from benchmarks import bench, checking, day, floor, measure, needed, page, run, staged
from benchmarks.figure import Figure, compared
from benchmarks.measure import Measured, Ratio
from compliance.progress import Step

ROOT = Path(__file__).resolve().parent.parent.parent
MACHINE = {"cores": "2", "memory": "9 GB", "system": "x", "python": "3", "duckdb": "2", "compliance": "0"}


def _run(wall: float, cpu: float = 1.0, others: float = 0.0) -> Measured:
    return Measured(wall, cpu, 900.0, 0, others)


def _checked(times: float, others: float = 0.0) -> dict[str, Any]:
    """Figures of a check that takes so many times the bare read, at two sizes."""
    sizes = {}
    for events in (1_000_000, 10_000_000):
        read, check = _run(events / 1e6), _run(times * events / 1e6, 5 * times, others)
        sizes[str(events)] = {
            "bytes": 5 * events,
            "read": measure.summary([read]),
            "check": measure.summary([check]),
            "all": measure.summary([read]),
            "ratio": {"wall": times, "cpu": 5 * times},
            "÷ all": {"wall": times, "cpu": 5 * times},
            "÷ kept": None,
        }
    stages = {"events": 1_000_000, "taken": {"judging": {"wall": 1.0, "cpu": 2.0}}}
    return {"columns": 9, "all_columns": 20, "sizes": sizes, "stages": stages}


def test_the_floor_reads_every_line(tmp_path: Path) -> None:
    """The bare read parses every line and passes over a broken one."""
    log = tmp_path / "log.ndjson"
    log.write_text('{"id": "a", "time": "2026-07-01T09:00:00Z"}\n{"id": \n{"id": "b"}\n', "utf-8")
    columns = {"id": "VARCHAR", "time": "TIMESTAMPTZ"}
    assert floor.read(log, columns) == floor.read(log, columns, keep=True) == 3


def test_the_floor_reads_the_columns_that_the_rules_need() -> None:
    """Envelope and the fields of rules with something to judge in the mixed log, each with its own type, and no others."""
    columns = needed.typed_columns()
    assert columns["time"] == columns["delivered_at"] == "TIMESTAMPTZ"
    assert columns["notice_id"] == "VARCHAR"
    assert columns["has_contact"] == "BOOLEAN"
    assert "trader_id" not in columns
    assert "trader_id" in needed.typed_columns(every=True)


def test_a_run_is_measured_whole(tmp_path: Path) -> None:
    """Wall time, processor time, peak memory and exit code belong to the one process that was run; its words can be kept."""
    out = tmp_path / "out.txt"
    words = "x = b'x' * 300_000_000; print('{}'); raise SystemExit(1)"
    found = measure.measure([sys.executable, "-c", words], tmp_path, allowed=frozenset({1}), out=out)
    assert found.code == 1
    assert found.peak_mb > 300
    assert found.wall > 0
    assert 0 <= found.others <= 1
    assert out.read_text("utf-8") == "{}\n"


def test_a_run_that_fails_is_no_measurement(tmp_path: Path) -> None:
    """An unforeseen exit code stops the benchmark with the last words of the process."""
    with pytest.raises(RuntimeError, match="out of luck"):
        measure.measure([sys.executable, "-c", "raise SystemExit('out of luck')"], tmp_path)


def test_a_run_that_takes_too_long_is_given_up(tmp_path: Path) -> None:
    """A run is killed after its limit, and what it took until then is measured."""
    found = measure.measure([sys.executable, "-c", "import time; time.sleep(60)"], tmp_path, limit=0.2)
    assert found.code == measure.KILLED
    assert found.wall < 30


def test_contestants_take_turns() -> None:
    """Each round runs every contestant once; a ratio compares within rounds, so that a slow hour cancels out."""
    order: list[str] = []
    walls = {"ours": iter([2.0, 20.0, 3.0]), "floor": iter([1.0, 10.0, 1.0])}

    def run(name: str) -> Measured:
        order.append(name)
        return _run(next(walls[name]))

    runs = measure.interleaved({name: lambda name=name: run(name) for name in ("floor", "ours")}, 3, name="test")  # type: ignore[misc]
    assert order == ["floor", "ours"] * 3
    assert measure.ratio(runs["ours"], runs["floor"]).wall == 2.0


@pytest.mark.parametrize(("times", "word"), [(1.5, "met"), (3.5, "**not met**")])
def test_the_table_says_what_was_not_reached(times: float, word: str) -> None:
    """A figure above its aim is called so."""
    rows = [figure.row() for figure in checking.figures(_checked(times)) if "÷ bare" in figure.name]
    assert [row.split(" | ")[-1].strip(" |") for row in rows] == [word] * 4


def test_an_aim_can_be_a_least() -> None:
    """A peer has to take at least so many times as long."""
    assert Figure("peer", 5.0, 5.0, at_least=True).met
    assert not Figure("peer", 4.9, 5.0, at_least=True).met


def test_on_a_shared_machine_processor_time_is_compared() -> None:
    """Where other programs took more than a tenth of the cores, the clock is not trusted, and the row says so."""
    alone = compared("x", Ratio(2.0, 3.0), 2.5, [_run(1.0, others=0.05)])
    shared = compared("x", Ratio(2.0, 3.0), 2.5, [_run(1.0, others=0.05), _run(1.0, others=0.4)])
    assert (alone.value, alone.basis, alone.met) == (2.0, "clock", True)
    assert (shared.value, shared.basis, shared.met) == (3.0, "processor", False)


def test_the_page_can_be_rebuilt_from_the_figures() -> None:
    """The figures survive JSON, and the page says each, the machine, and what else ran."""
    found = json.loads(json.dumps({"sections": {"checking": {**_checked(2.0, others=0.5), "machine": MACHINE}}}))
    text = page.page(found)
    assert "| growth of a check, 10,000,000 ÷ 1,000,000 events | 1.00 × | processor |" in text
    assert "at most 50% of the machine" in text
    assert text == page.page(found)


def test_the_published_page_is_what_the_figures_say() -> None:
    """Nobody typed a number into docs/benchmarks.md: it is written from docs/benchmarks.json."""
    kept = json.loads((ROOT / "docs" / "benchmarks.json").read_text("utf-8"))
    assert (ROOT / "docs" / "benchmarks.md").read_text("utf-8") == page.page(kept)


def test_a_run_that_does_not_fit_the_disk_is_refused(tmp_path: Path) -> None:
    """What is needed is said before; logs that are there already are not counted again."""
    with pytest.raises(bench.NoRoomError, match=r"needs up to 116\.0 GB .* 60\.0 GB are free"):
        bench.demand_room([100_000_000], tmp_path, free=60_000_000_000)
    assert "116.0 GB" in bench.demand_room([100_000_000], tmp_path, free=200_000_000_000)
    (tmp_path / "mixed-100000000.ndjson").touch()
    assert bench.disk_needed([100_000_000], tmp_path) == 58_000_000_000


def test_only_what_is_measured_needs_room(tmp_path: Path) -> None:
    """A section that makes no log needs none; every section that can be chosen is on the page."""
    assert run.sizes_of(run.FULL, ["starting"]) == []
    assert run.sizes_of(run.FULL, ["peers"]) == [1_000_000]
    assert run.sizes_of(run.FULL, list(page.PARTS))[-1] == 30_000_000
    assert list(run.sections(bench.Bench(tmp_path), run.QUICK)) == list(page.PARTS)


def test_the_stages_of_an_ingest_add_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """Time belongs to the innermost stage that is open, and to the rest where none is."""
    now = iter(range(100))
    monkeypatch.setattr(staged.time, "perf_counter", lambda: float(next(now)))
    monkeypatch.setattr(staged.time, "process_time", lambda: 0.0)
    stages = staged.Stages()
    stages(Step("reading a.ndjson", 1, 9, "bytes"))
    stages(Step("reading a.ndjson", 5, 9, "bytes"))
    stages(Step("reading a.ndjson", 9, 9, "bytes"))
    stages(Step("checking events", 0, None, ""))
    stages(Step("sealing events", 0, None, ""))
    stages(None)
    stages(None)
    assert {name: one["wall"] for name, one in stages.found().items()} == {
        "rest": 3.0,
        "reading": 1.0,
        "checking events": 2.0,
        "sealing events": 1.0,
    }


def test_a_day_is_split_off_and_its_share_leaves_out_what_any_command_costs(tmp_path: Path) -> None:
    """The parts are the log again; a day that costs no more than a start costs nothing of the check."""
    log, before, last = (tmp_path / name for name in ("log", "before", "last"))
    log.write_bytes(b"1\n2\n3\n")
    day.split(log, 2, before, last)
    assert (before.read_bytes(), last.read_bytes()) == (b"1\n2\n", b"3\n")
    beat = '{{"type":"log.heartbeat","complete_until":"{}"}}\n'
    last.write_text(
        "".join(map(beat.format, ("2026-09-28T00:00:00Z", "2026-09-30T00:00:00Z", "2026-11-30T00:00:00Z"))), "utf-8"
    )
    assert day.known_until(last, "never") == "2026-09-30T00:00:00Z"
    assert day.known_until(before, "never") == "never"
    assert day.share(1.5, 11.0, 1.0) == pytest.approx(0.05)
    assert day.share(0.9, 11.0, 1.0) == 0
