"""`compliance check --explain-plan`: what was read, which rules were asked, and the SQL of each."""

from __future__ import annotations

import json
from pathlib import Path

import duckdb

from tests.conftest import Run

EVENT = '{"id": "e%d", "type": "notice.received", "time": "2026-07-01T10:00:00Z", "service": "s", "notice_id": "N%d", "contact": "a@example.org"}\n'


PROFILE = """
[service]
id = "s"
name = "Halcyon Live (synthetic)"

[profile]
intermediary = true
offered_in_union = true
hosting = true
online_platform = true
search_engine = false
marketplace = false
enterprise_size = "large"
designated = "no"
disseminates_to_public = true
"""


def _log(folder: Path) -> Path:
    (folder / "compliance.toml").write_text(PROFILE, "utf-8")
    path = folder / "log.ndjson"
    path.write_text("".join(EVENT % (n, n) for n in range(5)), "utf-8")
    return path


def test_the_plan_names_columns_silent_rules_and_every_statement(run: Run, tmp_path: Path) -> None:
    """What is printed is what ran: columns once, rules that were asked nothing by id, the others with their SQL."""
    log = _log(tmp_path)
    config = ("--config", tmp_path / "compliance.toml")
    ran = run("check", log, *config, "--only", "DSA-16.4-RECEIPT", "--only", "DSA-24.3-REQUEST", "--explain-plan")
    assert ran.out.startswith("Read 5 lines of 1 file(s), once; ")
    assert "1 have no event here, or nobody can say that they bind:\n   DSA-24.3-REQUEST" in ran.out
    assert "notice_id" in ran.out.split("rules were put to the engine")[0]
    told = run("check", log, *config, "--only", "DSA-16.4-RECEIPT", "--format", "json")
    (rule,) = json.loads(told.out)["rules"]
    for line in rule["sql"].splitlines():
        assert f"   {line}".rstrip(";") in ran.out
    assert 'CREATE TEMP TABLE "kept_1" AS' in rule["sql"]


def test_the_sql_in_an_assessment_can_be_read_by_an_engine(run: Run, tmp_path: Path) -> None:
    """Each statement of the assessment is whole: DuckDB parses it."""
    log = _log(tmp_path)
    told = run("check", log, "--config", tmp_path / "compliance.toml", "--only", "DSA-16.4-RECEIPT", "--format", "json")
    (rule,) = json.loads(told.out)["rules"]
    assert len(duckdb.extract_statements(rule["sql"])) >= 3
