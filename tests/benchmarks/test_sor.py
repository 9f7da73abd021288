"""The instrument that measures the judging of statements finds untrue judgements itself."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from compliance.sor.rows import Row, read_rows
from tests.sor.samples import csv_text, dump, row

BENCHMARK = Path(__file__).resolve().parent.parent.parent / "benchmarks" / "sor.py"


def measured(*words: object) -> subprocess.CompletedProcess[str]:
    """One round of the benchmark."""
    command = [sys.executable, str(BENCHMARK), "--rounds", "1", "--processes", "1", *map(str, words)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_a_generated_day_is_judged_as_it_was_spoilt() -> None:
    """Every row that the generator spoilt is found with its fields, and no other."""
    ran = measured("--rows", 3000)
    assert "3,000 rows" in ran.stdout, ran.stderr
    assert "truth: 0 differences" in ran.stdout
    assert ran.returncode == 0


def test_an_untrue_judgement_is_found(tmp_path: Path) -> None:
    """A truth that says otherwise than the findings ends the benchmark with 1 and names the row."""
    path = dump(tmp_path, [csv_text([row(), row(platform_uid="b", content_language="en")])])
    csv = next(found.file for found in read_rows([path]) if isinstance(found, Row)).rpartition("!")[2]
    told = {"csv": csv, "row": 2, "kind": "language", "fields": ["content_date"]}
    (tmp_path / "truth-day.jsonl").write_text(json.dumps(told) + "\n")
    ran = measured("--dump", path)
    assert ran.returncode == 1
    assert f"{csv}:3 language: ['content_language']" in ran.stdout
