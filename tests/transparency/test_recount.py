"""A published report counted again: what is equal, what differs with both figures, and what nobody can know."""

from __future__ import annotations

import csv
import io
import json
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from compliance.transparency.recount.cells import Recounted, State, group_of
from compliance.transparency.recount.session import events_of, recounted, seal
from tests.conftest import Run

CONFIG = """
[service]
id = "one"
name = "One (synthetic)"
provider = "One Ltd (synthetic)"
started = 2025-01-01

[profile]
intermediary = true
hosting = true
online_platform = true
offered_in_union = true
enterprise_size = "large"
designated = "vlop"
designation_notified = 2025-01-15

[transparency.identification]
by = "head of transparency"
dated = 2026-08-20
published = 2026-08-28
"""
COVERED = """
[[coverage]]
source = "all"
event_types = ["*"]
from = 2025-12-01T00:00:00Z
until = 2026-12-01T00:00:00Z
declared_by = "head of logs"
"""
NOTICES = {"category": "STATEMENT_CATEGORY_VIOLENCE"}


def notice(number: int, **more: Any) -> str:
    """A notice of the first half of 2026, as a line."""
    event = {"id": f"e{number}", "type": "notice.received", "time": f"2026-0{1 + number % 6}-05T00:00:00Z", "service": "one",
             "notice_id": f"n{number}", **NOTICES, **more}  # fmt: skip
    return json.dumps(event) + "\n"


class Desk:
    """A folder with a log, its store, and the report of the first half of 2026 generated from it."""

    def __init__(self, folder: Path, run: Run, *, covered: bool = True, broken: bool = False) -> None:
        self.folder, self.run = folder, run
        self.config = folder / "compliance.toml"
        self.config.write_text(CONFIG + (COVERED if covered else ""), "utf-8")
        log = folder / "log.ndjson"
        lines = [notice(n) for n in range(12)]
        if broken:
            lines.append(notice(99).replace('"notice_id": "n99"', '"notice_id": 99'))
        log.write_text("".join([*lines, notice(100).replace("2026-05", "2026-09")]), "utf-8")
        self.store, self.report = folder / "store", folder / "report"
        assert self.ingest(log) in {0, 1, 3}
        self.made = run("transparency", "2026-H1", "--store", self.store, "--out", self.report, "--config", self.config)
        assert self.report.is_dir(), self.made.err

    def ingest(self, log: Path) -> int:
        """Exit code of an ingest."""
        return self.run("ingest", log, "--store", self.store, "--config", self.config).code

    def recount(self, *words: object) -> Any:
        """A recount of the report."""
        return self.run("transparency", "recount", self.report, "--store", self.store, "--config", self.config, *words)

    def rewrite(self, name: str, row: int, column: int, text: str) -> None:
        """Writes another text into a cell of a published part."""
        path = self.report / name
        rows = list(csv.reader(io.StringIO(path.read_bytes().decode(), newline="")))
        rows[row][column] = text
        out = io.StringIO(newline="")
        csv.writer(out).writerows(rows)
        path.write_bytes(out.getvalue().encode())


@pytest.fixture
def desk(tmp_path: Path, run: Run) -> Desk:
    """A desk whose log is complete."""
    return Desk(tmp_path, run)


def cells(ran: Any) -> list[dict[str, Any]]:
    """Cells that are not equal."""
    found: list[dict[str, Any]] = json.loads(ran.out)["cells"]
    return found


def test_what_was_generated_counts_the_same(desk: Desk) -> None:
    """Straight after it was made, no cell of a report differs, and hundreds are compared."""
    ran = desk.recount("--format", "json")
    assert (ran.code, [cell for cell in cells(ran) if cell["state"] == "differs"]) == (0, [])
    counts = json.loads(ran.out)["counts"]
    assert counts["notices"]["equal"] > 100
    assert sum(group["unknown"] for group in counts.values()) == 0


def test_a_cell_that_was_changed_is_named_with_both_figures(desk: Desk) -> None:
    """One figure written over is found, at its address, with the count of the log and the records behind it."""
    part = (desk.report / "4_notices.csv").read_text("utf-8").splitlines()
    header = next(csv.reader([part[0]]))
    at = next(n for n, name in enumerate(header) if next(csv.reader([part[1]]))[n] == "12")
    desk.rewrite("4_notices.csv", 1, at, "13")
    ran = desk.recount("--format", "json")
    assert ran.code == 1
    (cell,) = (cell for cell in cells(ran) if cell["state"] == "differs")
    assert (cell["cell"], cell["published"], cell["counted"], cell["records"]) == ("4:NOTICES:TOTAL", "13", "12", 12)
    assert "published 13, counted 12 of 12 record(s)" in desk.recount().out
    assert "4:NOTICES:TOTAL,4,notices,differs,13,12,12," in desk.recount("--format", "csv").out


def test_a_later_event_makes_the_report_differ(desk: Desk) -> None:
    """A notice of the period that comes in late is in the log and not in the report: total and category differ."""
    late = desk.folder / "late.ndjson"
    late.write_text(notice(50), "utf-8")
    assert desk.ingest(late) == 0
    differing = {cell["cell"]: (cell["published"], cell["counted"]) for cell in cells(desk.recount("--format", "json"))}
    assert differing["4:NOTICES:TOTAL"] == ("12", "13")
    assert differing["4:NOTICES:STATEMENT_CATEGORY_VIOLENCE"] == ("12", "13")


def test_a_refused_line_leaves_its_cells_unknown(tmp_path: Path, run: Run) -> None:
    """With a refused notice no count of notices is called equal, and none different; orders are as before."""
    ran = Desk(tmp_path, run, broken=True).recount("--format", "json")
    counts = json.loads(ran.out)["counts"]
    assert ran.code == 4
    assert counts["notices"]["differs"] == 0
    states = {cell["cell"]: cell["state"] for cell in cells(ran)}
    assert {states["4:NOTICES:TOTAL"], states["4:NOTICES:STATEMENT_CATEGORY_VIOLENCE"]} == {"unknown"}
    assert counts["orders"]["unknown"] == 0


def test_more_in_the_log_than_published_is_certain_whatever_is_missing(tmp_path: Path, run: Run) -> None:
    """A lower bound that exceeds the published figure is a difference even where the log has a refused line."""
    desk = Desk(tmp_path, run, broken=True)
    late = desk.folder / "late.ndjson"
    late.write_text(notice(50), "utf-8")
    assert desk.ingest(late) == 0
    found = {cell["cell"]: cell["state"] for cell in cells(desk.recount("--format", "json"))}
    assert found["4:NOTICES:TOTAL"] == "differs"


def test_what_was_found_is_sealed_and_judged(desk: Desk) -> None:
    """Each group of figures becomes a sealed event; the rule of the recount then says what it makes of it."""
    found = recounted([desk.report], desk.store, config=desk.config)
    log = desk.folder / "recounts.ndjson"
    day = datetime(2026, 9, 10, tzinfo=UTC)
    events = seal(
        found, [desk.report], log, desk.store, config=desk.config, document="TR-1", version="1", clock=lambda: day
    )
    by_part = {event["report_part"]: event for event in events}
    assert by_part["notices"]["cells_differing"] == 0
    assert by_part["notices"]["cells_compared"] > 100
    assert len(log.read_text("utf-8").splitlines()) == len(events)
    words = ("--config", desk.config, "--only", "DSA-15.1.b-RECOUNT", "--period", "2026-Q3", "--as-of", "2026-10-02")
    (rule,) = json.loads(desk.run("check", "--store", desk.store, *words, "--format", "json").out)["rules"]
    assert (rule["verdict"], rule["counts"]["within_target"]) == ("within_target", 1)


def test_an_unknown_cell_is_no_zero() -> None:
    """Where cells are unknown and none differs the event says no number, so that no rule takes it for a nought."""
    counts = {
        "notices": Counter({State.EQUAL: 5, State.UNKNOWN: 2}),
        "orders": Counter({State.EQUAL: 5, State.UNKNOWN: 2, State.DIFFERS: 1}),
    }
    found = Recounted("r", "s", ("2026-01-01", "2026-06-30"), counts, (), ())
    notices, orders = events_of(found, "s", "TR-1", "1", "0" * 64, 0)
    assert ("cells_differing" in notices, notices["cells_unknown"]) == (False, 2)
    assert orders["cells_differing"] == 1


def test_the_verb_seals_too(desk: Desk) -> None:
    """`--record` adds the events to its log and to the store."""
    before = json.loads(desk.run("store", "info", "--store", desk.store, "--format", "json").out)["events"]
    ran = desk.recount("--record", "--document", "TR-1", "--log", desk.folder / "recounts.ndjson")
    assert ran.code == 0, ran.err
    assert "sealed in" in ran.err
    assert json.loads(desk.run("store", "info", "--store", desk.store, "--format", "json").out)["events"] > before


def test_another_period_is_refused(desk: Desk) -> None:
    """A report of one half-year is not compared with the figures of another."""
    ran = desk.recount("--period", "2026-H2", "--as-of", "2027-01-15")
    assert ran.code == 3
    assert "TRC-PERIOD" in ran.err


def test_what_is_no_report_is_refused(desk: Desk, tmp_path: Path) -> None:
    """A folder without a part, a part without figures: each with its code; and a record needs the report's name."""
    empty = tmp_path / "empty"
    empty.mkdir()
    (empty / "notes.csv").write_text("a,b\n", "utf-8")
    ran = desk.run("transparency", "recount", empty, "--store", desk.store, "--config", desk.config)
    assert (ran.code, "TRP-NOT-A-REPORT" in ran.err) == (3, True)
    codes = desk.report / "2_categories_names.csv"
    ran = desk.run(
        "transparency", "recount", codes, "--store", desk.store, "--config", desk.config, "--period", "2026-H1"
    )
    assert (ran.code, "TRC-PARTS" in ran.err) == (3, True)
    ran = desk.recount("--record")
    assert (ran.code, "TRC-DOCUMENT" in ran.err) == (2, True)


def test_every_kind_of_figure_has_a_name_in_the_log() -> None:
    """Rows of parts 3 to 10 belong to the kinds of figures that `publication.recounted` knows."""
    from compliance.events.catalogue import catalogue
    from compliance.transparency.template import template

    known = set(catalogue().types["publication.recounted"].fields["report_part"].codes)
    found = {
        group_of(number, row.key)
        for number in range(3, 11)
        for row in template().parts[number].rows_for(("DE",) if number in {3, 10} else ("de",))
    }
    assert found <= known
    assert {State.EQUAL, State.DIFFERS, State.UNKNOWN, State.DECLARED} == set(State)
