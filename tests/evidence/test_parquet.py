"""Tables of exhibits as Parquet: typed, the same bytes each time, and held against their CSV."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from compliance.evidence.exhibit import table_csv
from compliance.evidence.parquet import difference, tables_parquet

COLUMNS = ("Time (UTC)", "count", "share", "late", "mixed", "Count", "")
ROWS = (
    ("2026-08-13T00:42:00Z", 3, 0.5, True, "c", None, "a\x00b"),
    ('=1+1 "x", ü\r\ny', -4, -1e-9, False, -12, "-3", ""),
    (None, None, None, None, None, None, None),
)


def written(folder: Path, columns: Any, rows: Any) -> tuple[Path, Path]:
    """CSV and Parquet of a table."""
    table, typed = folder / "E-001.csv", folder / "E-001.parquet"
    table.write_bytes(table_csv(columns, rows))
    typed.write_bytes(tables_parquet([(columns, rows)])[0])
    return table, typed


def test_numbers_are_numbers_and_texts_are_as_they_were(tmp_path: Path) -> None:
    """Each column has the type of its values, without the apostrophe of the CSV; headings alike are told apart."""
    _, typed = written(tmp_path, COLUMNS, ROWS)
    found = duckdb.sql(f"SELECT * FROM read_parquet('{typed}')")
    assert [str(kind) for kind in found.types] == [
        "VARCHAR",
        "BIGINT",
        "DOUBLE",
        "BOOLEAN",
        "VARCHAR",
        "VARCHAR",
        "VARCHAR",
    ]
    assert found.columns == ["Time (UTC)", "count", "share", "late", "mixed", "Count (2)", "column"]
    assert found.fetchall() == [
        ("2026-08-13T00:42:00Z", 3, 0.5, True, "c", None, "a\x00b"),
        ('=1+1 "x", ü\r\ny', -4, -1e-9, False, "-12", "-3", ""),
        (None,) * 7,
    ]


def test_same_table_same_bytes(tmp_path: Path) -> None:
    """Alone or among others, a table gives the same file."""
    rows = [(f"x{number}", number) for number in range(5000)]
    first, _, again = tables_parquet([(("a", "b"), rows), (COLUMNS, ROWS), (("a", "b"), rows)])
    assert first == again == tables_parquet([(("a", "b"), rows)])[0]
    assert difference(*written(tmp_path, ("a", "b"), rows)) is None


CELLS = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False)
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=5)


@settings(max_examples=20)
@given(st.lists(st.tuples(TEXTS, CELLS | TEXTS, st.integers(-(2**63), 2**63)), max_size=4))
def test_any_table_is_that_of_its_csv(tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[Any, ...]]) -> None:
    """Whatever stands in the cells, the two files hold the same table."""
    assert difference(*written(tmp_path_factory.mktemp("t"), ("a", "b", "b"), rows)) is None


@pytest.mark.parametrize(
    ("columns", "rows", "says"),
    [
        (COLUMNS, ((ROWS[0][0], 2, *ROWS[0][2:]), *ROWS[1:]), "row 1 is not that of the CSV"),
        (COLUMNS, (*ROWS[:2], (None, 0, *ROWS[2][2:])), "row 3 is not that of the CSV"),
        (COLUMNS, ROWS[:2], "it has fewer rows than the CSV"),
        (COLUMNS, (*ROWS, ROWS[0]), "it has more rows than the CSV"),
        (("time", *COLUMNS[1:]), ROWS, "its columns are not those of the CSV"),
        (COLUMNS[:6], tuple(row[:6] for row in ROWS), "its columns are not those of the CSV"),
    ],
)
def test_another_table_is_told(tmp_path: Path, columns: Any, rows: Any, says: str) -> None:
    """A changed cell, a row more or less, another heading: the first difference is named."""
    table, typed = written(tmp_path, COLUMNS, ROWS)
    typed.write_bytes(tables_parquet([(columns, rows)])[0])
    assert difference(table, typed) == says


@pytest.mark.parametrize("raw", [b"", b"PAR1", b"a,b\r\n1,2\r\n", b"PAR1" + b"\xff" * 4000 + b"PAR1"])
def test_what_is_no_parquet_is_told(tmp_path: Path, raw: bytes) -> None:
    """A broken file is a difference in words, never an exception."""
    table, typed = written(tmp_path, COLUMNS, ROWS)
    typed.write_bytes(raw)
    assert (difference(table, typed) or "").startswith("it cannot be read: ")
