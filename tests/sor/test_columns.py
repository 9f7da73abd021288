"""Old dumps with the columns of today."""

from __future__ import annotations

from pathlib import Path

import pytest

from compliance.sor.choices import Choices
from compliance.sor.columns import column_rows, php_cell
from compliance.sor.convert import Conversion
from compliance.sor.dump import FULL, NOT_IN_LIGHT
from compliance.sor.rows import Row, read_rows
from tests.conftest import Run
from tests.sor.samples import LIGHT, OLD_FULL, csv_text, ndjson, php, row, statement

OLD_LIGHT = tuple(name for name in OLD_FULL if name not in NOT_IN_LIGHT)
RENAMED = row(
    category="STATEMENT_CATEGORY_SCOPE_OF_PLATFORM_SERVICE",
    category_specification='["KEYWORD_DISINFORMATION","KEYWORD_OTHER"]',
    decision_facts='An odd \\"quote\\", and "another"',
)


@pytest.mark.parametrize(("before", "after"), [(OLD_FULL, FULL), (OLD_LIGHT, LIGHT)], ids=["full", "light"])
def test_old_rows_get_the_columns_and_codes_of_today(
    tmp_path: Path, before: tuple[str, ...], after: tuple[str, ...]
) -> None:
    """The new column is there and empty, renamed codes are replaced, and every other cell is what it was."""
    old = tmp_path / "old.csv"
    old.write_bytes(csv_text([RENAMED, row(platform_uid="b")], before))
    counts = Conversion()
    new = tmp_path / "new.csv"
    new.write_text("".join(column_rows(read_rows([old]), Choices(), counts)))
    assert new.read_text().splitlines()[0] == ",".join(after)
    was = [entry.cells for entry in read_rows([old]) if isinstance(entry, Row)]
    found = [entry for entry in read_rows([new]) if isinstance(entry, Row)]
    changed = {
        "category": "STATEMENT_CATEGORY_OTHER_VIOLATION_TC",
        "category_specification": '["KEYWORD_MISINFORMATION_DISINFORMATION","KEYWORD_OTHER"]',
    }
    assert [entry.cells for entry in found] == [
        {**was[0], "content_id_ean": "", **changed},
        {**was[1], "content_id_ean": ""},
    ]
    assert {entry.schema for entry in found} == {"2025-07"}
    assert (counts.written, counts.changed) == (2, 1)


def test_what_does_not_fit_into_the_file_is_set_aside(tmp_path: Path) -> None:
    """A light row below full ones and a payload are counted with their reasons."""
    full, light = tmp_path / "f.csv", tmp_path / "l.csv"
    full.write_bytes(csv_text([row()]))
    light.write_bytes(csv_text([row()], LIGHT))
    payload = ndjson(tmp_path / "p.ndjson", [statement()])
    counts = Conversion()
    assert len(list(column_rows(read_rows([full, light, payload]), Choices(), counts))) == 2
    assert [entry.why.code for entry in counts.first_unread] == ["SOR-VERSION", "SOR-NO-ROW"]
    assert counts.read == 3


@pytest.mark.parametrize("cell", ["", "plain", "a b", 'a "b"', 'a\\"b"', "\\\\", '\\\\"', '\\x"y', "a\rb", '"'])
def test_cells_are_written_as_the_dumps_write_them(cell: str) -> None:
    """Quotes are doubled unless a backslash stands right before them."""
    assert php_cell(cell) == php(cell)


def test_the_command_converts_to_either_form(tmp_path: Path, run: Run) -> None:
    """Rows come out as CSV where asked, and an unknown form is a usage error."""
    old = tmp_path / "old.csv"
    old.write_bytes(csv_text([RENAMED], OLD_FULL))
    ran = run("sor", "convert", old, "--to", "dump")
    assert (ran.code, len(ran.out.splitlines())) == (0, 2)
    assert run("sor", "convert", old, "--to", "xml").code == 2
